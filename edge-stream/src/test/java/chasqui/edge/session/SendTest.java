package chasqui.edge.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import chasqui.edge.FakeOwner;
import chasqui.edge.v1.ClientFrame;
import chasqui.edge.v1.Credit;
import chasqui.edge.v1.Delivery;
import chasqui.edge.v1.Send;
import chasqui.edge.v1.SendRejected;
import chasqui.edge.v1.ServerFrame.FrameCase;
import chasqui.error.v1.Reason;
import chasqui.log.v1.Deletion;
import chasqui.log.v1.Edit;
import chasqui.log.v1.Entry;
import chasqui.log.v1.Message;
import chasqui.log.v1.Pin;
import chasqui.log.v1.Reaction;
import chasqui.log.v1.TextContent;
import chasqui.mailbox.v1.Append.ChangeCase;
import chasqui.mailbox.v1.IdKind;
import chasqui.mailbox.v1.MailboxRequest.OperationCase;
import chasqui.mailbox.v1.MailboxRequest;
import chasqui.mailbox.v1.MailboxResponse;
import chasqui.mailbox.v1.Refusal;
import com.google.protobuf.ByteString;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class SendTest {

  private final SessionRig rig = new SessionRig();

  private SendRejected rejected() {
    return rig.sink.of(FrameCase.SEND_REJECTED).getLast().getSendRejected();
  }

  private static ClientFrame frame(String id, ByteString messageId, Message.Builder message) {
    return ClientFrame.newBuilder()
        .setSend(Send.newBuilder().setConversationId(id).setClientMessageId(messageId).setMessage(message)).build();
  }

  private static ByteString counter(long value) {
    return ByteString.copyFrom(java.nio.ByteBuffer.allocate(20).putLong(value).rewind());
  }

  private static Message.Builder text(String text) {
    return Message.newBuilder().setText(TextContent.newBuilder().setText(text));
  }

  @Test
  void a_send_is_appended_for_the_device_and_answered_with_its_place() {
    rig.owner.log("c", 2, 2);
    rig.live();
    rig.send("c", "hello");
    MailboxRequest request = rig.asked(OperationCase.APPEND).getFirst();
    assertEquals("alice", request.getCaller().getUserId());
    assertEquals("phone", request.getCaller().getDeviceId());
    assertEquals(IdKind.ID_KIND_COUNTED, request.getAppend().getIdKind());
    assertEquals("hello", request.getAppend().getMessage().getText().getText());
    rig.run();
    assertEquals(3, rig.sink.of(FrameCase.SEND_ACCEPTED).getFirst().getSendAccepted().getSeq());
    assertEquals(request.getAppend().getClientMessageId(),
        rig.sink.of(FrameCase.SEND_ACCEPTED).getFirst().getSendAccepted().getClientMessageId());
  }

  @Test
  void a_change_is_appended_like_a_message() {
    rig.owner.log("c", 2, 2);
    rig.live();
    Send.Builder send = Send.newBuilder().setConversationId("c");
    rig.receive(change(send.setClientMessageId(counter(1)).setEdit(Edit.newBuilder().setTargetSeq(1).setMessage(text("x")))));
    rig.receive(change(send.setClientMessageId(counter(2)).setDeletion(Deletion.newBuilder().setTargetSeq(1))));
    rig.receive(change(send.setClientMessageId(counter(3)).setReaction(Reaction.newBuilder().setTargetSeq(1).setEmoji("+"))));
    rig.receive(change(send.setClientMessageId(counter(4)).setPin(Pin.newBuilder().setTargetSeq(1).setRemoved(true))));
    assertEquals(
        List.of(ChangeCase.EDIT, ChangeCase.DELETION, ChangeCase.REACTION, ChangeCase.PIN),
        rig.asked(OperationCase.APPEND).stream().map(request -> request.getAppend().getChangeCase()).toList());
    rig.run();
    assertEquals(4, rig.sink.of(FrameCase.SEND_ACCEPTED).size());
    rig.receive(change(send.clearChange()));
    assertEquals(Reason.REASON_INVALID_FIELD, rejected().getReason());
    rig.receive(change(send.setEdit(Edit.newBuilder().setTargetSeq(1).setMessage(Message.newBuilder()))));
    assertEquals(Reason.REASON_INVALID_FIELD, rejected().getReason());
    rig.receive(change(send.setEdit(Edit.newBuilder().setTargetSeq(1).setMessage(text("x".repeat(66_000))))));
    assertEquals(Reason.REASON_TOO_LARGE, rejected().getReason());
    assertEquals(4, rig.asked(OperationCase.APPEND).size());
  }

  private static ClientFrame change(Send.Builder send) {
    return ClientFrame.newBuilder().setSend(send).build();
  }

  @Test
  void an_accepted_send_counts_as_delivered_on_this_stream() {
    rig.owner.log("c", 2, 1);
    rig.live();
    rig.ack("c", 2);
    rig.send("c", "mine");
    rig.run();
    rig.sink.frames.clear();
    rig.push("c", rig.owner.log("c").entries.get(2));
    rig.endOfBatch();
    rig.run();
    assertTrue(rig.sink.deliveries().isEmpty(), "not delivered again");
    rig.pushNew("c", "theirs");
    assertEquals(3, rig.sink.deliveries().getFirst().getAfter());
  }

  @Test
  void the_first_send_of_a_conversation_is_delivered_so_that_the_device_learns_where_it_stands() {
    rig.owner.log("c", 2, 2);
    rig.live();
    rig.send("c", "mine");
    rig.run();
    Delivery told = rig.sink.deliveries().getFirst();
    assertEquals(2, told.getAfter());
    assertEquals(3, told.getUpto());
    rig.send("c", "mine too");
    rig.run();
    assertEquals(1, rig.sink.deliveries().size(), "from then on it counts");
    rig.ack("c", 4);
    rig.pass(Duration.ofSeconds(3));
    assertEquals(4, rig.owner.log("c").acked);
  }

  @Test
  void a_push_of_the_own_entry_before_the_position_is_known_spares_the_read() {
    rig.owner.log("c", 2, 2);
    rig.live();
    rig.held = request -> request.hasOpenPositions();
    rig.send("c", "mine");
    rig.send("c", "mine too");
    rig.run();
    rig.push("c", rig.owner.log("c").entries.get(2));
    rig.push("c", rig.owner.log("c").entries.get(3));
    rig.endOfBatch();
    rig.held = request -> false;
    rig.run();
    assertEquals(1, rig.sink.deliveries().size());
    assertEquals(2, rig.sink.deliveries().getFirst().getAfter());
    assertEquals(4, rig.sink.deliveries().getFirst().getUpto());
    assertTrue(rig.asked(OperationCase.READ_RANGE).isEmpty());
  }

  @Test
  void a_send_behind_others_is_covered_by_their_range() {
    rig.owner.log("c", 2, 1);
    rig.live();
    rig.ack("c", 2);
    rig.owner.append("c", "three, on its way");
    rig.send("c", "mine");
    rig.run();
    assertEquals(2, rig.sink.deliveries().getLast().getAfter());
    assertEquals(4, rig.sink.deliveries().getLast().getUpto());
  }

  @Test
  void a_refused_send_is_told_why() {
    rig.live();
    rig.held = request -> request.hasAppend();
    rig.send("c", "hello");
    rig.answer(OperationCase.APPEND, MailboxResponse.newBuilder().setRefusal(Refusal.newBuilder()
        .setReason(Reason.REASON_OVERLOADED).setMessage("full").setRetryAfterMs(1500)).build());
    assertEquals(Reason.REASON_OVERLOADED, rejected().getReason());
    assertEquals("full", rejected().getMessage());
    assertEquals(1, rejected().getRetryAfter().getSeconds());
    assertEquals(500_000_000, rejected().getRetryAfter().getNanos());
    assertEquals("c", rejected().getConversationId());
  }

  @Test
  void a_message_that_is_too_large_is_answered_by_a_frame() {
    rig.live();
    Message.Builder large = text("x".repeat(65_000)).addMentionedUsers("y".repeat(60));
    for (int i = 0; i < 20; i++) {
      large.addMentionedUsers("user" + i + "y".repeat(50));
    }
    rig.receive(frame("c", counter(1), large));
    assertEquals(Reason.REASON_TOO_LARGE, rejected().getReason());
    assertTrue(rig.asked(OperationCase.APPEND).isEmpty());
    rig.send("c", "the stream goes on");
    rig.run();
    assertEquals(1, rig.sink.of(FrameCase.SEND_ACCEPTED).size());
  }

  @Test
  void a_field_beyond_its_limit_is_answered_by_a_frame() {
    rig.live();
    rig.receive(frame("c", ByteString.copyFrom(new byte[19]), text("hi")));
    assertEquals(Reason.REASON_INVALID_FIELD, rejected().getReason());
    assertTrue(rejected().getMessage().startsWith("send.client_message_id"), rejected().getMessage());
    rig.receive(frame("c", ByteString.copyFrom(new byte[20]), text("hi")));
    assertTrue(rejected().getMessage().contains("counter"), rejected().getMessage());
    rig.receive(frame("c", counter(1), Message.newBuilder()));
    assertTrue(rejected().getMessage().startsWith("send.message.content"), rejected().getMessage());
    assertTrue(rig.asked(OperationCase.APPEND).isEmpty());
  }

  @Test
  void a_full_router_rejects_with_a_time_to_wait() {
    rig.live();
    rig.full = request -> request.hasAppend();
    rig.send("c", "hello");
    assertEquals(Reason.REASON_OVERLOADED, rejected().getReason());
    assertTrue(rejected().hasRetryAfter());
  }

  @Test
  void sixty_four_unanswered_sends_stop_the_reading() {
    rig.live();
    rig.held = request -> request.hasAppend();
    int given = feed(1000);
    assertEquals(64, given, "frames read while none is answered");
    assertEquals(64, rig.asked(OperationCase.APPEND).size());
    rig.held = request -> false;
    rig.run();
    assertTrue(feed(10) > 0, "answers make room");
  }

  @Test
  void answers_that_are_not_read_stop_the_reading() {
    rig.live();
    rig.writable(0);
    int given = 0;
    for (int i = 0; i < 100; i++) {
      given += feed(1000);
      rig.run();
    }
    assertEquals(64, given);
    assertEquals(64, rig.asked(OperationCase.APPEND).size());
    rig.writable(Integer.MAX_VALUE);
    assertEquals(64, rig.sink.of(FrameCase.SEND_ACCEPTED).size());
    assertTrue(feed(10) > 0);
  }

  /// Sends as many as the session asks for; returns how many that were.
  private int feed(int max) {
    int given = 0;
    while (given < max && rig.sink.requested > 0) {
      rig.sink.requested--;
      rig.send("c", "x");
      given++;
    }
    return given;
  }

  @Test
  void answers_go_out_although_the_window_is_full() {
    rig.live();
    rig.receive(ClientFrame.newBuilder().setCredit(Credit.newBuilder().setUnackedEntries(1)).build());
    rig.owner.log("c", 50, 0);
    rig.pushHead("c", 50);
    rig.run();
    rig.send("other", "hello");
    rig.run();
    assertEquals(1, rig.sink.of(FrameCase.SEND_ACCEPTED).size());
  }

  @Test
  void an_outcome_unknown_is_passed_on() {
    rig.live();
    rig.held = request -> request.hasAppend();
    rig.send("c", "hello");
    rig.answer(OperationCase.APPEND, FakeOwner.refusal(Reason.REASON_OUTCOME_UNKNOWN));
    assertEquals(Reason.REASON_OUTCOME_UNKNOWN, rejected().getReason());
  }

  @Test
  void an_own_entry_is_never_delivered_over_a_gap() {
    rig.owner.log("c", 2, 1);
    rig.live();
    rig.ack("c", 2);
    rig.held = request -> request.hasReadRange();
    Entry lost = rig.owner.append("c", "three");
    rig.send("c", "mine");
    rig.run();
    assertEquals(3, lost.getSeq());
    assertEquals(2, rig.sink.deliveries().getLast().getUpto());
    rig.held = request -> false;
    rig.run();
    assertEquals(2, rig.sink.deliveries().getLast().getAfter());
  }
}
