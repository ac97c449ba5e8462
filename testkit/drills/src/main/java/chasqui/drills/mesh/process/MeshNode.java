package chasqui.drills.mesh.process;

import chasqui.drills.fleet.NodeProcess;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A node of the mesh: one role in a process of its own.
///
/// @param name its role and number
/// @param process what runs it, over restarts
public record MeshNode(Topology.NodeName name, NodeProcess process) implements MeshPart {

  private static final Pattern INTERNAL = Pattern.compile("\"internal\" *: *\"([^\"]+)\"");

  @Override
  public String id() {
    return name.id();
  }

  @Override
  public String kind() {
    return name.role();
  }

  @Override
  public long pid() {
    return process.pid();
  }

  /// The internal port is what the node's own status page says.
  @Override
  public Map<String, String> addresses() {
    Map<String, String> addresses = new TreeMap<>(process.addresses());
    Matcher internal = INTERNAL.matcher(Metrics.page(process.opsAddress(), "/status"));
    if (internal.find()) {
      addresses.put("internal", internal.group(1));
    }
    return addresses;
  }
}
