package chasqui.node.mesh;

import chasqui.node.mesh.ClusterFixture.Node;
import chasqui.testkit.process.FreePorts;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Nodes are restarted one after the other, as in a deploy, while people talk.
class RollingIT {

  private static final int TALKERS = 6;

  @TempDir
  private Path folder;

  @Test
  void nothing_is_lost_or_shown_twice_while_every_edge_router_and_registry_is_restarted() throws Exception {
    Map<String, Map<String, String>> settings = new LinkedHashMap<>();
    List<String> edges = new ArrayList<>();
    List<Integer> ports = FreePorts.several(2);
    for (int i = 1; i <= 2; i++) {
      int port = ports.get(i - 1);
      edges.add("127.0.0.1:" + port);
      settings.put("registry-" + i, Map.of("node.roles", "registry"));
      settings.put("router-" + i, Map.of("node.roles", "router"));
      settings.put("edge-" + i, Map.of("node.roles", "edge", "edge.port", Integer.toString(port)));
    }
    try (ClusterFixture cluster = new ClusterFixture(folder)) {
      cluster.start("mailbox-1", "mailbox");
      Map<String, Node> nodes = new LinkedHashMap<>();
      settings.forEach((id, own) -> nodes.put(id, cluster.start(id, own.get("node.roles"), own)));
      List<Talker> talkers = new ArrayList<>();
      for (int i = 0; i < TALKERS; i++) {
        String conversation = cluster.direct(nodes.get("edge-1"), "alice-" + i, "bob-" + i);
        talkers.add(new Talker(cluster::token, edges, conversation, "alice-" + i, "bob-" + i));
      }
      for (String id : settings.keySet()) {
        talkers.forEach(talker -> talker.sendMany(2));
        Thread leaving = Thread.ofVirtual().start(() -> cluster.stop(nodes.get(id)));
        while (leaving.isAlive()) {
          talkers.forEach(talker -> talker.sendMany(1));
        }
        talkers.forEach(talker -> talker.sendMany(2));
        nodes.put(id, cluster.start(id, settings.get(id).get("node.roles"), settings.get(id)));
      }
      talkers.forEach(talker -> talker.sendMany(5));
      talkers.forEach(Talker::verify);
      talkers.forEach(Talker::close);
    }
  }
}
