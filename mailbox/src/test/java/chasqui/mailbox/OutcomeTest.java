package chasqui.mailbox;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import chasqui.error.v1.Reason;
import chasqui.mailbox.memory.CommitFate;
import java.util.List;
import org.junit.jupiter.api.Test;

/// What is told, and what is remembered, when a commit does not go well.
class OutcomeTest {

  private final Harness mailbox = new Harness();
  private final String conversation = mailbox.direct();

  private void fate(CommitFate next) {
    mailbox.store.setFate(batch -> {
      mailbox.store.setFate(other -> CommitFate.COMMITTED);
      return next;
    });
  }

  @Test
  void aFullStoreRefusesWhatWasInFlightAndWhatWasBehind() {
    String group = mailbox.group("bob");
    fate(CommitFate.STORE_FULL);
    mailbox.held.hold("commit");
    long inFlight = mailbox.run(mailbox.send("alice", conversation, 1, "in flight"));
    long repeat = mailbox.run(mailbox.send("alice", conversation, 1, "in flight"));
    long behind = mailbox.run(mailbox.send("alice", conversation, 2, "behind"));
    long elsewhere = mailbox.run(mailbox.send("alice", group, 1, "elsewhere"));
    mailbox.held.release("commit");
    mailbox.settle();
    for (long refused : List.of(inFlight, repeat, behind)) {
      assertEquals(Reason.REASON_STORE_FULL, mailbox.port.reason(refused));
      assertTrue(mailbox.port.refusal(refused).getRetryAfterMs() > 0);
    }
    assertEquals(2, mailbox.port.appended(elsewhere).getSeq(), "another conversation has an outcome of its own");

    long atOnce = mailbox.run(mailbox.send("alice", conversation, 1, "in flight"));
    assertEquals(Reason.REASON_STORE_FULL, mailbox.port.reason(atOnce), "refused at admission for a while");
    mailbox.nowMicros += mailbox.config.batches().storeFullPause().toNanos() / 1_000;
    long retry = mailbox.run(mailbox.send("alice", conversation, 1, "in flight"));
    long retryBehind = mailbox.run(mailbox.send("alice", conversation, 2, "behind"));
    assertEquals(2, mailbox.port.appended(retry).getSeq(), "the seq was not used up");
    assertEquals(3, mailbox.port.appended(retryBehind).getSeq());
  }

  @Test
  void aFullStoreRollsMembershipBack() {
    String group = mailbox.group("bob");
    fate(CommitFate.STORE_FULL);
    mailbox.held.hold("commit");
    long add = mailbox.run(mailbox.add("alice", group, "carol"));
    long queuedSend = mailbox.run(mailbox.send("carol", group, 1, "I am in"));
    mailbox.held.release("commit");
    mailbox.settle();
    mailbox.nowMicros += 60_000_000;
    assertEquals(Reason.REASON_STORE_FULL, mailbox.port.reason(add));
    assertEquals(Reason.REASON_STORE_FULL, mailbox.port.reason(queuedSend));
    assertEquals(Reason.REASON_NOT_FOUND, mailbox.port.reason(mailbox.run(mailbox.send("carol", group, 1, "I am in"))));
  }

  @Test
  void aFullStoreRollsACreationBack() {
    fate(CommitFate.STORE_FULL);
    long refused = mailbox.run(mailbox.createDirect("alice", "carol"));
    assertEquals(Reason.REASON_STORE_FULL, mailbox.port.reason(refused));
    mailbox.nowMicros += 60_000_000;
    long created = mailbox.run(mailbox.createDirect("carol", "alice"));
    assertFalse(mailbox.port.appended(created).getRepeated());
  }

  @Test
  void anUnknownOutcomeIsToldAndTheRetrySettlesIt() {
    for (CommitFate fate : List.of(CommitFate.UNKNOWN_STORED, CommitFate.UNKNOWN_LOST)) {
      Harness other = new Harness();
      String direct = other.direct();
      other.store.setFate(batch -> {
        other.store.setFate(next -> CommitFate.COMMITTED);
        return fate;
      });
      other.held.hold("commit");
      long inFlight = other.run(other.send("alice", direct, 1, "in flight"));
      long repeat = other.run(other.send("alice", direct, 1, "in flight"));
      long behind = other.run(other.send("alice", direct, 2, "behind"));
      other.held.release("commit");
      other.settle();
      assertEquals(Reason.REASON_OUTCOME_UNKNOWN, other.port.reason(inFlight));
      assertEquals(Reason.REASON_OUTCOME_UNKNOWN, other.port.reason(repeat));
      assertEquals(Reason.REASON_UNAVAILABLE, other.port.reason(behind), "nothing was stored of this one");

      long retry = other.run(other.send("alice", direct, 1, "in flight"));
      long retryBehind = other.run(other.send("alice", direct, 2, "behind"));
      assertEquals(2, other.port.appended(retry).getSeq());
      assertEquals(fate == CommitFate.UNKNOWN_STORED, other.port.appended(retry).getRepeated());
      assertEquals(3, other.port.appended(retryBehind).getSeq());
      assertEquals(3, other.read("bob", direct, 0, 9).getEntriesCount());
    }
  }

  @Test
  void whatAnUnknownOutcomeHasStoredIsPushedOnce() {
    mailbox.store.setFate(batch -> CommitFate.UNKNOWN_STORED);
    mailbox.run(mailbox.send("alice", conversation, 1, "stored"));
    mailbox.store.setFate(batch -> CommitFate.COMMITTED);
    assertEquals(2, mailbox.port.pushes().getLast().getEntry().getSeq());
    int pushes = mailbox.port.pushes().size();
    mailbox.run(mailbox.send("alice", conversation, 1, "stored"));
    assertEquals(pushes, mailbox.port.pushes().size(), "the repeat pushes nothing");
    assertEquals(0, mailbox.port.missed);
  }

  @Test
  void whatAnUnknownOutcomeHasLostIsNotPushed() {
    int pushes = mailbox.port.pushes().size();
    fate(CommitFate.UNKNOWN_LOST);
    mailbox.run(mailbox.send("alice", conversation, 1, "lost"));
    assertEquals(pushes, mailbox.port.pushes().size());
    mailbox.run(mailbox.send("alice", conversation, 1, "lost"));
    assertEquals(pushes + 1, mailbox.port.pushes().size());
  }

  @Test
  void whereAnUnknownOutcomeCannotBeSettledTheOpenerIsTold() {
    int pushes = mailbox.port.pushes().size();
    fate(CommitFate.UNKNOWN_STORED);
    mailbox.store.setFailing("load", true);
    mailbox.run(mailbox.send("alice", conversation, 1, "stored"));
    assertEquals(1, mailbox.port.missed);
    assertEquals(pushes, mailbox.port.pushes().size());
  }

  @Test
  void nothingGoesOnBeforeAnUnknownOutcomeIsSettled() {
    fate(CommitFate.UNKNOWN_STORED);
    mailbox.held.hold("load");
    mailbox.run(mailbox.send("alice", conversation, 1, "unknown"));
    long next = mailbox.run(mailbox.send("bob", conversation, 1, "next"));
    long read = mailbox.run(mailbox.range("bob", conversation, 0, 9));
    assertFalse(mailbox.port.isAnswered(next));
    assertFalse(mailbox.port.isAnswered(read));
    mailbox.held.release("load");
    mailbox.settle();
    assertEquals(3, mailbox.port.appended(next).getSeq());
    assertTrue(mailbox.port.answer(read).getRangeRead().getHead() >= 2);
  }

  @Test
  void batchNumbersAreDenseAndAnUnknownOneIsNotUsedAgain() {
    fate(CommitFate.STORE_FULL);
    mailbox.run(mailbox.send("alice", conversation, 1, "full"));
    mailbox.nowMicros += 60_000_000;
    mailbox.run(mailbox.send("alice", conversation, 1, "full"));
    fate(CommitFate.UNKNOWN_LOST);
    mailbox.run(mailbox.send("alice", conversation, 2, "unknown"));
    mailbox.run(mailbox.send("alice", conversation, 2, "unknown"));
    List<Long> numbers = mailbox.store.committed().stream().map(batch -> batch.getBatchNumber()).toList();
    assertEquals(List.of(1L, 2L, 4L), numbers);
  }

  @Test
  void lookUpsUnderWayAreAnsweredWhenTheStateIsDropped() {
    mailbox.run(mailbox.send("alice", conversation, 5, "five"));
    fate(CommitFate.UNKNOWN_LOST);
    mailbox.held.hold("commit");
    mailbox.held.hold("findId");
    mailbox.held.hold("loadCounter");
    mailbox.run(mailbox.send("alice", conversation, 6, "six"));
    long lookedUp = mailbox.run(mailbox.send("alice", conversation, 3, "three"));
    mailbox.held.release("commit");
    mailbox.settle();
    assertEquals(Reason.REASON_UNAVAILABLE, mailbox.port.reason(lookedUp));
    mailbox.held.release("findId");
    mailbox.held.release("loadCounter");
    mailbox.settle();
    mailbox.port.answer(lookedUp);
    assertTrue(mailbox.stripe.isIdle());
  }

  @Test
  void aStoreThatCannotLoadRefusesAndIsAskedAgain() {
    mailbox.restart();
    mailbox.store.setFailing("load", true);
    long refused = mailbox.run(mailbox.send("alice", conversation, 1, "x"));
    assertEquals(Reason.REASON_UNAVAILABLE, mailbox.port.reason(refused));
    mailbox.store.setFailing("load", false);
    assertEquals(2, mailbox.port.appended(mailbox.run(mailbox.send("alice", conversation, 1, "x"))).getSeq());
  }

  @Test
  void aJournalThatBreaksItsContractIsTakenForUnknown() {
    mailbox.store.setFailing("commit", true);
    long send = mailbox.run(mailbox.send("alice", conversation, 1, "x"));
    assertEquals(Reason.REASON_OUTCOME_UNKNOWN, mailbox.port.reason(send));
  }
}
