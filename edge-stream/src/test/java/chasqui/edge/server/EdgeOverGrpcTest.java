package chasqui.edge.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import chasqui.edge.v1.Delivery;
import chasqui.edge.v1.ServerFrame.FrameCase;
import chasqui.error.v1.Reason;
import io.grpc.Channel;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The same on every transport: in-process, loopback TCP.
class EdgeOverGrpcTest {

  private final EdgeRig rig = new EdgeRig();

  EdgeOverGrpcTest() throws Exception {}

  @AfterEach
  void close() throws Exception {
    rig.close();
  }

  private Channel channel(boolean netty) throws Exception {
    return netty ? rig.overNetty() : rig.inProcess();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void a_device_catches_up_sends_and_is_pushed_to(boolean netty) throws Exception {
    rig.owner.log("c", 3, 1);
    TestClient alice = TestClient.open(channel(netty)).hello("alice", "phone", 1);
    Delivery missed = alice.await(FrameCase.DELIVERY).getDelivery();
    assertEquals(1, missed.getAfter());
    assertEquals(3, missed.getUpto());
    assertEquals(1, alice.await(FrameCase.CAUGHT_UP).getCaughtUp().getConversations());
    assertEquals(FrameCase.WELCOME, alice.frames.getFirst().getFrameCase());
    alice.ack("c", 3);
    alice.send("c", "mine");
    assertEquals(4, alice.await(FrameCase.SEND_ACCEPTED).getSendAccepted().getSeq());
    long session = alice.frames.getFirst().getWelcome().getSessionId();
    synchronized (rig.mesh) {
      rig.mesh.push("c", rig.owner.append("c", "theirs"), session);
    }
    TestClient.await("the push", () -> alice.of(FrameCase.DELIVERY).size() == 2);
    Delivery pushed = alice.of(FrameCase.DELIVERY).get(1).getDelivery();
    assertEquals(4, pushed.getAfter(), "the own send counts as delivered");
    assertEquals("theirs", pushed.getEntries(0).getMessage().getText().getText());
    alice.ack("c", 5);
    TestClient.await("the cursor", () -> rig.owner.log("c").acked == 5);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void cancel_and_close_leave_the_registry_once(boolean netty) throws Exception {
    Channel channel = channel(netty);
    TestClient gone = TestClient.open(channel).hello("alice", "phone", 1);
    gone.await(FrameCase.CAUGHT_UP);
    gone.cancel();
    TestClient.await("the first to be gone", () -> rig.node.sessions() == 0);
    TestClient left = TestClient.open(channel).hello("alice", "phone", 2);
    left.await(FrameCase.CAUGHT_UP);
    left.halfClose();
    TestClient.await("a good end", () -> left.completed);
    TestClient.await("the second to be gone", () -> rig.node.sessions() == 0);
    assertEquals(2, rig.mesh.withdrawn.size(), "withdrawn " + rig.mesh.withdrawn);
  }

  @Test
  void a_session_that_is_gone_is_reported() throws Exception {
    TestClient alice = TestClient.open(rig.inProcess()).hello("alice", "phone", 1);
    alice.await(FrameCase.CAUGHT_UP);
    synchronized (rig.mesh) {
      rig.mesh.push("c", rig.owner.append("c", "x"), 1, 77, 78);
    }
    TestClient.await("the report", () -> !rig.mesh.notHere.isEmpty());
    assertEquals(java.util.List.of(77L, 78L), rig.mesh.notHere.getFirst().getSessionIdsList());
    assertEquals(1, rig.mesh.notHere.getFirst().getHead());
    alice.await(FrameCase.DELIVERY);
  }

  @Test
  void every_refusal_carries_a_reason() throws Exception {
    assertEquals(Reason.REASON_UNAUTHENTICATED, TestClient.open(rig.overNetty()).hello("bad", "phone", 1).awaitFailure());
    assertTrue(rig.mesh.announces.isEmpty());
  }
}
