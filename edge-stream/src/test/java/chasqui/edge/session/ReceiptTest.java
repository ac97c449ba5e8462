package chasqui.edge.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import chasqui.edge.FakeOwner;
import chasqui.edge.session.SessionMetrics.EphemeralDrop;
import chasqui.edge.v1.ClientFrame;
import chasqui.edge.v1.Position;
import chasqui.edge.v1.ReadMark;
import chasqui.edge.v1.Receipt;
import chasqui.edge.v1.ReceiptKind;
import chasqui.edge.v1.ServerFrame;
import chasqui.edge.v1.ServerFrame.FrameCase;
import chasqui.error.v1.Reason;
import chasqui.mailbox.v1.MailboxRequest;
import chasqui.mailbox.v1.MailboxRequest.OperationCase;
import chasqui.mailbox.v1.MemberReceipt;
import chasqui.mailbox.v1.ReadState;
import chasqui.mailbox.v1.ReceiptMoved;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Read marks and receipts on one stream.
class ReceiptTest {

  private final SessionRig rig = new SessionRig();

  private void mark(String conversation, long seq) {
    rig.receive(ClientFrame.newBuilder().setReadMark(ReadMark.newBuilder().setPosition(
        Position.newBuilder().setConversationId(conversation).setGeneration(1).setSeq(seq))).build());
  }

  private List<Long> stored() {
    return rig.asked(OperationCase.SAVE_READ_MARK).stream().map(request -> request.getSaveReadMark().getRead()).toList();
  }

  private void moved(ReceiptMoved.Builder moved) {
    SessionEvent.Told.of(moved.setConversationId("c").setGeneration(1).setUserId("bob").build())
        .forEach(told -> rig.session.on(told, rig.now));
  }

  /// `bob read c@3`
  private List<String> shown() {
    return rig.sink.of(FrameCase.RECEIPT).stream().map(ServerFrame::getReceipt).map(ReceiptTest::word).toList();
  }

  private static String word(Receipt receipt) {
    String word = receipt.getUserId() + (receipt.getKind() == ReceiptKind.RECEIPT_KIND_READ ? " read " : " got ")
        + receipt.getPosition().getConversationId() + "@" + receipt.getPosition().getSeq();
    return receipt.getUnreadMessages() + receipt.getUnreadMentions() == 0
        ? word : word + " left " + receipt.getUnreadMessages() + "/" + receipt.getUnreadMentions();
  }

  private List<Reason> errors() {
    return rig.sink.of(FrameCase.ERROR).stream().map(frame -> frame.getError().getReason()).toList();
  }

  @Test
  void a_mark_is_stored_and_answered_with_what_is_left() {
    rig.owner.log("c", 5, 5);
    rig.live();
    mark("c", 3);
    assertEquals(List.of(), shown(), "nothing is said before it is stored");
    rig.run();
    assertEquals(List.of("alice read c@3 left 2/1"), shown());
    MailboxRequest request = rig.asked(OperationCase.SAVE_READ_MARK).getFirst();
    assertEquals("alice", request.getCaller().getUserId(), "as the token says");
    assertEquals(1, request.getSaveReadMark().getGeneration());
  }

  @Test
  void of_marks_that_follow_fast_only_the_highest_is_stored_and_answered() {
    rig.owner.log("c", 9, 9);
    rig.owner.log("d", 9, 9);
    rig.live();
    for (long seq : new long[] {2, 3, 7, 5}) {
      mark("c", seq);
    }
    mark("d", 4);
    rig.run();
    assertEquals(List.of(2L, 4L, 7L), stored());
    assertEquals(List.of("alice read d@4 left 5/1", "alice read c@7 left 2/1"), shown());
  }

  @Test
  void a_mark_beyond_the_head_is_answered_with_the_head_and_a_repeat_again() {
    rig.owner.log("c", 5, 5);
    rig.live();
    for (long far : new long[] {1L << 60, -1L, Long.MIN_VALUE, 1}) {
      mark("c", far);
      rig.run();
    }
    assertEquals(List.of("alice read c@5 left 0/1", "alice read c@5 left 0/1", "alice read c@5 left 0/1",
        "alice read c@5 left 0/1"), shown());
    assertNull(rig.ended());
  }

  @Test
  void a_refusal_names_the_conversation_and_the_stream_goes_on() {
    rig.live();
    mark("nowhere", 1);
    rig.run();
    rig.full = request -> request.hasSaveReadMark();
    mark("c", 1);
    assertEquals(List.of(Reason.REASON_NOT_FOUND, Reason.REASON_OVERLOADED), errors());
    assertEquals(List.of("nowhere", "c"),
        rig.sink.of(FrameCase.ERROR).stream().map(frame -> frame.getError().getConversationId()).toList());
    rig.full = request -> false;
    rig.owner.log("c", 2, 2);
    mark("c", 1);
    rig.run();
    assertEquals(List.of("alice read c@1 left 1/1"), shown());
  }

  @Test
  void a_mark_after_a_refused_one_is_tried() {
    rig.owner.log("c", 5, 5);
    rig.live();
    mark("c", 2);
    mark("c", 3);
    rig.answer(OperationCase.SAVE_READ_MARK, FakeOwner.refusal(Reason.REASON_UNAVAILABLE));
    rig.run();
    assertEquals(List.of("alice read c@3 left 2/1"), shown());
    assertEquals(List.of(), errors());
  }

  @Test
  void marks_of_many_conversations_are_bounded_and_each_is_answered() {
    rig.live();
    for (int i = 0; i < 200; i++) {
      mark("c" + i, 1);
    }
    assertEquals(ReceiptDesk.MARKS_MAX, stored().size());
    assertTrue(errors().stream().allMatch(Reason.REASON_OVERLOADED::equals));
    assertEquals(200 - ReceiptDesk.MARKS_MAX, errors().size());
    rig.run();
    assertEquals(ReceiptDesk.MARKS_MAX, errors().stream().filter(Reason.REASON_NOT_FOUND::equals).count());
    assertNull(rig.ended());
  }

  @Test
  void what_others_received_and_read_is_told_once() {
    rig.live();
    moved(ReceiptMoved.newBuilder().setDelivered(5));
    moved(ReceiptMoved.newBuilder().setDelivered(7).setRead(7));
    rig.endOfBatch();
    assertEquals(List.of("bob got c@5", "bob read c@7"), shown(), "read implies received");
    moved(ReceiptMoved.newBuilder().setRead(8).setLeft(ReadState.newBuilder().setRead(8).setUnreadMessages(2)));
    rig.endOfBatch();
    assertEquals("bob read c@8 left 2/0", shown().getLast());
  }

  @Test
  void while_the_stream_is_not_ready_only_the_newest_of_each_waits() {
    rig.live();
    rig.sink.room = 0;
    for (int seq = 1; seq <= 50; seq++) {
      moved(ReceiptMoved.newBuilder().setDelivered(seq));
    }
    rig.endOfBatch();
    assertEquals(49, rig.dropped.get(EphemeralDrop.COALESCED));
    rig.writable(Integer.MAX_VALUE);
    assertEquals(List.of("bob got c@50"), shown());
  }

  @Test
  void what_waits_is_bounded_and_each_drop_counted() {
    rig.live();
    rig.sink.room = 0;
    for (int i = 0; i < 1_000; i++) {
      ReceiptMoved moved =
          ReceiptMoved.newBuilder().setConversationId("c" + i).setGeneration(1).setUserId("bob").setRead(1).build();
      SessionEvent.Told.of(moved).forEach(told -> rig.session.on(told, rig.now));
    }
    rig.endOfBatch();
    assertEquals(1_000 - ReceiptDesk.HELD_MAX, rig.dropped.get(EphemeralDrop.LANE_FULL));
  }

  @Test
  void who_was_away_is_told_at_the_beginning() {
    rig.owner.log("c", 5, 5).read = 4;
    rig.owner.log("c").receipts.add(MemberReceipt.newBuilder().setUserId("bob").setDelivered(5).setRead(3).build());
    rig.owner.log("d", 5, 5).receipts.add(MemberReceipt.newBuilder().setUserId("carol").setDelivered(2).build());
    rig.owner.log("e", 5, 5);
    rig.live();
    assertEquals(List.of("alice read c@4 left 1/1", "bob read c@3", "bob got c@5", "carol got d@2"), shown());
  }

  @Test
  void a_sync_waits_for_a_device_that_takes_receipts_slowly_and_drops_none() {
    for (int i = 0; i < 200; i++) {
      rig.owner.log("c" + i, 5, 5).read = 4;
      rig.owner.log("c" + i).receipts.add(MemberReceipt.newBuilder().setUserId("bob").setDelivered(5).setRead(3).build());
    }
    rig.hello();
    rig.sink.room = 10;
    rig.confirm();
    rig.run();
    for (int i = 0; i < 2_000 && shown().size() < 600; i++) {
      rig.writable(3);
      rig.run();
      rig.now += 10;
    }
    assertEquals(600, shown().size());
    assertNull(rig.dropped.get(EphemeralDrop.LANE_FULL));
  }
}
