package chasqui.drills.mesh.process;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// What the parts of a mesh have counted on the way of messages, each by itself.
public final class MeshCounters {

  private final MeshCluster mesh;

  public MeshCounters(MeshCluster mesh) {
    this.mesh = mesh;
  }

  /// How much passed each hop, in the order of the way.
  public Map<String, Long> hops() {
    Map<String, Long> hops = new LinkedHashMap<>();
    mesh.front().ifPresent(front -> hops.put("envoy: calls passed on to edges", front.envoy().stat("cluster.edges.upstream_rq_total")));
    for (MeshNode edge : mesh.nodes("edge")) {
      hops.put(edge.id() + ": frames from clients", metric(edge, "chasqui_edge_frames_in_total"));
      hops.put(edge.id() + ": entries to clients", metric(edge, "chasqui_edge_entries_total"));
    }
    hops.put("routers: requests forwarded", sum("router", "chasqui_router_requests_total"));
    hops.put("mailboxes: entries committed", sum("mailbox", "chasqui_mailbox_appended_total"));
    if (mesh.topology().store().servers() > 0) {
      hops.put("cql: rows written by the mailboxes", sum("mailbox", "chasqui_store_rows_written_total"));
    }
    hops.put("registries: sessions announced", sum("registry", "chasqui_registry_announcements_total"));
    return hops;
  }

  private long sum(String role, String name) {
    return mesh.nodes(role).stream().mapToLong(node -> metric(node, name)).sum();
  }

  private static long metric(MeshNode node, String name) {
    return Math.round(Metrics.of(node.process().opsAddress()).sum(name));
  }

  /// All that the nodes of a role have counted under a name.
  public double total(String role, String name) {
    List<MeshNode> nodes = mesh.nodes(role);
    return nodes.stream().mapToDouble(node -> Metrics.of(node.process().opsAddress()).sum(name)).sum();
  }

  /// Rows that the mailboxes asked a shared store to write, by table; empty with the embedded store.
  public Map<String, Double> rows() {
    Map<String, Double> rows = new TreeMap<>();
    for (MeshNode node : mesh.nodes("mailbox")) {
      Metrics.of(node.process().opsAddress()).by("chasqui_store_rows_written_total", "table")
          .forEach((table, count) -> rows.merge(table, count, Double::sum));
    }
    return rows;
  }
}
