package chasqui.node.mesh;

import chasqui.node.mesh.ClusterFixture.Node;
import chasqui.testkit.cassandra.CqlServer;
import chasqui.testkit.process.Await;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Two mailboxes over one CQL store: each is restarted in good order while people talk.
class SharedStoreIT {

  private static final Duration PATIENCE = Duration.ofSeconds(120);
  private static final int TALKERS = 4;
  // Few, as every slot is a conditional write when it moves.
  private static final int SLOTS = 64;

  @TempDir
  private Path folder;

  @Test
  void mailboxes_hand_their_slots_over_and_take_them_again() throws Exception {
    try (CqlServer server = CqlServer.any(); ClusterFixture cluster = new ClusterFixture(folder)) {
      Map<String, String> settings = new HashMap<>(Map.of(
          "store.kind", "cql", "cql.contact-points", server.contactPoints(), "cql.datacenter", server.datacenter(),
          "cql.keyspace", "node_" + System.nanoTime(), "cql.replication", server.replication(),
          "cql.ddl-suffix", server.ddlSuffix(), "store.slots", Integer.toString(SLOTS), "node.drain-deadline", "20s",
          // Above the server's own.
          "cql.request-timeout", "25s"));
      Node first = cluster.start("mailbox-1", "mailbox", settings);
      Node second = cluster.start("mailbox-2", "mailbox", settings);
      cluster.start("registry-1", "registry", settings);
      cluster.start("router-1", "router", settings);
      Node edge = cluster.start("edge-1", "edge", settings);
      awaitAllServed(first, second);
      List<Talker> talkers = new ArrayList<>();
      for (int i = 0; i < TALKERS; i++) {
        String conversation = cluster.direct(edge, "alice-" + i, "bob-" + i);
        talkers.add(new Talker(cluster::token, List.of(edge.edge()), conversation, "alice-" + i, "bob-" + i));
      }
      for (String id : List.of("mailbox-1", "mailbox-2")) {
        talkers.forEach(talker -> talker.sendMany(3));
        Node leaving = id.equals("mailbox-1") ? first : second;
        Thread stop = Thread.ofVirtual().start(() -> cluster.stop(leaving));
        while (stop.isAlive()) {
          talkers.forEach(talker -> talker.sendMany(1));
        }
        Node other = id.equals("mailbox-1") ? second : first;
        // The other sees what was handed to it when it looks next.
        Await.until(PATIENCE, "what it had is served by the other", () -> served(other) == SLOTS);
        talkers.forEach(talker -> talker.sendMany(3));
        Node again = cluster.start(id, "mailbox", settings);
        first = id.equals("mailbox-1") ? again : first;
        second = id.equals("mailbox-2") ? again : second;
        awaitAllServed(first, second);
      }
      talkers.forEach(talker -> talker.sendMany(3));
      talkers.forEach(Talker::verify);
      talkers.forEach(Talker::close);
    }
  }

  private static int served(Node mailbox) {
    return (Integer) mailbox.roles().facts().get("slots_served");
  }

  private static void awaitAllServed(Node first, Node second) {
    Await.until(PATIENCE, "both serve, and together all",
        () -> served(first) > 0 && served(second) > 0 && served(first) + served(second) == SLOTS);
  }
}
