package chasqui.mailbox.custody;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import chasqui.discovery.CrashPoint;
import chasqui.log.v1.Entry;
import chasqui.mailbox.memory.WriteFate;
import chasqui.mailbox.store.CommitOutcome;
import chasqui.mailbox.store.CommitOutcome.Committed;
import chasqui.mailbox.store.CommitOutcome.StoreFull;
import chasqui.mailbox.store.CommitOutcome.Unknown;
import chasqui.mailbox.store.shared.JournalTable.JournalId;
import chasqui.mailbox.store.shared.JournalTable.Marks;
import chasqui.store.v1.ConversationCommit;
import chasqui.store.v1.JournalRow;
import chasqui.store.v1.Seal;
import com.google.protobuf.ByteString;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// A commit is told of once its place is held, never before and whatever becomes of the inserts.
class SharedJournalTest {

  private final JournalBench bench = new JournalBench();

  private static Committed committed(CompletableFuture<CommitOutcome> outcome) {
    return assertInstanceOf(Committed.class, outcome.getNow(null));
  }

  private void seal(long place) {
    bench.rows.journals().computeIfAbsent(JournalBench.JOURNAL, id -> new java.util.TreeMap<>())
        .put(place, JournalRow.newBuilder()
            .setNonce(ByteString.copyFromUtf8("another")).setSeal(Seal.newBuilder().setByIncarnation("taker")).build());
  }

  @Test
  void nothingIsToldBeforeTheInsertIsKnown() {
    bench.work.hold("insert");
    CompletableFuture<CommitOutcome> outcome = bench.commit(bench.chat.created("ann", "bob"));
    bench.settle();
    assertFalse(outcome.isDone());
    assertEquals(0, bench.work.count("apply"));
    bench.work.runOne("insert");
    bench.settle();
    committed(outcome);
    assertEquals(List.of(
        CrashPoint.BEFORE_APPLY, CrashPoint.BEFORE_HEAD_WRITE, CrashPoint.AFTER_HEAD_WRITE, CrashPoint.AFTER_APPLY),
        bench.points);
  }

  @Test
  void itIsToldBeforeItIsApplied() {
    bench.work.hold("apply");
    CompletableFuture<CommitOutcome> outcome = bench.commit(bench.chat.created("ann", "bob"));
    bench.settle();
    Committed committed = committed(outcome);
    assertFalse(committed.applied().toCompletableFuture().isDone());
    assertEquals(1, bench.store.journal().unapplied());
    bench.work.release("apply");
    bench.settle();
    assertTrue(committed.applied().toCompletableFuture().isDone());
    assertEquals(0, bench.store.journal().unapplied());
  }

  @Test
  void aReaderWaitsForWhatWasCommittedBeforeIt() {
    bench.work.hold("apply");
    bench.commit(bench.chat.created("ann", "bob"));
    bench.settle();
    CompletableFuture<List<Entry>> read =
        bench.store.conversations().readLog("c", 0, 9, 9, 9_999, false).toCompletableFuture();
    CompletableFuture<List<Entry>> other =
        bench.store.conversations().readLog("d", 0, 9, 9, 9_999, false).toCompletableFuture();
    bench.settle();
    assertTrue(other.isDone());
    assertFalse(read.isDone());
    // What is committed while it waits keeps it waiting no longer.
    bench.commit(bench.chat.said("ann", "phone", "two"));
    bench.settle();
    bench.work.runOne("apply");
    bench.settle();
    assertEquals(1, read.getNow(List.of()).size());
  }

  /// Every sequence of two or three tries that say nothing, then one that does.
  static Stream<List<WriteFate>> fates() {
    List<WriteFate> silent = List.of(WriteFate.DONE_UNTOLD, WriteFate.LOST, WriteFate.LATE, WriteFate.BUSY);
    List<List<WriteFate>> all = new ArrayList<>();
    for (WriteFate one : silent) {
      for (WriteFate other : silent) {
        all.add(List.of(one, other, WriteFate.DONE));
        all.add(List.of(one, other, WriteFate.TWICE));
        for (WriteFate third : silent) {
          all.add(List.of(one, other, third, WriteFate.DONE));
        }
      }
    }
    return all.stream();
  }

  @ParameterizedTest
  @MethodSource("fates")
  void anUnknownOutcomeIsFoundOutAndTheBatchStandsOnce(List<WriteFate> inserts) {
    ArrayDeque<WriteFate> next = new ArrayDeque<>(inserts);
    bench.fates = operation -> operation.equals("insert") && !next.isEmpty() ? next.poll() : WriteFate.DONE;
    CompletableFuture<CommitOutcome> first = bench.commit(bench.chat.created("ann", "bob"));
    bench.pass(Duration.ofSeconds(5));
    committed(first);
    CompletableFuture<CommitOutcome> second = bench.commit(bench.chat.said("ann", "phone", "two"));
    bench.pass(Duration.ofSeconds(5));
    committed(second);
    assertEquals(List.of(1L, 2L), List.copyOf(bench.journal().keySet()));
    assertEquals(1, bench.journal().get(1L).getBatch().getCommits(0).getEntries(0).getSeq());
    assertEquals(2, bench.journal().get(2L).getBatch().getCommits(0).getEntries(0).getSeq());
    assertEquals(2, bench.rows.headOf("c"));
  }

  @Test
  void aFullStoreIsToldOfOnlyWhereNothingMayStand() {
    ArrayDeque<WriteFate> next = new ArrayDeque<>(List.of(WriteFate.FULL, WriteFate.LATE, WriteFate.FULL, WriteFate.DONE));
    bench.fates = operation -> operation.equals("insert") && !next.isEmpty() ? next.poll() : WriteFate.DONE;
    ConversationCommit created = bench.chat.created("ann", "bob");
    CompletableFuture<CommitOutcome> full = bench.commit(created);
    bench.settle();
    assertInstanceOf(StoreFull.class, full.getNow(null));
    CompletableFuture<CommitOutcome> again = bench.commit(created);
    bench.pass(Duration.ofSeconds(5));
    committed(again);
    assertEquals(List.of(1L), List.copyOf(bench.journal().keySet()));
  }

  @Test
  void anOwnerThatMeetsASealEndsAndClaimsNothing() {
    seal(1);
    CompletableFuture<CommitOutcome> outcome = bench.commit(bench.chat.created("ann", "bob"));
    bench.settle();
    assertInstanceOf(Unknown.class, outcome.getNow(null));
    assertInstanceOf(Unknown.class, settled(bench.commit(bench.chat.said("ann", "phone", "more"))));
    assertEquals(1, bench.fatal.size());
    assertEquals(0, bench.rows.headOf("c"));
    assertFalse(settled(bench.store.confirm(0).toCompletableFuture()));
    assertFalse(settled(bench.store.confirm(1).toCompletableFuture()));
  }

  private <T> T settled(CompletableFuture<T> stage) {
    bench.settle();
    return stage.getNow(null);
  }

  @Test
  void whoIsReplacedWhileLeavingNeverSaysThatAllIsApplied() {
    // The first try stands, and nobody knows.
    ArrayDeque<WriteFate> next = new ArrayDeque<>(List.of(WriteFate.DONE_UNTOLD));
    bench.fates = operation -> !operation.equals("insert") ? WriteFate.DONE : next.isEmpty() ? WriteFate.LOST : next.poll();
    CompletableFuture<CommitOutcome> open = bench.commit(bench.chat.created("ann", "bob"));
    bench.settle();
    CompletableFuture<Void> left = bench.store.journals().leave().toCompletableFuture();
    bench.settle();
    bench.rows.journals().computeIfAbsent(new JournalId("owner", 1), id -> new java.util.TreeMap<>())
        .put(1L, JournalRow.newBuilder().setSeal(Seal.newBuilder().setByIncarnation("taker")).build());
    assertFalse(settled(bench.store.confirm(1).toCompletableFuture()));
    bench.fates = WriteFate.Decider.ALL_DONE;
    bench.pass(Duration.ofSeconds(5));
    assertInstanceOf(Unknown.class, open.getNow(null));
    assertTrue(bench.journal().get(1L).hasBatch());
    assertFalse(left.isDone());
  }

  @Test
  void whoLeavesSealsOnceAllIsApplied() {
    bench.work.hold("apply");
    bench.commit(bench.chat.created("ann", "bob"));
    bench.settle();
    CompletableFuture<Void> left = bench.store.journals().leave().toCompletableFuture();
    bench.pass(Duration.ofSeconds(2));
    assertEquals(1, bench.journal().size());
    bench.work.release("apply");
    bench.pass(Duration.ofSeconds(2));
    assertTrue(left.isDone());
    assertTrue(bench.journal().get(2L).hasSeal());
    assertEquals(new Marks(1, 0), bench.rows.marksOf(JournalBench.JOURNAL));
    assertInstanceOf(Unknown.class, settled(bench.commit(bench.chat.said("ann", "phone", "too late"))));
    assertTrue(bench.fatal.isEmpty());
  }

  @Test
  void whoLeavesDoesNotTakeItsOwnSealForAnothers() {
    ArrayDeque<WriteFate> next = new ArrayDeque<>(List.of(WriteFate.DONE_UNTOLD));
    bench.fates = operation -> operation.equals("insert") && !next.isEmpty() ? next.poll() : WriteFate.DONE;
    CompletableFuture<Void> left = bench.store.journals().leave().toCompletableFuture();
    bench.settle();
    assertTrue(bench.journal().get(1L).hasSeal());
    assertFalse(left.isDone());
    assertFalse(settled(bench.store.confirm(0).toCompletableFuture()));
    bench.pass(Duration.ofSeconds(2));
    assertTrue(left.isDone());
    assertTrue(bench.fatal.isEmpty());
  }

  @Test
  void aCommitWithoutAnOutcomeMakesItsStripeRefuse() {
    bench.fates = operation -> operation.equals("insert") ? WriteFate.LOST : WriteFate.DONE;
    CompletableFuture<CommitOutcome> outcome = bench.commit(bench.chat.created("ann", "bob"));
    bench.pass(Duration.ofMillis(700));
    assertFalse(bench.store.journal().isStuck(0));
    bench.pass(Duration.ofMillis(700));
    assertTrue(bench.store.journal().isStuck(0));
    assertFalse(bench.store.journal().isStuck(1));
    bench.fates = WriteFate.Decider.ALL_DONE;
    bench.pass(Duration.ofSeconds(3));
    committed(outcome);
    assertFalse(bench.store.journal().isStuck(0));
  }

  @Test
  void theMarkOfWhatIsAppliedFollowsAndNeverPassesAHole() {
    settled(bench.commit(bench.chat.created("ann", "bob")));
    bench.work.hold("apply");
    bench.commit(bench.chat.said("ann", "phone", "two"));
    bench.settle();
    bench.commit(bench.chat.said("ann", "phone", "three"));
    bench.settle();
    bench.pass(Duration.ofSeconds(2));
    assertEquals(new Marks(1, 0), bench.rows.marksOf(JournalBench.JOURNAL));
    // Both are applied, the later one first.
    bench.work.release("apply");
    bench.pass(Duration.ofSeconds(2));
    assertEquals(new Marks(3, 0), bench.rows.marksOf(JournalBench.JOURNAL));
  }

  @Test
  void whatIsAppliedForTenMinutesGoesPartByPart() {
    settled(bench.commit(bench.chat.created("ann", "bob")));
    for (int i = 2; i <= 300; i++) {
      settled(bench.commit(bench.chat.said("ann", "phone", "m")));
    }
    bench.pass(Duration.ofMinutes(9));
    assertEquals(0, bench.rows.marksOf(JournalBench.JOURNAL).deleted());
    assertEquals(300, bench.journal().size());
    bench.work.hold("raiseDeleted");
    bench.pass(Duration.ofMinutes(2));
    assertEquals(300, bench.journal().size(), "nothing goes before the mark is acknowledged");
    bench.work.release("raiseDeleted");
    bench.settle();
    assertEquals(300, bench.rows.marksOf(JournalBench.JOURNAL).deleted());
    bench.pass(Duration.ofSeconds(30));
    assertTrue(bench.journal().isEmpty(), "of the part that is not whole nothing is left either");
    settled(bench.commit(bench.chat.said("ann", "phone", "goes on")));
    assertEquals(List.of(301L), List.copyOf(bench.journal().keySet()));
    bench.pass(Duration.ofMinutes(9));
    assertEquals(1, bench.journal().size());
  }
}
