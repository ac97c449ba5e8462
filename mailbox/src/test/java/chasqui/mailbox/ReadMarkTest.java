package chasqui.mailbox;

import static chasqui.mailbox.Harness.by;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import chasqui.error.v1.Reason;
import chasqui.mailbox.memory.CommitFate;
import chasqui.mailbox.v1.CursorUpdate;
import chasqui.mailbox.v1.DescribeConversation;
import chasqui.mailbox.v1.ListReceipts;
import chasqui.mailbox.v1.MailboxRequest;
import chasqui.mailbox.v1.MemberReceipt;
import chasqui.mailbox.v1.ReadState;
import chasqui.mailbox.v1.SaveCursors;
import chasqui.mailbox.v1.SaveReadMark;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Read marks beside each other, and beside what else happens to their conversation.
class ReadMarkTest {

  private final Harness harness = new Harness();

  private static MailboxRequest.Builder mark(String user, String conversation, long seq) {
    return by(user).setSaveReadMark(
        SaveReadMark.newBuilder().setConversationId(conversation).setGeneration(1).setRead(seq));
  }

  private ReadState read(String user, String conversation, long seq) {
    return harness.port.answer(harness.run(mark(user, conversation, seq))).getReadMarkSaved().getReadState();
  }

  private ReadState state(String user, String conversation) {
    return harness.port.answer(harness.run(by(user).setDescribeConversation(
        DescribeConversation.newBuilder().setConversationId(conversation)))).getConversation().getReadState();
  }

  private String receipts(String user, String conversation) {
    MemberReceipt last = harness.port.answer(harness.run(by(user).setListReceipts(
        ListReceipts.newBuilder().setConversationId(conversation)))).getReceipts().getReceiptsList().getLast();
    return last.getUserId() + ' ' + last.getDelivered() + '/' + last.getRead();
  }

  private void acks(String user, String device, String conversation, long seq) {
    harness.run(by(user, device).setSaveCursors(SaveCursors.newBuilder().addCursors(CursorUpdate.newBuilder()
        .setConversationId(conversation).setGeneration(1).setAcked(seq))));
  }

  private void says(String user, String conversation, int... counters) {
    for (int counter : counters) {
      harness.port.appended(harness.run(harness.send(user, conversation, counter, "hello")));
    }
  }

  private static ReadState left(long read, long messages, long mentions) {
    return ReadState.newBuilder().setRead(read).setUnreadMessages(messages).setUnreadMentions(mentions).build();
  }

  /// A part of what is stored of a user is not all of it.
  @Test
  void what_is_stored_while_a_conversation_is_loaded_anew_hides_nothing() {
    String direct = harness.direct();
    says("alice", direct, 1, 2, 3);
    assertEquals(left(4, 0, 0), read("bob", direct, 4));
    says("alice", direct, 4);
    harness.held.hold("saveWatermarks");
    acks("bob", "phone", direct, 5);
    harness.store.setFate(batch -> {
      harness.store.setFate(other -> CommitFate.COMMITTED);
      return CommitFate.STORE_FULL;
    });
    assertEquals(Reason.REASON_STORE_FULL, harness.port.reason(harness.run(harness.send("alice", direct, 5, "lost"))));
    harness.nowMicros += harness.config.batches().storeFullPause().toNanos() / 1_000;
    says("alice", direct, 6);
    harness.held.release("saveWatermarks");
    harness.settle();
    assertEquals(left(4, 2, 0), state("bob", direct));
    assertEquals("bob 5/4", receipts("alice", direct));
  }

  @Test
  void marks_that_come_at_once_count_each_entry_once() {
    String direct = harness.direct();
    for (int i = 1; i <= 60; i++) {
      says("alice", direct, i);
    }
    harness.held.hold("readLog");
    List<Long> asked = new ArrayList<>();
    for (long seq = 20; seq < 50; seq++) {
      asked.add(harness.run(mark("bob", direct, seq)));
    }
    assertEquals(1, harness.held.waiting(), "one count at a time");
    int before = harness.held.count("readLog");
    harness.held.release("readLog");
    harness.settle();
    for (int i = 0; i < asked.size(); i++) {
      assertEquals(left(20 + i, 41 - i, 0), harness.port.answer(asked.get(i)).getReadMarkSaved().getReadState());
    }
    assertTrue(harness.held.count("readLog") - before <= asked.size(), "no more reads than marks");
  }

  @Test
  void a_link_that_is_full_when_the_turn_comes_leaves_nobody_waiting() {
    String direct = harness.direct();
    for (int i = 1; i <= 9; i++) {
      says("alice", direct, i);
    }
    harness.held.hold("readLog");
    harness.run(mark("bob", direct, 3));
    long behind = harness.run(mark("bob", direct, 4));
    harness.port.congested = true;
    harness.held.release("readLog");
    harness.settle();
    assertEquals(Reason.REASON_OVERLOADED, harness.port.reason(behind));
    harness.port.congested = false;
    assertEquals(left(4, 6, 0), read("bob", direct, 4));
  }
}
