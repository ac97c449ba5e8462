package chasqui.mailbox;

import static chasqui.mailbox.Harness.by;
import static chasqui.mailbox.Harness.countedId;
import static chasqui.mailbox.Harness.message;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import chasqui.error.v1.Reason;
import chasqui.mailbox.v1.Append;
import chasqui.mailbox.v1.Appended;
import chasqui.mailbox.v1.IdKind;
import chasqui.mailbox.v1.MailboxRequest;
import com.google.protobuf.ByteString;
import org.junit.jupiter.api.Test;

class IdempotencyTest {

  private final Harness mailbox = new Harness();
  private final String conversation = mailbox.direct();

  private MailboxRequest.Builder unary(String id, String text) {
    return by("alice", "").setAppend(Append.newBuilder()
        .setConversationId(conversation)
        .setIdKind(IdKind.ID_KIND_ANY)
        .setClientMessageId(ByteString.copyFromUtf8(id))
        .setMessage(Harness.text(text)));
  }

  private void assertRepeats(long first, long repeat) {
    Appended answer = mailbox.port.appended(first);
    assertFalse(answer.getRepeated());
    assertEquals(answer.toBuilder().setRepeated(true).clearMemberCount().build(), mailbox.port.appended(repeat));
  }

  private void assertHead(long head) {
    assertEquals(head, mailbox.read("alice", conversation, 0, 99).getHead());
  }

  @Test
  void aRepeatWhileTheFirstIsQueuedSharesItsOutcome() {
    mailbox.held.hold("commit");
    mailbox.run(mailbox.send("alice", conversation, 1, "under way"));
    long first = mailbox.run(mailbox.send("alice", conversation, 2, "queued"));
    long repeat = mailbox.run(mailbox.send("alice", conversation, 2, "queued"));
    assertFalse(mailbox.port.isAnswered(repeat));
    mailbox.held.release("commit");
    mailbox.settle();
    assertRepeats(first, repeat);
    assertHead(3);
  }

  @Test
  void aRepeatWhileTheFirstIsInFlightSharesItsOutcome() {
    mailbox.held.hold("commit");
    long first = mailbox.run(mailbox.send("alice", conversation, 1, "in flight"));
    long repeat = mailbox.run(mailbox.send("alice", conversation, 1, "in flight"));
    long reused = mailbox.run(mailbox.send("alice", conversation, 1, "something else"));
    assertFalse(mailbox.port.isAnswered(first));
    assertFalse(mailbox.port.isAnswered(repeat), "a repeat is answered no earlier than the first");
    assertEquals(Reason.REASON_ID_REUSED, mailbox.port.reason(reused));
    mailbox.held.release("commit");
    mailbox.settle();
    assertRepeats(first, repeat);
    assertHead(2);
    assertEquals(2, mailbox.port.pushes().size(), "one push for the entry, beside the creation's");
  }

  @Test
  void aRepeatOfACommittedEntryGetsTheFirstAnswer() {
    long first = mailbox.run(mailbox.send("alice", conversation, 1, "hello"));
    mailbox.nowMicros += 1_000_000;
    assertRepeats(first, mailbox.run(mailbox.send("alice", conversation, 1, "hello")));
    mailbox.restart();
    assertRepeats(first, mailbox.run(mailbox.send("alice", conversation, 1, "hello")));
    assertHead(2);
  }

  @Test
  void anIdThatNamesAnEntryWhichIsNotThereIsRefusedAndNothingElse() {
    mailbox.run(mailbox.send("alice", conversation, 1, "hello"));
    mailbox.store.lose(conversation, 2);
    mailbox.restart();
    long lost = mailbox.run(mailbox.send("alice", conversation, 1, "hello"));
    assertEquals(Reason.REASON_INTERNAL, mailbox.port.reason(lost));
    assertEquals(3, mailbox.port.appended(mailbox.run(mailbox.send("alice", conversation, 2, "next"))).getSeq());
  }

  @Test
  void theSameIdWithAnotherPayloadIsRefused() {
    mailbox.run(mailbox.send("alice", conversation, 1, "hello"));
    long reused = mailbox.run(mailbox.send("alice", conversation, 1, "goodbye"));
    long asChange = mailbox.run(by("alice").setAppend(
        message(conversation, 1, "").setRename(chasqui.mailbox.v1.Rename.newBuilder().setTitle("hello"))));
    assertEquals(Reason.REASON_ID_REUSED, mailbox.port.reason(reused));
    assertEquals(Reason.REASON_ID_REUSED, mailbox.port.reason(asChange));
    assertHead(2);
  }

  @Test
  void aCounterBelowTheHighestWithAnUnknownIdIsALateFirstArrival() {
    mailbox.run(mailbox.send("alice", conversation, 5, "five"));
    long late = mailbox.run(mailbox.send("alice", conversation, 3, "three"));
    long sameCounterOtherId = mailbox.run(by("alice").setAppend(
        message(conversation, 5, "also five").setClientMessageId(countedId(5, 77))));
    assertEquals(3, mailbox.port.appended(late).getSeq());
    assertFalse(mailbox.port.appended(late).getRepeated());
    assertEquals(4, mailbox.port.appended(sameCounterOtherId).getSeq());
    assertRepeats(late, mailbox.run(mailbox.send("alice", conversation, 3, "three")));
  }

  @Test
  void repeatsThatArriveDuringALookUpJoinIt() {
    mailbox.run(mailbox.send("alice", conversation, 5, "five"));
    mailbox.held.hold("findId");
    long one = mailbox.run(mailbox.send("alice", conversation, 3, "three"));
    long two = mailbox.run(mailbox.send("alice", conversation, 3, "three"));
    long reused = mailbox.run(mailbox.send("alice", conversation, 3, "not three"));
    assertEquals(1, mailbox.held.count("findId"));
    mailbox.held.release("findId");
    mailbox.settle();
    assertRepeats(one, two);
    assertEquals(Reason.REASON_ID_REUSED, mailbox.port.reason(reused));
    assertHead(3);
  }

  @Test
  void aCounterThatWasEvictedIsReadBeforeAnythingIsTakenForNew() {
    long first = mailbox.run(mailbox.send("alice", conversation, 9, "nine"));
    mailbox.restart();
    mailbox.held.hold("loadCounter");
    long repeat = mailbox.run(mailbox.send("alice", conversation, 9, "nine"));
    long fresh = mailbox.run(mailbox.send("alice", conversation, 10, "ten"));
    assertFalse(mailbox.port.isAnswered(fresh), "nothing is decided before the counter is known");
    mailbox.held.release("loadCounter");
    mailbox.settle();
    assertRepeats(first, repeat);
    assertEquals(3, mailbox.port.appended(fresh).getSeq());
    assertEquals(1, mailbox.held.count("loadCounter"), "both waited for one read");
  }

  @Test
  void aCounterThatCannotBeReadRefusesWithoutForgetting() {
    long first = mailbox.run(mailbox.send("alice", conversation, 9, "nine"));
    mailbox.restart();
    mailbox.store.setFailing("loadCounter", true);
    long refused = mailbox.run(mailbox.send("alice", conversation, 9, "nine"));
    assertEquals(Reason.REASON_UNAVAILABLE, mailbox.port.reason(refused));
    mailbox.store.setFailing("loadCounter", false);
    assertRepeats(first, mailbox.run(mailbox.send("alice", conversation, 9, "nine")));
    assertHead(2);
  }

  @Test
  void idsOfUnaryCallersAreAlwaysLookedUpAndApartFromCountedOnes() {
    long first = mailbox.run(unary("a", "hello"));
    assertRepeats(first, mailbox.run(unary("a", "hello")));
    assertEquals(Reason.REASON_ID_REUSED, mailbox.port.reason(mailbox.run(unary("a", "other"))));
    assertEquals(3, mailbox.held.count("findId"));

    ByteString counted = countedId(1);
    long stream = mailbox.run(by("alice", "").setAppend(message(conversation, 1, "stream")));
    long sameBytes = mailbox.run(by("alice", "").setAppend(
        message(conversation, 1, "unary").setIdKind(IdKind.ID_KIND_ANY).setClientMessageId(counted)));
    assertFalse(mailbox.port.appended(stream).getRepeated());
    assertFalse(mailbox.port.appended(sameBytes).getRepeated());
    assertHead(4);
  }

  @Test
  void devicesAndUsersHaveIdsOfTheirOwn() {
    mailbox.run(by("alice", "phone").setAppend(message(conversation, 1, "same")));
    mailbox.run(by("alice", "laptop").setAppend(message(conversation, 1, "same")));
    mailbox.run(by("bob", "phone").setAppend(message(conversation, 1, "same")));
    assertHead(4);
  }

  @Test
  void aRepeatGetsItsFirstAnswerEvenAfterTheSenderLeft() {
    String group = mailbox.group("bob");
    long first = mailbox.run(mailbox.send("bob", group, 1, "bye"));
    mailbox.run(mailbox.remove("alice", group, "bob"));
    assertRepeats(first, mailbox.run(mailbox.send("bob", group, 1, "bye")));
    long late = mailbox.run(by("bob").setAppend(message(group, 1, "late").setClientMessageId(countedId(1, 5))));
    assertEquals(Reason.REASON_NOT_FOUND, mailbox.port.reason(late));
    assertEquals(Reason.REASON_NOT_FOUND, mailbox.port.reason(mailbox.run(mailbox.send("bob", group, 2, "new"))));
  }

  @Test
  void repeatedChangesGetTheFirstAnswer() {
    String group = mailbox.group("bob");
    MailboxRequest add = mailbox.add("alice", group, "bob", "carol").build();
    long first = mailbox.run(add.toBuilder());
    assertRepeats(first, mailbox.run(add.toBuilder()));
    MailboxRequest rename = mailbox.rename("alice", group, "foes").build();
    assertRepeats(mailbox.run(rename.toBuilder()), mailbox.run(rename.toBuilder()));
    MailboxRequest remove = mailbox.remove("alice", group, "bob").build();
    assertRepeats(mailbox.run(remove.toBuilder()), mailbox.run(remove.toBuilder()));
    MailboxRequest leave = mailbox.remove("carol", group, "carol").build();
    assertRepeats(mailbox.run(leave.toBuilder()), mailbox.run(leave.toBuilder()));
    MailboxRequest.Builder reused = remove.toBuilder();
    reused.getAppendBuilder().getRemoveMemberBuilder().setUserId("carol");
    assertEquals(Reason.REASON_ID_REUSED, mailbox.port.reason(mailbox.run(reused)));
  }

  @Test
  void aSendRefusedAfterItWasQueuedIsLookedUpOnItsRetry() {
    mailbox.store.setFate(batch -> chasqui.mailbox.memory.CommitFate.UNKNOWN_LOST);
    long unknown = mailbox.run(mailbox.send("alice", conversation, 1, "lost"));
    assertEquals(Reason.REASON_OUTCOME_UNKNOWN, mailbox.port.reason(unknown));
    mailbox.store.setFate(batch -> chasqui.mailbox.memory.CommitFate.COMMITTED);
    long retry = mailbox.run(mailbox.send("alice", conversation, 1, "lost"));
    assertEquals(2, mailbox.port.appended(retry).getSeq());
    assertTrue(mailbox.held.count("load") >= 2, "the state was read again");
  }

  @Test
  void theStoredCounterNeverFalls() {
    mailbox.run(mailbox.send("alice", conversation, 5, "five"));
    mailbox.run(mailbox.send("alice", conversation, 3, "three"));
    mailbox.restart();
    int before = mailbox.held.count("findId");
    mailbox.run(mailbox.send("alice", conversation, 4, "four"));
    assertEquals(before + 1, mailbox.held.count("findId"), "4 is not above 5, so it is looked up");
  }
}
