package chasqui.edge.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import chasqui.edge.v1.ServerFrame.FrameCase;
import chasqui.error.v1.Reason;
import chasqui.registry.v1.Announced;
import io.grpc.Channel;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// What the edge does when routers and registries come, go and speak up.
class EdgeLinksTest {

  private final EdgeRig rig = new EdgeRig();

  EdgeLinksTest() throws Exception {}

  @AfterEach
  void close() {
    rig.close();
  }

  private TestClient live(String device) throws Exception {
    TestClient client = TestClient.open(rig.inProcess()).hello("alice", device, 1);
    client.await(FrameCase.CAUGHT_UP);
    return client;
  }

  @Test
  void the_link_names_the_edge_first() {
    TestClient.await("the greeting", () -> rig.mesh.edges.size() == 1);
    assertEquals("edge-1", rig.mesh.edges.getFirst().getNodeId());
    assertEquals("one", rig.mesh.edges.getFirst().getIncarnation());
    assertTrue(rig.node.isReady());
  }

  @Test
  void a_router_that_comes_back_is_greeted_and_conversations_are_compared() throws Exception {
    rig.owner.log("c", 2, 2);
    TestClient client = live("phone");
    rig.mesh.kill("router-1");
    TestClient.await("the break to be noticed", () -> !rig.node.isReady());
    synchronized (rig.mesh) {
      rig.owner.append("c", "nobody could push this");
    }
    client.send("c", "no router");
    assertEquals(Reason.REASON_UNAVAILABLE, client.await(FrameCase.SEND_REJECTED).getSendRejected().getReason());
    rig.mesh.startRouter("router-1");
    assertEquals(3, client.await(FrameCase.DELIVERY).getDelivery().getUpto());
    assertEquals(2, rig.mesh.edges.size());
  }

  @Test
  void what_a_router_took_with_it_is_asked_of_another() throws Exception {
    rig.owner.log("c", 2, 2);
    TestClient client = live("phone");
    rig.mesh.startRouter("router-2");
    TestClient.await("the second router to be greeted", () -> rig.mesh.edges.size() == 2);
    synchronized (rig.mesh) {
      rig.owner.append("c", "the router died with this");
    }
    rig.mesh.kill("router-1");
    assertEquals(3, client.await(FrameCase.DELIVERY).getDelivery().getUpto());
  }

  @Test
  void sends_that_a_broken_link_swallowed_are_answered_as_unknown() throws Exception {
    TestClient client = live("phone");
    rig.mesh.held = request -> request.hasAppend();
    client.send("c", "swallowed");
    TestClient.await("the append", () -> rig.mesh.asked.stream().anyMatch(request -> request.hasAppend()));
    rig.mesh.kill("router-1");
    assertEquals(Reason.REASON_OUTCOME_UNKNOWN, client.await(FrameCase.SEND_REJECTED).getSendRejected().getReason());
  }

  @Test
  void sessions_outlive_their_registry_and_are_announced_again() throws Exception {
    TestClient client = live("phone");
    rig.mesh.kill("registry-1");
    TestClient.await("the break to be noticed", () -> !rig.node.isReady());
    client.send("c", "chatting goes on");
    client.await(FrameCase.SEND_ACCEPTED);
    assertEquals(Reason.REASON_UNAVAILABLE,
        TestClient.open(rig.inProcess()).hello("bob", "phone", 1).awaitFailure(), "nobody new without a registry");
    rig.mesh.startRegistry("registry-1");
    TestClient.await("the announcement", () -> rig.mesh.announces.stream().anyMatch(announce -> announce.getAgain()));
    assertEquals(1, rig.node.sessions());
  }

  @Test
  void another_owner_of_the_user_is_told() throws Exception {
    live("phone");
    for (int i = 2; i < 12 && rig.mesh.announces.size() < 2; i++) {
      rig.mesh.startRegistry("registry-" + i);
    }
    TestClient.await("the new owner to be told", () -> rig.mesh.announces.size() >= 2);
    assertTrue(rig.mesh.announces.getLast().getAgain());
    TestClient.await("the old one to forget", () -> rig.mesh.withdrawn.contains(1L));
    assertEquals(1, rig.node.sessions());
  }

  @Test
  void the_registry_can_end_a_session() throws Exception {
    TestClient client = live("phone");
    rig.mesh.end(1, Reason.REASON_SUPERSEDED);
    assertEquals(Reason.REASON_SUPERSEDED, client.awaitFailure());
    assertEquals(Reason.REASON_SUPERSEDED, client.of(FrameCase.EVICTED).getFirst().getEvicted().getReason());
  }

  @Test
  void an_announcement_that_is_refused_the_second_time_ends_the_session() throws Exception {
    TestClient client = live("phone");
    rig.mesh.registry = announce -> Announced.newBuilder().setRefused(Reason.REASON_DEVICE_CAP).build();
    rig.mesh.kill("registry-1");
    rig.mesh.startRegistry("registry-1");
    assertEquals(Reason.REASON_DEVICE_CAP, client.awaitFailure());
  }

  @Test
  void a_sign_out_reaches_the_sessions_of_its_device() throws Exception {
    TestClient phone = live("phone");
    TestClient tablet = live("tablet");
    rig.mesh.revoke("alice", "phone", System.currentTimeMillis() * 1000);
    assertEquals(Reason.REASON_REVOKED, phone.awaitFailure());
    tablet.send("c", "still here");
    tablet.await(FrameCase.SEND_ACCEPTED);
  }

  @Test
  void a_registry_that_does_not_answer_is_given_up() throws Exception {
    rig.close();
    try (EdgeRig quick = new EdgeRig(EdgeConfig.DEFAULT.with(
        new EdgeConfig.Links(100, Duration.ofSeconds(10), Duration.ofMillis(300))))) {
      quick.mesh.registry = announce -> null;
      assertEquals(Reason.REASON_UNAVAILABLE,
          TestClient.open(quick.inProcess()).hello("alice", "phone", 1).awaitFailure());
      assertEquals(1, quick.mesh.withdrawn.size());
    }
  }

  @Test
  void an_owner_that_does_not_answer_is_given_up() throws Exception {
    try (EdgeRig quick = new EdgeRig(EdgeConfig.DEFAULT.with(
        new EdgeConfig.Links(100, Duration.ofMillis(300), Duration.ofSeconds(5))))) {
      TestClient client = TestClient.open(quick.inProcess()).hello("alice", "phone", 1);
      client.await(FrameCase.CAUGHT_UP);
      quick.mesh.held = request -> request.hasAppend();
      client.send("c", "hello");
      assertEquals(Reason.REASON_DEADLINE_EXCEEDED, client.await(FrameCase.SEND_REJECTED).getSendRejected().getReason());
    }
  }

  @Test
  void draining_spreads_the_return_and_completes_when_all_have_left() throws Exception {
    Channel channel = rig.inProcess();
    TestClient one = TestClient.open(channel).hello("alice", "phone", 1);
    TestClient two = TestClient.open(channel).hello("bob", "phone", 1);
    one.await(FrameCase.CAUGHT_UP);
    two.await(FrameCase.CAUGHT_UP);
    CompletableFuture<Void> left = rig.node.drain(Duration.ofSeconds(30));
    long spread = one.await(FrameCase.DRAIN).getDrain().getReconnectAfter().getSeconds()
        + two.await(FrameCase.DRAIN).getDrain().getReconnectAfter().getSeconds();
    assertEquals(7, spread, "0 s and 7.5 s of the first half");
    assertEquals(Reason.REASON_UNAVAILABLE, TestClient.open(channel).awaitFailure());
    assertFalse(rig.node.isReady());
    one.halfClose();
    two.halfClose();
    left.get(20, TimeUnit.SECONDS);
    TestClient.await("good ends", () -> one.completed && two.completed);
  }

  @Test
  void closing_stores_the_last_acks() throws Exception {
    rig.owner.log("c", 3, 0);
    TestClient client = live("phone");
    client.await(FrameCase.DELIVERY);
    client.ack("c", 3);
    client.write(chasqui.edge.v1.ClientFrame.newBuilder()
        .setHeartbeat(chasqui.edge.v1.Heartbeat.newBuilder().setNonce(5)).build());
    client.await(FrameCase.HEARTBEAT);
    rig.node.close();
    assertEquals(Reason.REASON_UNAVAILABLE, client.awaitFailure());
    assertEquals(3, rig.owner.log("c").acked);
  }
}
