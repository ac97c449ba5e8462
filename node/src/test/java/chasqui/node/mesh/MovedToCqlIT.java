package chasqui.node.mesh;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import chasqui.client.SendReceipt;
import chasqui.edge.v1.ClientFrame;
import chasqui.edge.v1.Send;
import chasqui.edge.v1.ServerFrame.FrameCase;
import chasqui.log.v1.Message;
import chasqui.log.v1.TextContent;
import chasqui.node.CommandRun;
import chasqui.node.mesh.ClusterFixture.Node;
import chasqui.testkit.cassandra.CqlServer;
import com.google.protobuf.ByteString;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A data set moves from a node's own store to CQL and back, by the commands that operators use; devices go on with it.
class MovedToCqlIT {

  private static final Send FIRST = Send.newBuilder()
      .setClientMessageId(ByteString.copyFrom(ByteBuffer.allocate(20).putLong(1).putInt(7).rewind()))
      .setMessage(Message.newBuilder().setText(TextContent.newBuilder().setText("one"))).build();

  // Few, as each is a conditional write when a mailbox comes or goes.
  private static final String SLOTS = "32";

  @TempDir
  private Path folder;

  @Test
  void to_cql_and_back_cursors_ids_and_pairs_go_on_and_the_bytes_are_the_same() throws Exception {
    try (CqlServer server = CqlServer.any()) {
      Map<String, String> cql = settings(server);
      Path own = config("own.properties", Map.of("store.slots", SLOTS));
      Path shared = config("shared.properties", cql);
      String conversation;
      long first;
      SendReceipt once;
      try (ClusterFixture cluster = new ClusterFixture(folder.resolve("before"))) {
        Node node = cluster.start("node", "edge,router,registry,mailbox", Map.of("store.slots", SLOTS));
        conversation = cluster.direct(node, "alice", "bob");
        try (SdkDevice bob = sdk(cluster, node, "bob", "phone")) {
          first = send(cluster, node, 1, conversation);
          bob.awaitText("one");
          once = bob.sayOnce(conversation, "key", "answer");
        }
        try (SdkDevice alice = sdk(cluster, node, "alice", "tablet")) {
          alice.say(conversation, "two");
        }
      }
      run("export", own, folder.resolve("before/node"), "--out", folder.resolve("1"));
      run("import", shared, folder.resolve("unused"), "--from", folder.resolve("1"));
      run("export", shared, folder.resolve("unused"), "--out", folder.resolve("2"));
      assertArrayEquals(Files.readAllBytes(folder.resolve("1")), Files.readAllBytes(folder.resolve("2")));

      try (ClusterFixture cluster = new ClusterFixture(folder.resolve("over-cql"))) {
        Node node = cluster.start("node", "edge,router,registry,mailbox", cql);
        try (SdkDevice bob = sdk(cluster, node, "bob", "phone"); SdkDevice alice = sdk(cluster, node, "alice", "tablet")) {
          bob.awaitText("two");
          assertEquals(List.of("two"), bob.screen(conversation).stream().filter(text -> !text.equals("answer")).toList());
          assertEquals(once.seq(), bob.sayOnce(conversation, "key", "answer").seq());
          assertEquals(first, send(cluster, node, 2, conversation));
          assertEquals(conversation, cluster.direct(node, "bob", "alice"));
          alice.say(conversation, "over CQL");
          bob.awaitText("over CQL");
        }
      }
      run("export", shared, folder.resolve("unused"), "--out", folder.resolve("3"));
      run("import", own, folder.resolve("back/node"), "--from", folder.resolve("3"));
      run("export", own, folder.resolve("back/node"), "--out", folder.resolve("4"));
      assertArrayEquals(Files.readAllBytes(folder.resolve("3")), Files.readAllBytes(folder.resolve("4")));
      try (ClusterFixture cluster = new ClusterFixture(folder.resolve("back"))) {
        Node node = cluster.start("node", "edge,router,registry,mailbox", Map.of("store.slots", SLOTS));
        assertEquals(first, send(cluster, node, 3, conversation));
        assertEquals(conversation, cluster.direct(node, "alice", "bob"));
        try (SdkDevice bob = sdk(cluster, node, "bob", "phone"); SdkDevice alice = sdk(cluster, node, "alice", "tablet")) {
          alice.say(conversation, "at home");
          bob.awaitText("at home");
          assertEquals(List.of("at home"), bob.screen(conversation));
        }
      }
    }
  }

  private static Map<String, String> settings(CqlServer server) {
    return new HashMap<>(Map.of(
        "store.kind", "cql", "cql.contact-points", server.contactPoints(), "cql.datacenter", server.datacenter(),
        "cql.keyspace", "moved_" + System.nanoTime(), "cql.replication", server.replication(),
        "cql.ddl-suffix", server.ddlSuffix(), "store.slots", SLOTS, "node.drain-deadline", "20s",
        "cql.request-timeout", "25s", "cluster.etcd", "127.0.0.1:1"));
  }

  private Path config(String name, Map<String, String> settings) throws IOException {
    List<String> lines = new ArrayList<>();
    settings.forEach((key, value) -> lines.add(key + " = " + value));
    return Files.write(folder.resolve(name), lines);
  }

  private SdkDevice sdk(ClusterFixture cluster, Node node, String user, String device) {
    return SdkDevice.connect(node.edge(), cluster.token(user), device, folder.resolve(user + "-" + device));
  }

  private static long send(ClusterFixture cluster, Node node, long connectNumber, String conversation) {
    RawDevice device = cluster.connect(node, "alice", connectNumber);
    device.send(ClientFrame.newBuilder().setSend(FIRST.toBuilder().setConversationId(conversation)).build());
    long seq = device.await(FrameCase.SEND_ACCEPTED).getSendAccepted().getSeq();
    device.close();
    return seq;
  }

  private static void run(String command, Path config, Path data, String option, Path file) {
    CommandRun run = CommandRun.of(
        command, "--config", config.toString(), "--data", data.toString(), option, file.toString());
    assertEquals(0, run.exit(), run.err());
  }
}
