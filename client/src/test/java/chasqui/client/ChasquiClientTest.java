package chasqui.client;

import static chasqui.client.Frames.CONVERSATION;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import chasqui.client.session.ClientEvent;
import chasqui.client.session.SessionBounds;
import chasqui.client.session.StopCause;
import chasqui.client.store.DataFolderInUseException;
import chasqui.client.store.FileStore;
import chasqui.edge.v1.ClientFrame;
import chasqui.error.v1.Reason;
import chasqui.testkit.process.Await;
import io.grpc.Status;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The whole client against a real in-process server.
final class ChasquiClientTest {
  @TempDir
  Path folder;

  private final EventLog events = new EventLog();
  private ScriptedEdge edge;
  private ChasquiClient client;

  @BeforeEach
  void start() {
    edge = new ScriptedEdge("edge-" + System.nanoTime());
    client = open(events);
  }

  @AfterEach
  void stop() {
    client.close();
    edge.close();
  }

  /// Without the client that every test begins with, and without what it may have begun.
  private void alone() {
    client.close();
    edge.close();
    edge = new ScriptedEdge("edge-" + System.nanoTime());
  }

  private ChasquiClient open(ClientListener log) {
    return ChasquiClient.builder()
        .endpoints(edge.address())
        .channels(ScriptedEdge.channels())
        .token(TokenSource.fixed("t"))
        .deviceId("a1")
        .dataFolder(folder)
        .listener(log)
        .connect();
  }

  @Test
  void an_accepted_message_completes_its_future_and_is_shown_in_its_place() throws Exception {
    var stream = edge.welcomed();
    stream.send(Frames.delivery(0, 1));
    var receipt = client.sendText(CONVERSATION, "hi");
    var send = stream.await(ClientFrame::hasSend).getSend();
    stream.send(Frames.accepted(send, 3));
    assertEquals(3, receipt.get(20, TimeUnit.SECONDS).seq());
    assertEquals(List.of(1L), events.seqs());
    stream.send(Frames.delivery(1, 2));
    assertTrue(events.await(ClientEvent.EntryReceived.class, 3).own());
    assertEquals(List.of(1L, 2L, 3L), events.seqs());
    var ack = stream.await(frame -> frame.hasAck() && frame.getAck().getPositions(0).getSeq() == 3);
    assertEquals(Frames.GENERATION, ack.getAck().getPositions(0).getGeneration());
  }

  @Test
  void a_message_without_an_answer_goes_out_again_after_a_reconnect_with_the_same_id() throws Exception {
    var first = edge.welcomed();
    var receipt = client.sendText(CONVERSATION, "hi");
    var send = first.await(ClientFrame::hasSend).getSend();
    first.fail(Status.UNAVAILABLE);
    var second = edge.welcomed();
    var again = second.await(ClientFrame::hasSend).getSend();
    assertEquals(send, again);
    second.send(Frames.accepted(again, 1));
    assertEquals(1, receipt.get(20, TimeUnit.SECONDS).seq());
  }

  @Test
  void what_was_not_answered_survives_the_client() throws Exception {
    var first = edge.welcomed();
    var receipt = client.sendText(CONVERSATION, "hi");
    var send = first.await(ClientFrame::hasSend).getSend();
    client.close();
    assertThrows(ClientEndedException.class, () -> ChasquiClient.await(receipt));
    var later = new EventLog();
    client = open(later);
    var second = edge.welcomed();
    assertEquals(send, second.await(ClientFrame::hasSend).getSend());
    second.send(Frames.accepted(send, 1));
    later.await(ClientEvent.SendSettled.class, 1);
    // It is taken from the outbox once the listener has been told.
    Await.until(Duration.ofSeconds(60), "the outbox is empty", () -> client.unanswered() == 0);
  }

  @Test
  void positions_survive_the_client() throws Exception {
    var first = edge.welcomed();
    first.send(Frames.delivery(0, 4));
    events.await(ClientEvent.EntryReceived.class, 4);
    client.close();
    var later = new EventLog();
    client = open(later);
    var second = edge.welcomed();
    second.send(Frames.delivery(2, 5));
    later.await(ClientEvent.EntryReceived.class, 1);
    assertEquals(List.of(5L), later.seqs());
  }

  @Test
  void what_was_shown_while_it_closed_is_not_shown_again() throws Exception {
    alone();
    long position = 0;
    for (int life = 1; life <= 30; life++) {
      AtomicLong shown = new AtomicLong(position);
      long from = position;
      client = open(event -> {
        if (event instanceof ClientEvent.EntryReceived entry) {
          assertTrue(shown.compareAndSet(entry.entry().getSeq() - 1, entry.entry().getSeq()), "shown again: " + entry);
        }
      });
      var stream = edge.welcomed();
      Thread talking = Thread.ofPlatform().start(() -> {
        // So few under way that a slow machine still shows them all in the time that a close waits.
        for (long seq = from; stream.sendUnlessEnded(Frames.delivery(seq, seq + 1)); seq++) {
          while (seq - shown.get() > 3_000 && !stream.ended.isDone()) {
            Thread.onSpinWait();
          }
        }
      });
      Await.until(Duration.ofSeconds(60), "some are shown", () -> shown.get() >= from + 50);
      client.close();
      talking.join();
      try (var records = Executors.newVirtualThreadPerTaskExecutor()) {
        var store = new FileStore(folder, records);
        position = store.restored().positions().get(CONVERSATION).getSeq();
        store.close();
      }
      assertEquals(shown.get(), position, "in life " + life);
    }
  }

  @Test
  void a_second_client_is_kept_out_of_the_data_folder() {
    var refusal = assertThrows(DataFolderInUseException.class, () -> open(new EventLog()));
    assertTrue(refusal.getMessage().contains("in use by another client"), refusal.getMessage());
  }

  @Test
  void eviction_is_final() throws Exception {
    var stream = edge.welcomed();
    stream.send(Frames.evicted(Reason.REASON_SUPERSEDED));
    assertEquals(Reason.REASON_SUPERSEDED, events.await(ClientEvent.Evicted.class, 1).reason());
    assertEquals(StopCause.EVICTED, events.await(ClientEvent.Stopped.class, 1).cause());
    assertThrows(ClientEndedException.class, () -> ChasquiClient.await(client.sendText(CONVERSATION, "hi")));
    assertEquals(0, edge.connections.size());
  }

  @Test
  void a_drained_stream_is_replaced_on_another_edge_before_it_is_closed() throws Exception {
    alone();
    try (var other = new ScriptedEdge("other-" + System.nanoTime())) {
      var told = new EventLog();
      client = ChasquiClient.builder()
          .endpoints(edge.address(), other.address())
          .channels(ScriptedEdge.channels())
          .token(TokenSource.fixed("t"))
          .deviceId("a2")
          .listener(told)
          .connect();
      var first = edge.welcomed();
      first.send(Frames.delivery(0, 1));
      first.send(Frames.drain(10));
      var second = other.next();
      assertEquals(2, second.await(ClientFrame::hasHello).getHello().getConnectNumber());
      assertFalse(first.ended.isDone());
      first.send(Frames.delivery(1, 2));
      second.send(Frames.welcome());
      second.send(Frames.delivery(1, 3));
      second.send(Frames.caughtUp());
      assertEquals("half-closed", first.ended.get(20, TimeUnit.SECONDS));
      told.await(ClientEvent.EntryReceived.class, 3);
      assertEquals(List.of(1L, 2L, 3L), told.seqs());
      var receipt = client.sendText(CONVERSATION, "hi");
      second.send(Frames.accepted(second.await(ClientFrame::hasSend).getSend(), 4));
      assertEquals(4, receipt.get(20, TimeUnit.SECONDS).seq());
      assertTrue(told.all(ClientEvent.Disconnected.class).isEmpty());
    }
  }

  @Test
  void more_than_the_outbox_holds_is_refused_at_once() throws Exception {
    alone();
    var small = SessionBounds.DEFAULTS.withSends(new SessionBounds.SendBounds(2, 1 << 20, 2, 30_000, 8));
    client = ChasquiClient.builder()
        .endpoints(edge.address())
        .channels(ScriptedEdge.channels())
        .token(TokenSource.fixed("t"))
        .deviceId("a2")
        .bounds(small)
        .connect();
    client.sendText(CONVERSATION, "one");
    client.sendText(CONVERSATION, "two");
    assertThrows(OutboxFullException.class, () -> ChasquiClient.await(client.sendText(CONVERSATION, "three")));
    assertEquals(2, client.unanswered());
  }

  @Test
  void a_client_closed_by_its_own_listener_ends() throws Exception {
    alone();
    var ended = new CompletableFuture<Void>();
    var self = new CompletableFuture<ChasquiClient>();
    client = ChasquiClient.builder()
        .endpoints(edge.address())
        .channels(ScriptedEdge.channels())
        .token(TokenSource.fixed("t"))
        .deviceId("a2")
        .listener(event -> {
          switch (event) {
            case ClientEvent.CaughtUp _ -> self.join().close();
            case ClientEvent.Stopped _ -> ended.complete(null);
            default -> { }
          }
        })
        .connect();
    self.complete(client);
    edge.welcomed();
    ended.get(20, TimeUnit.SECONDS);
  }
}
