package chasqui.edge.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import chasqui.edge.session.SessionLimits;
import chasqui.edge.session.SessionLimits.Timing;
import chasqui.edge.v1.ClientFrame;
import chasqui.edge.v1.Heartbeat;
import chasqui.edge.v1.ServerFrame.FrameCase;
import chasqui.mailbox.v1.MailboxRequest;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// What a router that is lost, or comes, does to the streams of an edge.
class RouterChangesTest {

  private final EdgeRig rig = new EdgeRig(EdgeConfig.DEFAULT.with(SessionLimits.DEFAULT.with(comparingAtOnce(Timing.DEFAULT))));

  RouterChangesTest() throws Exception {}

  private static Timing comparingAtOnce(Timing usual) {
    return new Timing(
        usual.hello(), usual.heartbeat(), usual.streamTimeout(), usual.cursorFlush(), usual.authWarning(), usual.retryFirst(),
        usual.retryMax(), usual.resync(), Duration.ZERO);
  }

  @AfterEach
  void close() {
    rig.close();
  }

  private TestClient live(String user) throws Exception {
    TestClient client = TestClient.open(rig.inProcess()).hello(user, "phone", 1);
    client.await(FrameCase.CAUGHT_UP);
    return client;
  }

  private void withSecondRouter() throws Exception {
    rig.mesh.startRouter("router-2");
    TestClient.await("the second router to be greeted", () -> rig.mesh.edges.size() == 2);
  }

  /// How often streams began to compare: each time they look whether the device is still registered.
  private long comparings() {
    return rig.mesh.asked.stream().filter(MailboxRequest::hasRegisterDevice).count() - 1;
  }

  @Test
  void a_router_that_is_gone_costs_one_comparing_however_often_it_is_looked_for() throws Exception {
    live("alice");
    withSecondRouter();
    rig.mesh.kill("router-1");
    TestClient.await("the comparing", () -> comparings() == 1);
    int before = rig.mesh.callsOf("router-1");
    TestClient.await("many attempts", () -> rig.mesh.callsOf("router-1") >= before + 6);
    assertEquals(1, comparings());
    rig.mesh.startRouter("router-1");
    TestClient.await("another when it is back", () -> comparings() >= 2);
  }

  @Test
  void a_router_that_takes_a_link_and_says_nothing_is_not_back() throws Exception {
    TestClient client = live("alice");
    withSecondRouter();
    rig.mesh.mute.add("router-1");
    rig.mesh.kill("router-1");
    TestClient.await("the comparing", () -> comparings() == 1);
    rig.mesh.startRouter("router-1");
    TestClient.await("a link that stands", () -> rig.mesh.deaf.get() == 1);
    settled(client, 1);
    assertEquals(1, comparings());
    TestClient.await("the next, after the first was silent for long", () -> rig.mesh.deaf.get() == 2);
    settled(client, 2);
    assertTrue(comparings() >= 2, "what it was sent meanwhile may be lost");
  }

  /// What links told until now has come to the stream.
  private void settled(TestClient client, int answers) throws Exception {
    rig.timers.submit(() -> { }).get(20, TimeUnit.SECONDS);
    client.write(ClientFrame.newBuilder().setHeartbeat(Heartbeat.newBuilder().setNonce(answers)).build());
    TestClient.await("the answer", () -> client.of(FrameCase.HEARTBEAT).size() >= answers);
  }

  @Test
  void sends_of_a_conversation_stay_together_when_a_router_comes() throws Exception {
    List<String> moving = IntStream.range(0, 100).mapToObj(i -> "c" + i).filter(rig.mesh::isOfSecondRouter).toList();
    String talk = moving.getFirst();
    TestClient alice = live("alice");
    TestClient bob = live("bob");
    rig.mesh.held = request -> request.getAppend().getMessage().getText().getText().equals("A");
    alice.send(talk, "A");
    TestClient.await("the first send to be held", () -> rig.mesh.appendsAt.size() == 1);
    withSecondRouter();
    TestClient.await("the slot to move", () -> {
      int before = rig.mesh.appendsAt.size();
      bob.send(moving.getLast(), "where?");
      TestClient.await("the question", () -> rig.mesh.appendsAt.size() > before);
      return rig.mesh.appendsAt.containsValue("router-2");
    });
    alice.send(talk, "B");
    TestClient.await("the second send", () -> texts("B").size() == 1);
    rig.mesh.release();
    TestClient.await("both to be accepted", () -> alice.of(FrameCase.SEND_ACCEPTED).size() == 2);
    assertEquals(List.of("A", "B"), logged(talk));
    alice.send(talk, "C");
    TestClient.await("the third send", () -> texts("C").size() == 1);
    assertEquals("router-2", rig.mesh.appendsAt.get(texts("C").getFirst()));
  }

  @Test
  void where_a_router_does_not_reach_an_owner_the_next_is_asked() throws Exception {
    String talk = IntStream.range(0, 100).mapToObj(i -> "c" + i).filter(rig.mesh::isOfSecondRouter).findFirst().orElseThrow();
    TestClient alice = live("alice");
    withSecondRouter();
    rig.mesh.astray.add("router-2");
    sendUntil(alice, talk, () -> rig.mesh.appendsAt.containsValue("router-2"));
    int before = alice.of(FrameCase.SEND_ACCEPTED).size();
    sendUntil(alice, talk, () -> alice.of(FrameCase.SEND_ACCEPTED).size() > before);
    assertEquals(1, rig.node.slotsRefused());
  }

  private void sendUntil(TestClient client, String conversationId, BooleanSupplier enough) {
    TestClient.await("sends to be enough", () -> {
      try {
        client.send(conversationId, "hello");
        rig.timers.schedule(() -> { }, 100, TimeUnit.MILLISECONDS).get();
      } catch (InterruptedException | ExecutionException failure) {
        throw new AssertionError(failure);
      }
      return enough.getAsBoolean();
    });
  }

  private List<MailboxRequest> texts(String text) {
    return rig.mesh.asked.stream()
        .filter(request -> request.getAppend().getMessage().getText().getText().equals(text)).toList();
  }

  private List<String> logged(String conversationId) {
    synchronized (rig.mesh) {
      return rig.owner.log(conversationId).entries.stream().map(entry -> entry.getMessage().getText().getText()).toList();
    }
  }
}
