package chasqui.mailbox;

import static chasqui.mailbox.Harness.by;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import chasqui.error.v1.Reason;
import chasqui.mailbox.v1.CursorUpdate;
import chasqui.mailbox.v1.DescribeConversation;
import chasqui.mailbox.v1.ListReceipts;
import chasqui.mailbox.v1.MailboxEvent;
import chasqui.mailbox.v1.MailboxRequest;
import chasqui.mailbox.v1.MailboxResponse;
import chasqui.mailbox.v1.OpenPosition;
import chasqui.mailbox.v1.OpenPositions;
import chasqui.mailbox.v1.ReadState;
import chasqui.mailbox.v1.ReceiptMoved;
import chasqui.mailbox.v1.Receipts;
import chasqui.mailbox.v1.SaveCursors;
import chasqui.mailbox.v1.SaveReadMark;
import java.util.List;
import org.junit.jupiter.api.Test;

/// What the owner keeps and tells of received and read.
class ReceiptTest {

  private final Harness harness = new Harness();

  private static MailboxRequest.Builder mark(String user, String conversation, long seq) {
    return by(user).setSaveReadMark(
        SaveReadMark.newBuilder().setConversationId(conversation).setGeneration(1).setRead(seq));
  }

  private ReadState read(String user, String conversation, long seq) {
    MailboxResponse answer = harness.port.answer(harness.run(mark(user, conversation, seq)));
    assertTrue(answer.hasReadMarkSaved(), () -> "expected a stored mark, got " + answer);
    return answer.getReadMarkSaved().getReadState();
  }

  private ReadState state(String user, String conversation) {
    return harness.port.answer(harness.run(by(user).setDescribeConversation(
        DescribeConversation.newBuilder().setConversationId(conversation)))).getConversation().getReadState();
  }

  private void acks(String user, String device, String conversation, long seq) {
    harness.run(by(user, device).setSaveCursors(SaveCursors.newBuilder().addCursors(CursorUpdate.newBuilder()
        .setConversationId(conversation).setGeneration(1).setAcked(seq))));
  }

  private Receipts list(String user, String conversation, String after, int size) {
    MailboxResponse answer = harness.port.answer(harness.run(by(user).setListReceipts(
        ListReceipts.newBuilder().setConversationId(conversation).setAfterUser(after).setPageSize(size))));
    assertTrue(answer.hasReceipts(), () -> "expected receipts, got " + answer);
    return answer.getReceipts();
  }

  /// `bob 5/3`: received up to 5, read up to 3.
  private List<String> receipts(String user, String conversation) {
    return list(user, conversation, "", 0).getReceiptsList().stream()
        .map(receipt -> receipt.getUserId() + ' ' + receipt.getDelivered() + '/' + receipt.getRead()).toList();
  }

  private List<ReceiptMoved> moved() {
    List<ReceiptMoved> moved = harness.port.events.stream()
        .filter(MailboxEvent::hasReceiptMoved).map(MailboxEvent::getReceiptMoved).toList();
    harness.port.events.clear();
    return moved;
  }

  private void says(String user, String conversation, int... counters) {
    for (int counter : counters) {
      harness.port.appended(harness.run(harness.send(user, conversation, counter, "hello")));
    }
  }

  private void mentions(String user, String conversation, long counter, String... mentioned) {
    var append = Harness.message(conversation, counter, "look");
    append.getMessageBuilder().addAllMentionedUsers(List.of(mentioned));
    harness.port.appended(harness.run(by(user).setAppend(append)));
  }

  private static ReadState left(long read, long messages, long mentions) {
    return ReadState.newBuilder().setRead(read).setUnreadMessages(messages).setUnreadMentions(mentions).build();
  }

  @Test
  void what_others_said_is_unread_until_it_is_read() {
    String direct = harness.direct();
    assertEquals(left(0, 0, 0), state("bob", direct));
    says("alice", direct, 1, 2, 3);
    says("bob", direct, 1);
    assertEquals(left(0, 3, 0), state("bob", direct));
    assertEquals(left(0, 1, 0), state("alice", direct));
    assertEquals(left(3, 1, 0), read("bob", direct, 3));
    assertEquals(left(5, 0, 0), read("bob", direct, 5));
    says("alice", direct, 4);
    assertEquals(left(5, 1, 0), state("bob", direct));
  }

  @Test
  void a_lower_mark_changes_nothing_and_is_told_to_nobody() {
    String direct = harness.direct();
    says("alice", direct, 1, 2, 3);
    read("bob", direct, 3);
    moved();
    assertEquals(left(3, 1, 0), read("bob", direct, 2));
    assertEquals(left(3, 1, 0), read("bob", direct, 3));
    assertEquals(left(3, 1, 0), read("bob", direct, 0));
    assertEquals(List.of(), moved());
  }

  @Test
  void a_mark_beyond_the_head_is_clamped_like_an_ack() {
    String direct = harness.direct();
    says("alice", direct, 1, 2);
    assertEquals(left(3, 0, 0), read("bob", direct, 1L << 60));
    assertEquals(left(3, 0, 0), read("bob", direct, -1));
    says("alice", direct, 3);
    assertEquals(left(3, 1, 0), state("bob", direct));
  }

  @Test
  void a_stranger_learns_nothing() {
    String direct = harness.direct();
    says("alice", direct, 1);
    for (String conversation : List.of(direct, "nowhere")) {
      assertEquals(Reason.REASON_NOT_FOUND, harness.port.reason(harness.run(mark("mallory", conversation, 1))));
      assertEquals(Reason.REASON_NOT_FOUND, harness.port.reason(harness.run(by("mallory").setListReceipts(
          ListReceipts.newBuilder().setConversationId(conversation)))));
    }
    assertEquals(List.of("alice 0/0", "bob 0/0"), receipts("alice", direct));
  }

  @Test
  void another_generation_is_refused_and_an_old_watermark_counts_as_none() {
    String direct = harness.direct();
    says("alice", direct, 1, 2);
    var future = mark("bob", direct, 2);
    future.getSaveReadMarkBuilder().setGeneration(2);
    assertEquals(Reason.REASON_GENERATION_CHANGED, harness.port.reason(harness.run(future)));
    read("bob", direct, 2);
    harness.store.raiseGeneration(direct);
    harness.restart();
    assertEquals(left(0, 2, 0), state("bob", direct));
    assertEquals(List.of("alice 0/0", "bob 0/0"), receipts("alice", direct));
    assertEquals(Reason.REASON_GENERATION_CHANGED, harness.port.reason(harness.run(mark("bob", direct, 2))));
    var now = mark("bob", direct, 2);
    now.getSaveReadMarkBuilder().setGeneration(0);
    assertEquals(left(2, 1, 0),
        harness.port.answer(harness.run(now)).getReadMarkSaved().getReadState());
  }

  @Test
  void received_is_the_furthest_of_all_devices() {
    String direct = harness.direct();
    says("alice", direct, 1, 2, 3);
    acks("bob", "phone", direct, 2);
    acks("bob", "pad", direct, 3);
    acks("bob", "phone", direct, 3);
    assertEquals(List.of(2L, 3L), moved().stream().map(ReceiptMoved::getDelivered).toList());
    assertEquals(List.of("alice 0/0", "bob 3/0"), receipts("alice", direct));
    harness.restart();
    acks("bob", "watch", direct, 1);
    assertEquals(List.of(), moved());
    assertEquals(List.of("alice 0/0", "bob 3/0"), receipts("alice", direct));
  }

  @Test
  void read_implies_received() {
    String direct = harness.direct();
    says("alice", direct, 1, 2);
    read("bob", direct, 3);
    assertEquals(List.of("alice 0/0", "bob 3/3"), receipts("alice", direct));
    List<ReceiptMoved> moved = moved();
    assertEquals(1, moved.size());
    assertEquals(ReceiptMoved.newBuilder()
        .setConversationId(direct).setGeneration(1).setUserId("bob").setDelivered(3).setRead(3)
        .setLeft(left(3, 0, 0)).setRosterSeq(1).build(), moved.getFirst());
    acks("bob", "phone", direct, 3);
    assertEquals(List.of(), moved());
  }

  @Test
  void mentions_count_for_the_mentioned_alone() {
    String group = harness.group("bob", "carol");
    mentions("alice", group, 1, "bob", "bob", "alice", "mallory");
    mentions("carol", group, 1, "bob");
    says("alice", group, 2);
    assertEquals(left(0, 3, 2), state("bob", group));
    assertEquals(left(0, 2, 0), state("carol", group));
    assertEquals(left(0, 1, 0), state("alice", group));
    assertEquals(left(2, 2, 1), read("bob", group, 2));
    assertEquals(left(3, 1, 0), read("bob", group, 3));
  }

  @Test
  void changes_and_memberships_count_nothing_and_what_is_deleted_counts_until_it_is_read() {
    String group = harness.group("bob");
    says("alice", group, 1, 2);
    harness.run(harness.edit("alice", group, 2, "better"));
    harness.run(harness.react("alice", group, 2, "+1"));
    harness.run(harness.delete("alice", group, 3));
    harness.run(harness.add("alice", group, "carol"));
    harness.run(harness.rename("alice", group, "other"));
    assertEquals(left(0, 2, 0), state("bob", group));
    assertEquals(left(0, 0, 0), state("carol", group));
  }

  @Test
  void who_joins_again_begins_anew_and_who_left_keeps_what_was_left() {
    String group = harness.group("bob");
    says("alice", group, 1, 2, 3);
    read("bob", group, 2);
    harness.run(harness.remove("alice", group, "bob"));
    says("alice", group, 4, 5);
    assertEquals(left(2, 2, 0), state("bob", group));
    assertEquals(left(5, 0, 0), read("bob", group, 1L << 60), "up to the leave entry");
    assertEquals(List.of(), list("bob", group, "", 0).getReceiptsList(), "who left is told of nobody");
    harness.run(harness.add("alice", group, "bob"));
    says("alice", group, 6);
    assertEquals(left(5, 1, 0), state("bob", group));
    assertEquals(left(5, 1, 0), read("bob", group, 6), "before the new join entry nothing is left to read");
    assertEquals(left(9, 0, 0), read("bob", group, 9));
  }

  @Test
  void nothing_is_told_of_who_left() {
    String group = harness.group("bob");
    says("alice", group, 1);
    harness.run(harness.remove("alice", group, "bob"));
    moved();
    acks("bob", "phone", group, 2);
    read("bob", group, 3);
    assertEquals(List.of(), moved());
  }

  @Test
  void a_page_of_receipts_is_bounded_and_told_from_the_callers_first_entry() {
    String group = harness.group("bob", "carol");
    says("alice", group, 1);
    read("bob", group, 2);
    harness.run(harness.add("alice", group, "dora"));
    says("alice", group, 2);
    acks("bob", "phone", group, 4);
    Receipts first = list("dora", group, "", 2);
    assertEquals(List.of("alice", "bob"), first.getReceiptsList().stream().map(one -> one.getUserId()).toList());
    assertEquals("bob", first.getNextAfterUser());
    assertEquals(0, first.getReceipts(1).getRead(), "below her first entry");
    assertEquals(4, first.getReceipts(1).getDelivered());
    Receipts last = list("dora", group, "bob", 2);
    assertEquals(List.of("carol", "dora"), last.getReceiptsList().stream().map(one -> one.getUserId()).toList());
    assertEquals("", last.getNextAfterUser());
    assertEquals(4, list("alice", group, "", -1).getReceiptsCount());
  }

  @Test
  void a_position_tells_the_own_mark_and_in_a_direct_conversation_the_others() {
    String direct = harness.direct();
    String group = harness.group("bob");
    says("alice", direct, 1, 2);
    says("alice", group, 1);
    acks("bob", "phone", direct, 3);
    read("bob", direct, 2);
    read("bob", group, 2);
    harness.restart();
    OpenPosition alice = position("alice", direct);
    assertEquals(left(0, 0, 0), alice.getReadState());
    assertEquals(List.of("bob 3/2"), alice.getReceiptsList().stream()
        .map(one -> one.getUserId() + ' ' + one.getDelivered() + '/' + one.getRead()).toList());
    assertEquals(left(2, 1, 0), position("bob", direct).getReadState());
    assertEquals(left(2, 0, 0), position("bob", group).getReadState());
    assertEquals(List.of(), position("alice", group).getReceiptsList());
  }

  private OpenPosition position(String user, String conversation) {
    return harness.port.answer(harness.run(by(user).setOpenPositions(
        OpenPositions.newBuilder().addConversationIds(conversation)))).getPositions().getPositions(0);
  }

  @Test
  void a_mark_that_was_not_stored_is_not_told() {
    String direct = harness.direct();
    says("alice", direct, 1);
    moved();
    harness.store.setFailing("saveWatermarks", true);
    assertEquals(Reason.REASON_OUTCOME_UNKNOWN, harness.port.reason(harness.run(mark("bob", direct, 2))));
    acks("bob", "phone", direct, 2);
    assertEquals(List.of(), moved());
    assertEquals(left(0, 1, 0), state("bob", direct));
    harness.store.setFailing("saveWatermarks", false);
    acks("bob", "phone", direct, 2);
    assertEquals(1, moved().size(), "an ack that is stored again tells it");
  }

  @Test
  void watermarks_that_cannot_be_read_are_no_watermarks_of_zero() {
    String direct = harness.direct();
    says("alice", direct, 1);
    harness.store.setFailing("loadWatermarks", true);
    assertEquals(Reason.REASON_UNAVAILABLE, harness.port.reason(harness.run(mark("bob", direct, 2))));
    assertEquals(Reason.REASON_UNAVAILABLE, harness.port.reason(harness.run(by("bob").setDescribeConversation(
        DescribeConversation.newBuilder().setConversationId(direct)))));
    harness.store.setFailing("loadWatermarks", false);
    assertEquals(left(2, 0, 0), read("bob", direct, 2));
  }

  @Test
  void what_waits_for_its_commit_is_neither_unread_nor_read() {
    String direct = harness.direct();
    harness.held.hold("commit");
    harness.run(harness.send("alice", direct, 1, "one"));
    harness.run(harness.send("alice", direct, 2, "two"));
    assertEquals(left(0, 0, 0), state("bob", direct));
    harness.held.runOne("commit");
    harness.settle();
    assertEquals(left(0, 1, 0), state("bob", direct));
    assertEquals(left(2, 0, 0), read("bob", direct, 9));
    harness.held.release("commit");
    harness.settle();
    assertEquals(left(2, 1, 0), state("bob", direct));
  }

  @Test
  void an_append_still_reads_nothing() {
    String group = harness.group("bob", "carol");
    says("alice", group, 1);
    for (String operation : List.of("loadWatermarks", "load", "loadCounter", "readLog")) {
      harness.store.setFailing(operation, true);
    }
    mentions("alice", group, 2, "bob", "carol");
    says("alice", group, 3);
  }
}
