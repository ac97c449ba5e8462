package chasqui.edge.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import chasqui.edge.v1.Delivery;
import chasqui.edge.v1.ServerFrame;
import chasqui.edge.v1.ServerFrame.FrameCase;
import chasqui.error.v1.Reason;
import chasqui.log.v1.Entry;
import io.grpc.Channel;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Bounds that only a real transport can break. That nothing is written while the stream is not ready is asserted by the
/// rig at the end of every test.
class EdgeBoundsTest {

  private static final int MESSAGES = 1_500;
  // Given, a window stays as it is; otherwise gRPC lets it grow.
  private static final int WINDOW = 1 << 20;
  private static final String TEXT = "x".repeat(4_000);

  private EdgeRig rig;

  private Channel channel(boolean netty) throws Exception {
    rig = new EdgeRig();
    return netty ? rig.overNetty(WINDOW) : rig.inProcess();
  }

  @AfterEach
  void close() {
    rig.close();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void a_client_that_never_reads_is_written_next_to_nothing_and_loses_nothing(boolean netty) throws Exception {
    TestClient slow = TestClient.open(channel(netty), 2).hello("alice", "phone", 1);
    slow.await(FrameCase.CAUGHT_UP);
    for (int i = 0; i < MESSAGES; i++) {
      push(1);
    }
    TestClient.await("the pushes to be taken", () -> rig.node.sessions() == 1 && loopIsIdle());
    // Over TCP the transport itself takes the peer's flow-control window; never the 6 MB that were pushed.
    long bound = netty ? WINDOW / TEXT.length() + 100 : 3;
    assertTrue(rig.writes.written() <= bound, rig.writes.written() + " frames written, at most " + bound);
    long reads = rig.mesh.asked.stream().filter(request -> request.hasReadRange()).count();
    slow.read(Integer.MAX_VALUE / 2);
    TestClient.await("all of it", () -> {
      long covered = covered(slow);
      if (covered > 0) {
        slow.ack("c", covered);
      }
      return covered == MESSAGES;
    });
    assertTrue(reads < 100, reads + " ranges were read for a client that does not read");
  }

  private void push(long session) {
    synchronized (rig.mesh) {
      rig.mesh.push("c", rig.owner.append("c", TEXT), session);
    }
  }

  /// What was handed to the loops before has been handled.
  private boolean loopIsIdle() {
    int before = rig.mesh.notHere.size();
    rig.mesh.push("nobody", Entry.newBuilder().setSeq(1).build(), 1, 999_999);
    TestClient.await("the router's echo", () -> rig.mesh.notHere.size() > before);
    return true;
  }

  private static long covered(TestClient client) {
    long covered = 0;
    for (ServerFrame frame : client.of(FrameCase.DELIVERY)) {
      Delivery delivery = frame.getDelivery();
      if (delivery.getConversationId().equals("c")) {
        assertTrue(delivery.getAfter() <= covered, "a hole before " + delivery.getAfter());
        covered = Math.max(covered, delivery.getUpto());
      }
    }
    return covered;
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void a_client_that_does_not_wait_for_answers_is_not_read(boolean netty) throws Exception {
    Channel channel = channel(netty);
    rig.mesh.held = request -> request.hasAppend();
    TestClient eager = TestClient.open(channel).hello("alice", "phone", 1);
    eager.await(FrameCase.CAUGHT_UP);
    for (int i = 0; i < 500; i++) {
      eager.send("c", "x");
    }
    TestClient.await("the bound", () -> appends() == 64);
    assertTrue(loopIsIdle());
    assertEquals(64, appends());
    assertEquals(1, rig.node.sessions());
  }

  private long appends() {
    return rig.mesh.asked.stream().filter(request -> request.hasAppend()).count();
  }

  @Test
  void a_stream_too_many_is_refused() throws Exception {
    EdgeConfig.Server server = EdgeConfig.Server.DEFAULT;
    rig = new EdgeRig(EdgeConfig.DEFAULT.with(new EdgeConfig.Server(
        0, 2, 100, 10, 10, server.frameBytesMax(), server.metadataBytesMax(), server.keepAliveMin(), server.resetsMax(),
        server.resetsWindow(), server.handshakeMax(), server.connectionIdleMax())));
    Channel channel = rig.inProcess();
    List<TestClient> clients = List.of(TestClient.open(channel), TestClient.open(channel));
    TestClient.await("two streams", () -> rig.node.sessions() == 2);
    assertEquals(Reason.REASON_OVERLOADED, TestClient.open(channel).awaitFailure());
    clients.getFirst().cancel();
    TestClient.await("room", () -> rig.node.sessions() == 1);
    TestClient.open(channel).hello("alice", "phone", 1).await(FrameCase.WELCOME);
  }

  @Test
  void a_connection_too_many_gets_no_calls() throws Exception {
    EdgeConfig.Server server = EdgeConfig.Server.DEFAULT;
    rig = new EdgeRig(EdgeConfig.DEFAULT.with(new EdgeConfig.Server(
        0, 100, 1, 10, 10, server.frameBytesMax(), server.metadataBytesMax(), server.keepAliveMin(), server.resetsMax(),
        server.resetsWindow(), server.handshakeMax(), server.connectionIdleMax())));
    TestClient first = TestClient.open(rig.overNetty()).hello("alice", "phone", 1);
    first.await(FrameCase.WELCOME);
    assertEquals(Reason.REASON_OVERLOADED, TestClient.open(rig.overNetty()).awaitFailure());
  }

  @Test
  void a_message_above_the_limit_is_answered_and_the_stream_goes_on() throws Exception {
    TestClient client = TestClient.open(channel(true)).hello("alice", "phone", 1);
    client.await(FrameCase.CAUGHT_UP);
    client.send("c", "x".repeat(100_000));
    assertEquals(Reason.REASON_TOO_LARGE, client.await(FrameCase.SEND_REJECTED).getSendRejected().getReason());
    client.send("c", "small");
    client.await(FrameCase.SEND_ACCEPTED);
  }
}
