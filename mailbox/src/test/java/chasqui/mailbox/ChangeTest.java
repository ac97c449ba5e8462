package chasqui.mailbox;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import chasqui.error.v1.Reason;
import chasqui.log.fold.Changes;
import chasqui.log.v1.Deletion;
import chasqui.log.v1.Role;
import chasqui.mailbox.v1.Append;
import chasqui.mailbox.v1.ChangesRead;
import chasqui.mailbox.v1.IdKind;
import chasqui.mailbox.v1.MailboxRequest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Who may change a message later, and that changes are decided against each other.
class ChangeTest {

  private static final long HOUR_MICROS = 3_600_000_000L;

  private final Harness mailbox = new Harness();

  private Reason reason(MailboxRequest.Builder request) {
    return mailbox.port.reason(mailbox.run(request));
  }

  private long accepted(MailboxRequest.Builder request) {
    return mailbox.port.appended(mailbox.run(request)).getSeq();
  }

  @Test
  void onlyTheAuthorEdits() {
    String chat = mailbox.direct();
    accepted(mailbox.send("alice", chat, 1, "helo"));
    assertEquals(Reason.REASON_PERMISSION_DENIED, reason(mailbox.edit("bob", chat, 2, "mine")));
    assertEquals(3, accepted(mailbox.edit("alice", chat, 2, "hello")));
    assertEquals("hello", mailbox.read("bob", chat, 2, 3).getEntries(0).getEdit().getMessage().getText().getText());
  }

  @Test
  void authorsChangeForTwoDaysAndModeratorsDeleteForEver() {
    String group = mailbox.group("bob", "carol");
    accepted(mailbox.send("bob", group, 1, "said by bob"));
    mailbox.nowMicros += 47 * HOUR_MICROS;
    accepted(mailbox.edit("bob", group, 2, "still in time"));
    mailbox.nowMicros += 2 * HOUR_MICROS;
    long late = mailbox.run(mailbox.edit("bob", group, 2, "too late"));
    assertEquals(Reason.REASON_TOO_LATE, mailbox.port.reason(late));
    assertEquals("48", mailbox.port.refusal(late).getMetadataOrThrow("max_hours"));
    assertEquals(Reason.REASON_TOO_LATE, reason(mailbox.delete("bob", group, 2)));
    assertEquals(Reason.REASON_PERMISSION_DENIED, reason(mailbox.delete("carol", group, 2)));
    accepted(mailbox.setRole("alice", group, "carol", Role.ROLE_ADMIN));
    accepted(mailbox.delete("carol", group, 2));
    assertEquals(Reason.REASON_NO_CHANGE, reason(mailbox.delete("alice", group, 2)));
  }

  @Test
  void whatIsDeletedIsNotChangedAnyMore() {
    String chat = mailbox.direct();
    accepted(mailbox.send("alice", chat, 1, "gone"));
    accepted(mailbox.delete("alice", chat, 2));
    assertEquals(Reason.REASON_NOT_FOUND, reason(mailbox.edit("alice", chat, 2, "back")));
    assertEquals(Reason.REASON_NOT_FOUND, reason(mailbox.react("bob", chat, 2, "+")));
    assertEquals(Reason.REASON_NOT_FOUND, reason(mailbox.pin("bob", chat, 2, false)));
    assertEquals(Reason.REASON_NO_CHANGE, reason(mailbox.delete("alice", chat, 2)));
  }

  @Test
  void onlyMessagesAreChanged() {
    String chat = mailbox.direct();
    assertEquals(Reason.REASON_NOT_FOUND, reason(mailbox.react("bob", chat, 1, "+")), "the creation");
    accepted(mailbox.send("alice", chat, 1, "x"));
    accepted(mailbox.react("bob", chat, 2, "+"));
    assertEquals(Reason.REASON_NOT_FOUND, reason(mailbox.delete("bob", chat, 3)), "a reaction");
    for (long seq : new long[] {0, 99, -1, Long.MIN_VALUE}) {
      assertEquals(Reason.REASON_NOT_FOUND, reason(mailbox.react("bob", chat, seq, "+")), "seq " + seq);
    }
  }

  @Test
  void aReactionCountsOncePerUserAndEmoji() {
    String chat = mailbox.direct();
    accepted(mailbox.send("alice", chat, 1, "x"));
    accepted(mailbox.react("bob", chat, 2, "+"));
    assertEquals(Reason.REASON_NO_CHANGE, reason(mailbox.react("bob", chat, 2, "+")));
    accepted(mailbox.react("alice", chat, 2, "+"));
    accepted(mailbox.react("bob", chat, 2, "-"));
    accepted(unreact("bob", chat, 2, "+"));
    mailbox.restart();
    assertEquals(Reason.REASON_NO_CHANGE, reason(unreact("bob", chat, 2, "+")));
    assertEquals(Reason.REASON_NO_CHANGE, reason(mailbox.react("alice", chat, 2, "+")));
    assertEquals(Reason.REASON_INVALID_FIELD, reason(mailbox.react("alice", chat, 2, "")));
    assertEquals(Reason.REASON_INVALID_FIELD, reason(mailbox.react("alice", chat, 2, "é".repeat(33))));
  }

  private MailboxRequest.Builder unreact(String user, String chat, long target, String emoji) {
    MailboxRequest.Builder request = mailbox.react(user, chat, target, emoji);
    request.getAppendBuilder().getReactionBuilder().setRemoved(true);
    return request;
  }

  @Test
  void bothPinInADirectChatAndModeratorsInAGroup() {
    String chat = mailbox.direct();
    accepted(mailbox.send("alice", chat, 1, "x"));
    accepted(mailbox.pin("bob", chat, 2, false));
    assertEquals(Reason.REASON_NO_CHANGE, reason(mailbox.pin("alice", chat, 2, false)));
    mailbox.restart();
    assertEquals(Reason.REASON_NO_CHANGE, reason(mailbox.pin("alice", chat, 2, false)), "pins are part of the stored row");
    accepted(mailbox.pin("alice", chat, 2, true));
    String group = mailbox.group("bob");
    accepted(mailbox.send("bob", group, 1, "x"));
    assertEquals(Reason.REASON_PERMISSION_DENIED, reason(mailbox.pin("bob", group, 2, false)));
    accepted(mailbox.pin("alice", group, 2, false));
  }

  @Test
  void changesQueuedTogetherAreDecidedAgainstEachOther() {
    String chat = mailbox.direct();
    accepted(mailbox.send("alice", chat, 1, "x"));
    mailbox.held.hold("commit");
    List<Long> requests = new ArrayList<>();
    requests.add(mailbox.submit(mailbox.react("bob", chat, 2, "+")));
    requests.add(mailbox.submit(mailbox.react("bob", chat, 2, "+")));
    requests.add(mailbox.submit(mailbox.delete("alice", chat, 2)));
    requests.add(mailbox.submit(mailbox.edit("alice", chat, 2, "late")));
    mailbox.settle();
    requests.add(mailbox.submit(mailbox.delete("alice", chat, 2)));
    assertEquals(1, mailbox.held.count("readChanges"), "one look for all that wait");
    mailbox.held.release("commit");
    mailbox.settle();
    assertEquals(3, mailbox.port.appended(requests.get(0)).getSeq());
    assertEquals(Reason.REASON_NO_CHANGE, mailbox.port.reason(requests.get(1)));
    assertEquals(4, mailbox.port.appended(requests.get(2)).getSeq());
    assertEquals(Reason.REASON_NOT_FOUND, mailbox.port.reason(requests.get(3)));
    assertEquals(Reason.REASON_NO_CHANGE, mailbox.port.reason(requests.get(4)));
    assertEquals(0, mailbox.held.waiting());
  }

  @Test
  void aMessageThatIsStillQueuedCanBeChanged() {
    String chat = mailbox.direct();
    mailbox.held.hold("commit");
    long send = mailbox.submit(mailbox.send("alice", chat, 1, "x"));
    mailbox.settle();
    long edit = mailbox.run(mailbox.edit("alice", chat, 2, "y"));
    mailbox.held.release("commit");
    mailbox.settle();
    assertEquals(2, mailbox.port.appended(send).getSeq());
    assertEquals(3, mailbox.port.appended(edit).getSeq());
    assertEquals(0, mailbox.held.count("readChanges"));
  }

  @Test
  void aChangeThatWaitsIsNotAppendedTwice() {
    String chat = mailbox.direct();
    accepted(mailbox.send("alice", chat, 1, "x"));
    mailbox.held.hold("readChanges");
    Append.Builder deletion = Append.newBuilder()
        .setConversationId(chat).setIdKind(IdKind.ID_KIND_COUNTED).setClientMessageId(Harness.countedId(2))
        .setDeletion(Deletion.newBuilder().setTargetSeq(2));
    long first = mailbox.run(Harness.by("alice").setAppend(deletion));
    long again = mailbox.run(Harness.by("alice").setAppend(deletion));
    long other = mailbox.run(Harness.by("alice").setAppend(deletion.clone().clearDeletion()
        .setMessage(Harness.text("another payload"))));
    assertFalse(mailbox.port.isAnswered(first) || mailbox.port.isAnswered(again) || mailbox.port.isAnswered(other));
    mailbox.held.release("readChanges");
    mailbox.settle();
    assertEquals(3, mailbox.port.appended(first).getSeq());
    assertEquals(3, mailbox.port.appended(again).getSeq());
    assertTrue(mailbox.port.appended(again).getRepeated());
    assertEquals(Reason.REASON_ID_REUSED, mailbox.port.reason(other));
    assertEquals(3, mailbox.read("bob", chat, 0, 99).getHead());
  }

  @Test
  void aFailedLookUpRefusesAllThatWait() {
    String chat = mailbox.direct();
    accepted(mailbox.send("alice", chat, 1, "x"));
    mailbox.store.setFailing("readChanges", true);
    assertEquals(Reason.REASON_UNAVAILABLE, reason(mailbox.delete("alice", chat, 2)));
    mailbox.store.setFailing("readChanges", false);
    accepted(mailbox.delete("alice", chat, 2));
  }

  @Test
  void whatLiesOutsideTheMembershipIsNotThere() {
    String group = mailbox.group("bob");
    accepted(mailbox.send("alice", group, 1, "before carol"));
    accepted(mailbox.add("alice", group, "carol"));
    long hidden = mailbox.run(mailbox.react("carol", group, 2, "+"));
    long absent = mailbox.run(mailbox.react("carol", group, 99, "+"));
    assertEquals(mailbox.port.refusal(absent), mailbox.port.refusal(hidden));
    assertEquals(Reason.REASON_NOT_FOUND, mailbox.port.reason(hidden));
    MailboxRequest.Builder reply = mailbox.send("carol", group, 1, "to what?");
    reply.getAppendBuilder().getMessageBuilder().setReplyToSeq(2);
    assertEquals(mailbox.port.refusal(absent), mailbox.port.refusal(mailbox.run(reply)));
    assertEquals(0, mailbox.held.count("readChanges"), "nothing is looked at for who may not know of it");
    assertEquals(Reason.REASON_NOT_FOUND, reason(mailbox.react("mallory", group, 2, "+")));
  }

  @Test
  void aReaderIsGivenTheChangesWithinTheMembership() {
    String group = mailbox.group("bob");
    accepted(mailbox.send("alice", group, 1, "two"));
    accepted(mailbox.react("alice", group, 2, "a"));
    accepted(mailbox.edit("alice", group, 2, "seen by bob"));
    accepted(mailbox.remove("alice", group, "bob"));
    accepted(mailbox.edit("alice", group, 2, "never seen by bob"));
    accepted(mailbox.add("alice", group, "bob"));
    accepted(mailbox.react("bob", group, 2, "b"));
    assertEquals(List.of(3L, 4L, 8L), seqs(mailbox.changes("bob", group, 0, 99)));
    assertEquals(List.of(3L, 4L, 6L, 8L), seqs(mailbox.changes("alice", group, 0, 99)));
    assertEquals("seen by bob", content(mailbox.changes("bob", group, 0, 99), 4));
    assertEquals("", content(mailbox.changes("alice", group, 0, 99), 4), "only the newest content is read");
    assertEquals("never seen by bob", content(mailbox.changes("alice", group, 0, 99), 6));
  }

  private static String content(ChangesRead read, long seq) {
    return read.getChangesList().stream().filter(change -> change.getSeq() == seq).findFirst().orElseThrow()
        .getEdit().getMessage().getText().getText();
  }

  private static List<Long> seqs(ChangesRead read) {
    assertTrue(read.getChangesList().stream().allMatch(Changes::isChange));
    return read.getChangesList().stream().map(change -> change.getSeq()).toList();
  }

  @Test
  void anAnswerEndsWhereItsBoundsAre() {
    Harness tight = new Harness(MailboxConfig.DEFAULT.withChanges(
        new MailboxConfig.Changes(Duration.ofHours(1), 4, 2, 1, 1, 8, 6)));
    String chat = tight.direct();
    for (int i = 1; i <= 4; i++) {
      tight.run(tight.send("alice", chat, i, "x"));
    }
    for (long target = 2; target <= 5; target++) {
      for (String user : List.of("alice", "bob")) {
        tight.run(tight.react(user, chat, target, "+"));
      }
    }
    ChangesRead forward = tight.changes("bob", chat, 0, 99);
    assertEquals(0, forward.getAfter());
    assertEquals(4, forward.getUpto());
    assertEquals(6, forward.getChangesCount());
    ChangesRead rest = tight.changes("bob", chat, 4, 99);
    assertEquals(13, rest.getUpto());
    assertEquals(2, rest.getChangesCount());
  }

  @Test
  void messagesCostNoLookAtOthers() {
    String chat = mailbox.direct();
    accepted(mailbox.send("alice", chat, 1, "x"));
    int reads = mailbox.held.count("readLog");
    MailboxRequest.Builder reply = mailbox.send("bob", chat, 1, "a reply that mentions");
    reply.getAppendBuilder().getMessageBuilder().setReplyToSeq(2).addMentionedUsers("nobody-here");
    accepted(reply);
    assertEquals(reads, mailbox.held.count("readLog"));
    assertEquals(0, mailbox.held.count("readChanges"));
  }
}
