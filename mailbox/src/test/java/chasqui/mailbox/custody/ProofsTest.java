package chasqui.mailbox.custody;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import chasqui.mailbox.memory.MemorySharedTables;
import chasqui.mailbox.memory.WriteFate;
import chasqui.store.v1.JournalRow;
import chasqui.store.v1.Seal;
import com.google.protobuf.ByteString;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/// A proof is of a moment after the question.
class ProofsTest {

  private final JournalBench bench = new JournalBench();

  private CompletableFuture<Boolean> ask() {
    return bench.store.confirm(0).toCompletableFuture();
  }

  /// Another node ends the journal, at once.
  private void sealBy(long place) {
    HeldWork itsWork = new HeldWork();
    MemorySharedTables tables = bench.another(itsWork);
    tables.insert(JournalBench.JOURNAL, place, JournalRow.newBuilder()
        .setNonce(ByteString.copyFromUtf8("taker")).setSeal(Seal.newBuilder().setByIncarnation("taker")).build());
    itsWork.runReady();
  }

  @Test
  void anIdleJournalIsProvedByOneReadForAllWhoAsk() {
    CompletableFuture<Boolean> one = ask();
    assertSame(one, ask());
    bench.settle();
    assertTrue(one.getNow(false));
    assertEquals(1, bench.work.count("readPlace"));
  }

  @Test
  void whoAsksDuringAReadIsAnsweredByTheNext() {
    bench.work.hold("readPlace");
    CompletableFuture<Boolean> before = ask();
    bench.settle();
    CompletableFuture<Boolean> during = ask();
    bench.settle();
    bench.work.runOne("readPlace");
    bench.executor.runDue();
    assertTrue(before.getNow(false));
    assertFalse(during.isDone());
    sealBy(1);
    bench.work.release("readPlace");
    bench.settle();
    assertFalse(during.getNow(true));
  }

  @Test
  void aCommitSubmittedBeforeTheQuestionProvesNothing() {
    bench.work.hold("insert");
    bench.commit(bench.chat.created("ann", "bob"));
    bench.settle();
    // It is in the store already, only its answer is on the way.
    bench.work.runOne("insert");
    CompletableFuture<Boolean> asked = ask();
    sealBy(2);
    bench.pass(Duration.ofMillis(100));
    assertFalse(asked.getNow(true));
    assertEquals(1, bench.fatal.size());
  }

  @Test
  void theNextCommitProvesIt() {
    bench.work.hold("insert");
    bench.work.hold("readPlace");
    CompletableFuture<?> first = bench.commit(bench.chat.created("ann", "bob"));
    bench.settle();
    CompletableFuture<Boolean> asked = ask();
    bench.settle();
    assertEquals(0, bench.work.count("readPlace"), "a read would tell nothing while a commit is at the store");
    bench.work.runOne("insert");
    bench.executor.runDue();
    assertTrue(first.isDone());
    assertFalse(asked.isDone());
    bench.commit(bench.chat.said("ann", "phone", "two"));
    bench.settle();
    bench.work.runOne("insert");
    bench.settle();
    assertTrue(asked.getNow(false));
    assertEquals(0, bench.work.count("readPlace"));
  }

  @Test
  void whereNoCommitFollowsAReadProvesIt() {
    bench.work.hold("insert");
    bench.commit(bench.chat.created("ann", "bob"));
    bench.settle();
    CompletableFuture<Boolean> asked = ask();
    bench.settle();
    bench.work.runOne("insert");
    bench.settle();
    assertFalse(asked.isDone());
    bench.pass(Duration.ofMillis(20));
    assertTrue(asked.getNow(false));
    assertEquals(1, bench.work.count("readPlace"));
  }

  @Test
  void aQuestionThatNothingCanAnswerIsAnsweredWithNo() {
    bench.fates = operation -> operation.equals("insert") ? WriteFate.LOST : WriteFate.DONE;
    bench.commit(bench.chat.created("ann", "bob"));
    bench.settle();
    CompletableFuture<Boolean> asked = ask();
    bench.pass(Duration.ofSeconds(3));
    assertFalse(asked.getNow(true));
    assertTrue(bench.fatal.isEmpty());
    bench.fates = WriteFate.Decider.ALL_DONE;
    bench.pass(Duration.ofSeconds(3));
    CompletableFuture<Boolean> again = ask();
    bench.settle();
    assertTrue(again.getNow(false));
  }

  @Test
  void aCommitForWhichThereWasNoRoomLeavesItToARead() {
    bench.work.hold("insert");
    bench.fates = operation -> operation.equals("insert") ? WriteFate.FULL : WriteFate.DONE;
    CompletableFuture<Boolean> asked;
    bench.work.hold("readPlace");
    CompletableFuture<Boolean> first = ask();
    bench.settle();
    asked = ask();
    bench.commit(bench.chat.created("ann", "bob"));
    bench.settle();
    bench.work.runOne("insert");
    bench.executor.runDue();
    assertFalse(asked.isDone());
    bench.work.release("readPlace");
    bench.settle();
    assertTrue(first.getNow(false));
    assertTrue(asked.getNow(false));
  }
}
