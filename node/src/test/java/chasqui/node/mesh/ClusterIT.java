package chasqui.node.mesh;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import chasqui.cluster.v1.ProbeRequest;
import chasqui.cluster.v1.ProbeServiceGrpc;
import chasqui.discovery.NodeState;
import chasqui.edge.v1.ClientFrame;
import chasqui.edge.v1.EdgeServiceGrpc;
import chasqui.node.StartException;
import chasqui.node.mesh.ClusterFixture.Node;
import chasqui.testkit.process.Await;
import io.grpc.CallOptions;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCalls;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Each role a node of its own, over TCP.
class ClusterIT {

  @TempDir
  private Path folder;

  @Test
  void people_at_two_edges_chat_through_nodes_of_one_role_each() throws Exception {
    try (ClusterFixture cluster = new ClusterFixture(folder)) {
      Node edge = cluster.begin("edge-1", "edge", Map.of());
      Node router = cluster.begin("router-1", "router", Map.of());
      assertEquals(NodeState.STARTING, edge.roles().self().state(), "no router is there");
      assertEquals(NodeState.STARTING, router.roles().self().state(), "no mailbox is there");
      cluster.start("registry-1", "registry");
      cluster.start("mailbox-1", "mailbox");
      cluster.awaitReady(router);
      cluster.awaitReady(edge);
      Node other = cluster.start("edge-2", "edge");
      assertEquals(other.edge(), cluster.membership().view().node("edge-2").orElseThrow().edgeAddress());

      String conversation = cluster.direct(edge, "alice", "bob");
      RawDevice alice = cluster.connect(edge, "alice", 1);
      RawDevice bob = cluster.connect(other, "bob", 1);
      alice.say(conversation, "hello over there");
      assertEquals("alice", bob.hear("hello over there").getSenderUser());
      bob.say(conversation, "hello back");
      alice.hear("hello back");
      alice.close();
      bob.close();
    }
  }

  @Test
  void roles_may_stand_together_in_any_way() throws Exception {
    try (ClusterFixture cluster = new ClusterFixture(folder)) {
      Node left = cluster.begin("left", "edge, mailbox", Map.of());
      Node right = cluster.begin("right", "router, registry", Map.of());
      cluster.awaitReady(left);
      cluster.awaitReady(right);
      Await.until(
          ClusterFixture.PATIENCE, "the edge reaches the router", () -> left.roles().edges().getFirst().isReady());
      String conversation = cluster.direct(left, "alice", "bob");
      RawDevice alice = cluster.connect(left, "alice", 1);
      RawDevice bob = cluster.connect(left, "bob", 1);
      alice.say(conversation, "hello");
      bob.hear("hello");
      alice.close();
      bob.close();
    }
  }

  @Test
  void the_internal_port_tells_who_is_there_and_has_nothing_for_clients() throws Exception {
    try (ClusterFixture cluster = new ClusterFixture(folder)) {
      Node all = cluster.start("node-1", "edge, router, mailbox, registry");
      var channel = cluster.channel(all.internal());
      assertEquals(
          all.roles().self().incarnation(),
          ProbeServiceGrpc.newBlockingStub(channel).probe(ProbeRequest.getDefaultInstance()).getIncarnation());
      StatusRuntimeException refused = assertThrows(StatusRuntimeException.class, () -> ClientCalls.blockingServerStreamingCall(
          channel, EdgeServiceGrpc.getConnectMethod().toBuilder().setType(MethodDescriptor.MethodType.SERVER_STREAMING).build(),
          CallOptions.DEFAULT, ClientFrame.getDefaultInstance()).hasNext());
      assertEquals(Status.Code.UNIMPLEMENTED, refused.getStatus().getCode());
    }
  }

  @Test
  void a_second_mailbox_on_an_embedded_store_does_not_start() throws Exception {
    try (ClusterFixture cluster = new ClusterFixture(folder)) {
      cluster.start("mailbox-1", "mailbox");
      StartException refused = assertThrows(StartException.class, () -> cluster.begin("mailbox-2", "mailbox", Map.of()));
      assertTrue(refused.getMessage().contains("mailbox-1"), refused.getMessage());
      assertFalse(cluster.membership().view().node("mailbox-2").isPresent(), "it has taken itself out");
    }
  }

  @Test
  void who_ends_is_taken_out_and_who_comes_again_is_found() throws Exception {
    try (ClusterFixture cluster = new ClusterFixture(folder)) {
      cluster.start("mailbox-1", "mailbox");
      cluster.start("registry-1", "registry");
      Node router = cluster.start("router-1", "router");
      Node edge = cluster.start("edge-1", "edge");
      String conversation = cluster.direct(edge, "alice", "bob");
      RawDevice alice = cluster.connect(edge, "alice", 1);
      RawDevice bob = cluster.connect(edge, "bob", 1);
      alice.say(conversation, "before");
      bob.hear("before");
      cluster.stop(router);
      assertTrue(cluster.membership().view().node("router-1").isEmpty());
      cluster.start("router-1", "router");
      Await.until(
          ClusterFixture.PATIENCE, "the edge has found it", () -> edge.roles().edges().getFirst().isReady());
      alice.say(conversation, "after");
      bob.hear("after");
      alice.close();
      bob.close();
    }
  }
}
