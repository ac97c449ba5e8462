package chasqui.client.session;

import static chasqui.client.Frames.CONVERSATION;
import static org.junit.jupiter.api.Assertions.assertEquals;

import chasqui.client.Frames;
import chasqui.edge.v1.ClientFrame;
import chasqui.edge.v1.Error;
import chasqui.edge.v1.Position;
import chasqui.edge.v1.Receipt;
import chasqui.edge.v1.ReceiptKind;
import chasqui.edge.v1.ServerFrame;
import chasqui.error.v1.Reason;
import chasqui.log.v1.Entry;
import com.google.protobuf.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/// What a device says that its person read, and what it is told of everybody.
class ReceiptTest {
  private final Harness harness = Harness.live();

  private void read(String conversation, long seq) {
    harness.core.read(conversation, seq, harness.nowMs);
    harness.play();
  }

  private List<Long> said(long stream) {
    return harness.written.get(stream).stream().filter(ClientFrame::hasReadMark)
        .map(frame -> frame.getReadMark().getPosition().getSeq()).toList();
  }

  private void told(long stream, String user, ReceiptKind kind, long generation, long seq) {
    harness.frame(stream, ServerFrame.newBuilder()
        .setReceipt(Receipt.newBuilder()
            .setUserId(user)
            .setKind(kind)
            .setPosition(Position.newBuilder().setConversationId(CONVERSATION).setGeneration(generation).setSeq(seq))
            .setUnreadMessages(user.equals("alice") ? 3 : 0))
        .build());
  }

  private void hasRead(String user, long seq) {
    told(1, user, ReceiptKind.RECEIPT_KIND_READ, 1, seq);
  }

  private void refused(Reason reason) {
    harness.frame(1, ServerFrame.newBuilder()
        .setError(Error.newBuilder().setReason(reason).setConversationId(CONVERSATION)).build());
  }

  private List<String> shown() {
    return harness.events.stream().map(event -> switch (event) {
      case ClientEvent.ReceiptMoved moved -> moved.userId() + (moved.read() ? " read " : " got ") + moved.seq();
      case ClientEvent.ReadMoved moved -> "own " + moved.seq() + " left " + moved.unreadMessages();
      default -> "";
    }).filter(word -> !word.isEmpty()).toList();
  }

  @Test
  void one_mark_is_on_the_way_at_a_time_and_the_highest_follows() {
    for (long seq = 1; seq <= 9; seq++) {
      read(CONVERSATION, seq);
    }
    read(CONVERSATION, 4);
    assertEquals(List.of(1L), said(1));
    hasRead("alice", 1);
    assertEquals(List.of(1L, 9L), said(1));
    hasRead("alice", 9);
    read(CONVERSATION, 9);
    read(CONVERSATION, 2);
    assertEquals(List.of(1L, 9L), said(1), "what was stored is not said again");
    assertEquals(List.of("own 1 left 3", "own 9 left 3"), shown());
  }

  @Test
  void an_unanswered_mark_is_said_again_on_the_next_stream() {
    read(CONVERSATION, 5);
    harness.ended(1, StreamEnd.of(Reason.REASON_UNAVAILABLE, "gone"));
    read(CONVERSATION, 6);
    harness.passUntilOpened(2);
    harness.welcome(2);
    assertEquals(List.of(6L), said(2));
    told(2, "alice", ReceiptKind.RECEIPT_KIND_READ, 1, 6);
    harness.ended(2, StreamEnd.of(Reason.REASON_UNAVAILABLE, "gone"));
    harness.passUntilOpened(3);
    harness.welcome(3);
    assertEquals(List.of(), said(3));
  }

  @Test
  void a_mark_without_room_is_said_again_and_one_refused_for_good_is_not() {
    read(CONVERSATION, 5);
    refused(Reason.REASON_OVERLOADED);
    assertEquals(List.of(5L), said(1));
    harness.pass(ReceiptBook.RETRY_MS);
    assertEquals(List.of(5L, 5L), said(1));
    refused(Reason.REASON_NOT_FOUND);
    harness.pass(10 * ReceiptBook.RETRY_MS);
    assertEquals(List.of(5L, 5L), said(1));
    read(CONVERSATION, 6);
    assertEquals(List.of(5L, 5L, 6L), said(1));
  }

  @Test
  void a_mark_beyond_the_budget_waits_as_long_as_it_was_told() {
    read(CONVERSATION, 5);
    harness.frame(1, ServerFrame.newBuilder()
        .setError(Error.newBuilder().setReason(Reason.REASON_RATE_LIMITED).setConversationId(CONVERSATION)
            .setRetryAfter(Duration.newBuilder().setSeconds(9))).build());
    harness.pass(8_000);
    assertEquals(List.of(5L), said(1));
    harness.pass(1_000);
    assertEquals(List.of(5L, 5L), said(1));
  }

  /// What lies before the person joined again cannot be read: the answer is the mark of before.
  @Test
  void a_mark_that_was_answered_with_less_does_not_hold_back_the_next() {
    read(CONVERSATION, 11);
    hasRead("alice", 10);
    assertEquals(List.of(11L), said(1), "the same again would bring the same");
    read(CONVERSATION, 52);
    assertEquals(List.of(11L, 52L), said(1));
    hasRead("alice", 52);
    harness.ended(1, StreamEnd.of(Reason.REASON_UNAVAILABLE, "gone"));
    harness.passUntilOpened(2);
    harness.welcome(2);
    assertEquals(List.of(), said(2));
  }

  @Test
  void nothing_is_marked_that_was_not_shown() {
    harness.frame(1, Frames.delivered(Entry.newBuilder().setSeq(1).setSenderUser("bob").setMessage(Frames.text("hello")).build()));
    harness.play();
    read(CONVERSATION, Long.MAX_VALUE);
    assertEquals(List.of(1L), said(1));
  }

  @Test
  void the_other_device_read_further() {
    read(CONVERSATION, 5);
    hasRead("alice", 8);
    read(CONVERSATION, 7);
    assertEquals(List.of(5L), said(1));
    assertEquals(List.of("own 8 left 3"), shown());
  }

  @Test
  void only_what_moved_forward_is_told_on() {
    hasRead("bob", 3);
    hasRead("bob", 3);
    hasRead("bob", 2);
    told(1, "bob", ReceiptKind.RECEIPT_KIND_DELIVERED, 1, 3);
    told(1, "bob", ReceiptKind.RECEIPT_KIND_DELIVERED, 1, 5);
    told(1, "bob", ReceiptKind.RECEIPT_KIND_DELIVERED, 1, 4);
    told(1, "alice", ReceiptKind.RECEIPT_KIND_DELIVERED, 1, 5);
    told(1, "bob", ReceiptKind.RECEIPT_KIND_READ, 2, 1);
    hasRead("bob", 9);
    told(1, "bob", ReceiptKind.RECEIPT_KIND_UNSPECIFIED, 3, 9);
    assertEquals(List.of("bob read 3", "bob got 5", "bob read 1"), shown());
  }

  @Test
  void marks_of_ever_more_conversations_are_bounded() {
    harness.ready = false;
    for (int i = 0; i < 2 * ReceiptBook.OWN_MAX; i++) {
      read("c" + i, 1);
    }
    harness.ready = true;
    harness.writable();
    assertEquals(ReceiptBook.OWN_MAX, said(1).size());
  }
}
