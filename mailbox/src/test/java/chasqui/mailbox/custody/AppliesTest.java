package chasqui.mailbox.custody;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import chasqui.mailbox.memory.WriteFate;
import chasqui.mailbox.store.Chat;
import chasqui.mailbox.store.CommitOutcome;
import chasqui.mailbox.store.CommitOutcome.Committed;
import chasqui.mailbox.store.StoreException;
import chasqui.mailbox.store.shared.JournalTable.Marks;
import chasqui.store.v1.ConversationCommit;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// What was committed is applied in the end, in bounded memory, and what cannot be holds nobody else up.
class AppliesTest {

  private final JournalBench bench = new JournalBench();

  private static Committed committed(CompletableFuture<CommitOutcome> outcome) {
    return assertInstanceOf(Committed.class, outcome.getNow(null));
  }

  private <T> T settled(CompletableFuture<T> stage) {
    bench.settle();
    return stage.getNow(null);
  }

  @Test
  void beyondTheBoundTheNextInsertWaits() {
    bench.work.hold("apply");
    Chat other = new Chat("d", JournalBench.START);
    bench.commit(bench.chat.created("ann", "bob"), other.created("ann", "bob"));
    bench.settle();
    String[] texts = Stream.generate(() -> "x").limit(Room.ENTRIES_MAX / 2 - 1).toArray(String[]::new);
    bench.commit(bench.chat.said("ann", "phone", texts));
    bench.settle();
    committed(bench.commit(other.said("ann", "phone", texts)), true);
    CompletableFuture<CommitOutcome> waits = bench.commit(other.said("ann", "phone", "one too many"));
    bench.pass(Duration.ofSeconds(2));
    assertFalse(waits.isDone());
    assertEquals(3, bench.journal().size());
    assertTrue(bench.store.journal().isStuck(0));
    bench.work.release("apply");
    bench.settle();
    committed(waits);
    assertEquals(0, bench.store.journal().unapplied());
  }

  @Test
  void largeEntriesFillTheRoomByTheirBytes() {
    bench.work.hold("apply");
    settled(bench.commit(bench.chat.created("ann", "bob")));
    String[] texts = Stream.generate(() -> "x".repeat(60_000)).limit(4).toArray(String[]::new);
    long bytes = 0;
    CompletableFuture<CommitOutcome> waits = null;
    while (waits == null && bytes < 2 * Room.BYTES_MAX) {
      ConversationCommit said = bench.chat.said("ann", "phone", texts);
      CompletableFuture<CommitOutcome> outcome = bench.commit(said);
      bench.settle();
      waits = outcome.isDone() ? null : outcome;
      bytes += outcome.isDone() ? said.getSerializedSize() : 0;
    }
    assertTrue(bytes > Room.BYTES_MAX / 2 && bytes <= Room.BYTES_MAX, bytes + " bytes are held");
    bench.work.release("apply");
    bench.settle();
    committed(waits);
    assertEquals(0, bench.store.journal().unapplied());
  }

  @Test
  void whatWaitsOfAConversationIsWrittenTogether() {
    bench.work.hold("apply");
    settled(bench.commit(bench.chat.created("ann", "bob")));
    for (int i = 0; i < 20; i++) {
      settled(bench.commit(bench.chat.said("ann", "phone", "text " + i)));
    }
    bench.work.release("apply");
    bench.settle();
    assertEquals(2, bench.work.count("apply"));
    assertEquals(21, bench.rows.headOf("c"));
    assertEquals(21, bench.rows.logOf("c").size());
    bench.pass(Duration.ofSeconds(2));
    assertEquals(new Marks(21, 0), bench.rows.marksOf(JournalBench.JOURNAL));
  }

  /// A clock was far ahead, and no server takes its stamps.
  private ConversationCommit refused(int number) {
    return new Chat("refused-" + number, JournalBench.START.plus(Duration.ofDays(4))).created("ann", "bob");
  }

  @Test
  void nothingIsCommittedWhileTheClockIsFarAhead() {
    bench.storeBehind = Duration.ofHours(23);
    bench.pass(Duration.ofSeconds(70));
    assertFalse(bench.store.journal().isStuck(0));
    bench.storeBehind = Duration.ofHours(25);
    bench.pass(Duration.ofSeconds(70));
    assertTrue(bench.store.journal().isStuck(0));
    assertTrue(bench.store.journal().isStuck(1));
    bench.storeBehind = Duration.ofDays(-5);
    bench.pass(Duration.ofSeconds(70));
    assertFalse(bench.store.journal().isStuck(0), "behind is no harm");
  }

  private <T> Throwable failureOf(CompletableFuture<T> stage) {
    assertTrue(stage.isCompletedExceptionally());
    return stage.exceptionNow();
  }

  @Test
  void conversationsThatCannotBeAppliedHoldUpNobodyElse() {
    for (int i = 0; i < Applier.OPEN_MAX + 6; i++) {
      settled(bench.commit(refused(i), bench.chat.head() == 0 ? bench.chat.created("ann", "bob")
          : bench.chat.said("ann", "phone", "text")));
    }
    bench.pass(Duration.ofSeconds(5));
    long head = bench.chat.head();
    assertEquals(head, bench.rows.headOf("c"));
    assertEquals(Applier.OPEN_MAX + 6, bench.store.applier().failing());
    assertEquals(Applier.OPEN_MAX + 6, bench.store.journal().unapplied(), "the room of the others is free again");
    CompletableFuture<?> read = bench.store.conversations().load("refused-0").toCompletableFuture();
    CompletableFuture<?> other = bench.store.conversations().load("c").toCompletableFuture();
    bench.pass(Duration.ofMillis(4_500));
    assertTrue(other.isDone() && !other.isCompletedExceptionally());
    assertFalse(read.isDone());
    bench.pass(Duration.ofSeconds(2));
    assertInstanceOf(StoreException.class, failureOf(read));
    settled(bench.commit(bench.chat.said("ann", "phone", "more")));
    bench.pass(Duration.ofSeconds(2));
    assertEquals(head + 1, bench.rows.headOf("c"));
  }

  @Test
  void whatCouldNotBeAppliedIsOnceItCanBe() {
    settled(bench.commit(refused(0)));
    bench.pass(Duration.ofMinutes(2));
    assertEquals(0, bench.rows.headOf("refused-0"));
    bench.executor.pass(Duration.ofDays(2).toNanos());
    bench.pass(Duration.ofSeconds(3));
    assertEquals(1, bench.rows.headOf("refused-0"));
    assertEquals(0, bench.store.applier().failing());
    assertEquals(0, bench.store.journal().unapplied());
  }

  private void committed(CompletableFuture<CommitOutcome> outcome, boolean settle) {
    if (settle) {
      bench.settle();
    }
    committed(outcome);
  }

  @Test
  void anApplyIsTriedUntilItIsDone() {
    int[] left = {3};
    bench.fates = operation -> operation.equals("apply") && left[0]-- > 0 ? WriteFate.LOST : WriteFate.DONE;
    CompletableFuture<CommitOutcome> outcome = bench.commit(bench.chat.created("ann", "bob"));
    bench.pass(Duration.ofSeconds(2));
    assertTrue(committed(outcome).applied().toCompletableFuture().isDone());
    assertEquals(1, bench.rows.headOf("c"));
  }
}
