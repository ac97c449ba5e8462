package chasqui.mailbox.store.embedded;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import chasqui.discovery.CrashPoint;
import chasqui.discovery.CrashPoints;
import chasqui.mailbox.store.Chat;
import chasqui.mailbox.store.CommitOutcome;
import chasqui.mailbox.store.CursorStore.Cursor;
import chasqui.mailbox.store.StoreException;
import chasqui.mailbox.store.StoreException.Reason;
import chasqui.store.v1.ConversationCommit;
import chasqui.store.v1.JournalBatch;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Groups: what they hold, when they are told of, and what is refused.
class CommitterTest {
  private static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");
  private static final CommitOutcome COMMITTED = new CommitOutcome.Committed();

  @TempDir Path folder;

  private final AtomicLong usableBytes = new AtomicLong(Long.MAX_VALUE);

  @Test
  void nobody_is_told_before_the_write() throws Exception {
    Gate gate = new Gate(CrashPoint.BEFORE_HEAD_WRITE);
    try (EmbeddedStore store = open(Stores.config(folder), gate)) {
      CompletableFuture<CommitOutcome> outcome = commit(store, 0, new Chat("c", NOON).created("ann", "bob"));
      gate.awaitArrival();
      assertFalse(outcome.isDone());
      assertTrue(join(store.conversations().load("c")).isEmpty());
      gate.open();
      assertEquals(COMMITTED, join(outcome));
    }
  }

  @Test
  void what_came_during_a_write_shares_the_next_one() throws Exception {
    Gate gate = new Gate(CrashPoint.AFTER_HEAD_WRITE);
    AtomicInteger writes = new AtomicInteger();
    CrashPoints points =
        point -> {
          if (point == CrashPoint.AFTER_HEAD_WRITE) {
            writes.incrementAndGet();
          }
          gate.reach(point);
        };
    try (EmbeddedStore store = open(Stores.config(folder), points)) {
      List<String> order = new ArrayList<>();
      List<CompletableFuture<?>> told = new ArrayList<>();
      told.add(commit(store, 0, new Chat("c0", NOON).created("ann", "bob")).thenRun(() -> order.add("c0")));
      gate.awaitArrival();
      told.add(store.cursors().save("ann", "phone", Map.of("c0", new Cursor(1, 1))).toCompletableFuture());
      for (int stripe = 3; stripe >= 1; stripe--) {
        String id = "c" + stripe;
        told.add(commit(store, stripe, new Chat(id, NOON).created("ann", "bob")).thenRun(() -> order.add(id)));
      }
      gate.open();
      CompletableFuture.allOf(told.toArray(CompletableFuture[]::new)).get(30, TimeUnit.SECONDS);
      assertEquals(List.of("c0", "c3", "c2", "c1"), order);
      assertEquals(2, writes.get());
    }
  }

  @Test
  void a_batch_that_cannot_be_encoded_leaves_the_others_of_its_group_alone() throws Exception {
    Gate gate = new Gate(CrashPoint.BEFORE_APPLY);
    try (EmbeddedStore store = open(Stores.config(folder), gate)) {
      CompletableFuture<CommitOutcome> first = commit(store, 0, new Chat("first", NOON).created("ann", "bob"));
      gate.awaitArrival();
      ConversationCommit partlyBad = new Chat("bad", NOON).created("ann", "b".repeat(300));
      CompletableFuture<CommitOutcome> bad = commit(store, 1, partlyBad);
      CompletableFuture<CommitOutcome> good = commit(store, 2, new Chat("good", NOON).created("ann", "bob"));
      gate.open();
      assertEquals(COMMITTED, join(first));
      assertEquals(COMMITTED, join(good));
      assertInstanceOf(CommitOutcome.Unknown.class, join(bad));
      assertTrue(join(store.conversations().load("bad")).isEmpty(), "half a batch is there");
      assertEquals(COMMITTED, join(commit(store, 1, new Chat("next", NOON).created("ann", "bob"))));
    }
  }

  @Test
  void a_second_batch_of_a_stripe_in_flight_is_a_bug_of_the_caller() throws Exception {
    Gate gate = new Gate(CrashPoint.BEFORE_APPLY);
    try (EmbeddedStore store = open(Stores.config(folder), gate)) {
      CompletableFuture<CommitOutcome> first = commit(store, 0, new Chat("c", NOON).created("ann", "bob"));
      gate.awaitArrival();
      ConversationCommit second = new Chat("d", NOON).created("ann", "bob");
      assertThrows(IllegalStateException.class, () -> commit(store, 0, second));
      gate.open();
      assertEquals(COMMITTED, join(first));
    }
  }

  @Test
  void more_saves_than_may_wait_are_refused_as_busy() throws Exception {
    Gate gate = new Gate(CrashPoint.BEFORE_APPLY);
    EmbeddedStoreConfig config = Stores.config(folder).withQueues(new EmbeddedStoreConfig.Queues(3, 1, 1));
    try (EmbeddedStore store = open(config, gate)) {
      // Or the deletion of expired marks would take one of the three places.
      store.expireMarks();
      CompletableFuture<CommitOutcome> held = commit(store, 0, new Chat("c", NOON).created("ann", "bob"));
      gate.awaitArrival();
      List<CompletionStage<Void>> waiting = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        waiting.add(save(store, i));
      }
      assertEquals(Reason.BUSY, reason(save(store, 3)));
      gate.open();
      join(held);
      waiting.forEach(CommitterTest::join);
      join(save(store, 4));
    }
  }

  @Test
  void too_little_free_space_refuses_writes_and_leaves_reads() throws Exception {
    EmbeddedStoreConfig config = Stores.config(folder).withSpaceReserveBytes(1_000);
    Chat chat = new Chat("c", NOON);
    try (EmbeddedStore store = open(config, CrashPoints.NONE)) {
      usableBytes.set(1_000);
      assertEquals(COMMITTED, join(commit(store, 0, chat.created("ann", "bob"))));
      usableBytes.set(999);
      CommitOutcome refused = join(commit(store, 0, chat.said("ann", "phone", "no room")));
      assertTrue(assertInstanceOf(CommitOutcome.StoreFull.class, refused).detail().contains("999"));
      assertEquals(Reason.FULL, reason(save(store, 1)));
      assertEquals(1, join(store.conversations().load("c")).orElseThrow().row().getHead());
      usableBytes.set(1_000);
      join(save(store, 1));
      assertEquals(COMMITTED, join(commit(store, 0, new Chat("d", NOON).created("ann", "bob"))));
      assertEquals(1, join(store.conversations().load("c")).orElseThrow().row().getHead());
    }
  }

  @Test
  void what_waits_is_finished_before_a_store_closes() throws Exception {
    Gate gate = new Gate(CrashPoint.BEFORE_APPLY);
    EmbeddedStore store = open(Stores.config(folder), gate);
    CompletableFuture<CommitOutcome> first = commit(store, 0, new Chat("c", NOON).created("ann", "bob"));
    gate.awaitArrival();
    CompletableFuture<CommitOutcome> second = commit(store, 1, new Chat("d", NOON).created("ann", "bob"));
    CompletableFuture<Void> closed = CompletableFuture.runAsync(store::close);
    gate.open();
    closed.get(30, TimeUnit.SECONDS);
    assertEquals(COMMITTED, join(first));
    assertEquals(COMMITTED, join(second));
  }

  private EmbeddedStore open(EmbeddedStoreConfig config, CrashPoints points) throws Exception {
    return EmbeddedStore.open(
        config,
        Stores.surroundings(
            () -> NOON,
            (what, cause) -> {
              throw new AssertionError(what, cause);
            },
            points,
            usableBytes::get));
  }

  private static CompletableFuture<CommitOutcome> commit(EmbeddedStore store, int stripe, ConversationCommit commit) {
    return store.journal().commit(stripe, JournalBatch.newBuilder().addCommits(commit).build()).toCompletableFuture();
  }

  private static CompletionStage<Void> save(EmbeddedStore store, long acked) {
    return store.cursors().save("ann", "phone", Map.of("c", new Cursor(1, acked)));
  }

  private static <T> T join(CompletionStage<T> stage) {
    return stage.toCompletableFuture().orTimeout(30, TimeUnit.SECONDS).join();
  }

  private static Reason reason(CompletionStage<?> stage) {
    CompletionException failed = assertThrows(CompletionException.class, () -> join(stage));
    return assertInstanceOf(StoreException.class, failed.getCause()).reason();
  }
}
