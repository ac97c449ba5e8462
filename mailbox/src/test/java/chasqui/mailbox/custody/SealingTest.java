package chasqui.mailbox.custody;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import chasqui.discovery.CrashPoints;
import chasqui.log.v1.Entry;
import chasqui.mailbox.custody.Sealing.Sealed;
import chasqui.mailbox.memory.MemorySharedTables;
import chasqui.mailbox.memory.WriteFate;
import chasqui.mailbox.store.CommitOutcome;
import chasqui.mailbox.store.shared.JournalTable.Marks;
import chasqui.store.v1.IncarnationRow;
import chasqui.store.v1.JournalRow;
import chasqui.store.v1.Seal;
import com.google.protobuf.ByteString;
import io.opentelemetry.api.OpenTelemetry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/// A journal is ended once, whoever ends it and whatever its owner does meanwhile; a replay of it may be done twice.
class SealingTest {

  private final JournalBench bench = new JournalBench();

  /// Another node that takes over.
  private final class Taker {
    final HeldWork work = new HeldWork();
    final MemorySharedTables tables;
    final ManualExecutor executor = new ManualExecutor(JournalBench.START);
    final Loop loop;
    final List<Sealed> sealed = new ArrayList<>();
    final Heads heads = new Heads();
    boolean replayed;
    WriteFate.Decider fates = WriteFate.Decider.ALL_DONE;

    Taker(String name) {
      tables = new MemorySharedTables(bench.rows, work, operation -> fates.fateOf(operation));
      loop = new Loop(executor, new SplittableRandom(name.hashCode()), (what, cause) -> {
        throw new AssertionError(what, cause);
      });
      loop.execute(() -> new Sealing(loop, tables, JournalBench.JOURNAL, JournalRow.newBuilder()
          .setNonce(ByteString.copyFromUtf8(name)).setSeal(Seal.newBuilder().setByIncarnation(name)).build(),
          sealed::add).begin());
    }

    void run() {
      boolean moved;
      do {
        moved = executor.runDue();
        moved |= work.runReady();
      } while (moved);
    }

    void runFor(Duration time) {
      for (long left = time.toMillis(); left > 0; left -= 10) {
        executor.pass(10_000_000);
        run();
      }
    }

    void replay() {
      loop.execute(() -> new JournalReplay(
          loop, tables, new Applier(loop, tables, CrashPoints.NONE, new CustodyMetrics(OpenTelemetry.noop().getMeter("test"))), sealed.getFirst(), heads, () -> replayed = true)
          .begin());
    }
  }

  private void commits(int count) {
    CompletableFuture<CommitOutcome> outcome = bench.commit(bench.chat.created("ann", "bob"));
    bench.settle();
    for (int i = 2; i <= count; i++) {
      outcome = bench.commit(bench.chat.said("ann", "phone", "m" + i));
      bench.settle();
    }
    assertInstanceOf(CommitOutcome.Committed.class, outcome.getNow(null));
  }

  @Test
  void theSealTakesTheFirstEmptyPlace() {
    commits(40);
    Taker taker = new Taker("taker");
    taker.run();
    assertEquals(41, taker.sealed.getFirst().seal());
    assertTrue(bench.journal().get(41L).hasSeal());
    CompletableFuture<CommitOutcome> late = bench.commit(bench.chat.said("ann", "phone", "late"));
    bench.settle();
    assertInstanceOf(CommitOutcome.Unknown.class, late.getNow(null));
    assertEquals(1, bench.fatal.size());
    assertEquals(40, bench.rows.headOf("c"));
  }

  @Test
  void anOwnerThatGoesOnInsertingIsWalkedAfter() {
    commits(3);
    Taker taker = new Taker("taker");
    taker.work.hold("insert");
    taker.run();
    CompletableFuture<CommitOutcome> faster = bench.commit(bench.chat.said("ann", "phone", "faster"));
    bench.settle();
    assertInstanceOf(CommitOutcome.Committed.class, faster.getNow(null));
    taker.work.release("insert");
    taker.run();
    assertEquals(5, taker.sealed.getFirst().seal());
  }

  @Test
  void anInsertOfTheOwnerUnderWayLosesAgainstTheSeal() {
    commits(3);
    bench.work.hold("insert");
    CompletableFuture<CommitOutcome> late = bench.commit(bench.chat.said("ann", "phone", "late"));
    bench.settle();
    Taker taker = new Taker("taker");
    taker.run();
    bench.work.release("insert");
    bench.settle();
    assertInstanceOf(CommitOutcome.Unknown.class, late.getNow(null));
    assertEquals(4, taker.sealed.getFirst().seal());
    assertEquals(3, bench.rows.headOf("c"));
  }

  @Test
  void twoTakersEndAtOneSeal() {
    commits(3);
    Taker one = new Taker("one");
    Taker two = new Taker("two");
    one.work.hold("insert");
    two.work.hold("insert");
    one.run();
    two.run();
    one.work.release("insert");
    two.work.release("insert");
    one.run();
    two.run();
    assertEquals(4, one.sealed.getFirst().seal());
    assertEquals(4, two.sealed.getFirst().seal());
    assertEquals("one", bench.journal().get(4L).getSeal().getByIncarnation());
  }

  @Test
  void aTakersUnknownInsertIsTriedUntilSomethingStands() {
    commits(3);
    Taker taker = new Taker("taker");
    int[] left = {3};
    taker.fates = operation -> {
      if (operation.equals("insert") && left[0] > 0) {
        left[0]--;
        return left[0] == 1 ? WriteFate.LATE : WriteFate.LOST;
      }
      return WriteFate.DONE;
    };
    taker.runFor(Duration.ofSeconds(2));
    assertEquals(4, taker.sealed.getFirst().seal());
    assertEquals(4, bench.journal().size());
  }

  @Test
  void aSealInAHoleCountsForNothing() {
    commits(10);
    bench.pass(Duration.ofSeconds(2));
    assertEquals(new Marks(10, 0), bench.rows.marksOf(JournalBench.JOURNAL));
    Taker taker = new Taker("taker");
    // It has read the marks, and stands still for a quarter of an hour.
    taker.work.hold("readPart");
    taker.run();
    for (int i = 11; i <= 300; i++) {
      bench.commit(bench.chat.said("ann", "phone", "m" + i));
      bench.settle();
    }
    bench.pass(Duration.ofMinutes(15));
    assertFalse(bench.journal().containsKey(11L), "what it was about to read is gone");
    taker.work.release("readPart");
    taker.run();
    assertEquals(301, taker.sealed.getFirst().seal());
    // The owner was not ended by what stands in the hole, and is by the one that counts.
    CompletableFuture<CommitOutcome> late = bench.commit(bench.chat.said("ann", "phone", "late"));
    bench.settle();
    assertInstanceOf(CommitOutcome.Unknown.class, late.getNow(null));
    assertEquals(300, bench.rows.headOf("c"));
  }

  @Test
  void aReplayIsDoneTwiceAndByTwo() {
    commits(2);
    bench.pass(Duration.ofSeconds(2));
    bench.work.hold("apply");
    for (int i = 3; i <= 40; i++) {
      bench.commit(bench.chat.said("ann", "phone", "m" + i));
      bench.settle();
    }
    Taker one = new Taker("one");
    Taker two = new Taker("two");
    one.run();
    two.run();
    one.replay();
    two.replay();
    one.work.hold("apply");
    one.run();
    assertFalse(one.replayed);
    two.run();
    assertTrue(two.replayed);
    assertEquals(40, bench.rows.headOf("c"));
    List<Entry> log = bench.rows.logOf("c");
    one.work.release("apply");
    one.run();
    // The owner's own applies come last of all, and change nothing.
    bench.work.release("apply");
    bench.settle();
    assertTrue(one.replayed);
    assertEquals(log, bench.rows.logOf("c"));
    assertEquals(40, bench.rows.headOf("c"));
    assertEquals(40, two.heads.pushes().getFirst().getEntry().getSeq());
  }

  @Test
  void whatAPausedOwnerInsertsAgainBelowTheSealRepeatsWhatWasReplayed() {
    commits(3);
    bench.pass(Duration.ofSeconds(2));
    int[] untold = {1};
    bench.fates = operation ->
        operation.equals("insert") && untold[0]-- > 0 ? WriteFate.DONE_UNTOLD : WriteFate.DONE;
    CompletableFuture<CommitOutcome> outcome = bench.commit(bench.chat.said("ann", "phone", "four"));
    bench.settle();
    // From here on the owner stands still; it does not know that its row stands.
    assertTrue(bench.journal().containsKey(4L) && !outcome.isDone());
    Taker taker = new Taker("taker");
    taker.run();
    taker.replay();
    taker.run();
    List<Entry> log = bench.rows.logOf("c");
    assertEquals(4, log.size());
    taker.tables.raiseApplied(JournalBench.JOURNAL, 4);
    Remains remains = new Remains(taker.loop, taker.tables);
    for (int i = 0; i < Remains.SWEEPS_KEPT; i++) {
      remains.swept(List.of(IncarnationRow.newBuilder().setIncarnation("owner").setStripes(2).setReplayed(true).build()));
      taker.run();
    }
    assertEquals(List.of(5L), List.copyOf(bench.journal().keySet()), "only the seal is left");
    // Now it goes on: its row comes back, says nothing new, and the next place has the seal.
    bench.pass(Duration.ofSeconds(2));
    assertInstanceOf(CommitOutcome.Committed.class, outcome.getNow(null));
    assertEquals(log, bench.rows.logOf("c"));
    CompletableFuture<CommitOutcome> next = bench.commit(bench.chat.said("ann", "phone", "five"));
    bench.settle();
    assertInstanceOf(CommitOutcome.Unknown.class, next.getNow(null));
    assertEquals(1, bench.fatal.size());
    assertEquals(log, bench.rows.logOf("c"));
  }

  @Test
  void headsAreToldOfThoughWhatWasBeforeThemIsDeleted() {
    commits(3);
    bench.pass(Duration.ofMinutes(25));
    assertTrue(bench.journal().isEmpty());
    bench.commit(new chasqui.mailbox.store.Chat("recent", JournalBench.START).created("eve", "dan"));
    bench.pass(Duration.ofSeconds(5));
    Taker taker = new Taker("taker");
    taker.run();
    assertEquals(4, taker.sealed.getFirst().marks().applied(), "nothing is left to replay");
    taker.replay();
    taker.run();
    assertEquals("recent", taker.heads.pushes().getFirst().getConversationId());
  }

  @Test
  void headsOfTheLastMinuteAreToldOfThoughTheyWereApplied() {
    commits(1);
    bench.pass(Duration.ofMinutes(2));
    bench.commit(new chasqui.mailbox.store.Chat("recent", JournalBench.START).created("eve", "dan"));
    bench.settle();
    bench.pass(Duration.ofSeconds(30));
    bench.commit(new chasqui.mailbox.store.Chat("last", JournalBench.START).created("eve", "dan"));
    bench.pass(Duration.ofSeconds(5));
    Taker taker = new Taker("taker");
    taker.run();
    assertEquals(3, taker.sealed.getFirst().marks().applied(), "nothing is left to replay");
    taker.replay();
    taker.run();
    assertEquals(List.of("last", "recent"),
        taker.heads.pushes().stream().map(push -> push.getConversationId()).sorted().toList());
  }

  @Test
  void whatWasWrittenLastIsReadInFewSteps() {
    commits(500);
    bench.pass(Duration.ofSeconds(2));
    Taker taker = new Taker("taker");
    taker.run();
    taker.work.hold("readPart");
    taker.replay();
    taker.run();
    assertEquals(JournalReplay.BACK_READS_MAX, taker.work.waiting("readPart"));
    int before = taker.work.count("readPart");
    int steps = 0;
    for (; !taker.replayed; steps++) {
      taker.work.release("readPart");
      taker.work.runReady();
      taker.work.hold("readPart");
      taker.executor.runDue();
    }
    int reads = taker.work.count("readPart") - before + JournalReplay.BACK_READS_MAX;
    assertTrue(reads >= 500 / Sealing.ROWS_MAX, reads + " reads");
    assertTrue(steps <= 10, steps + " steps for " + reads + " reads");
    assertEquals(500, taker.heads.pushes().getFirst().getEntry().getSeq());
  }
}
