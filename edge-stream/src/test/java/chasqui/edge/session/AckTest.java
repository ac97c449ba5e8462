package chasqui.edge.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import chasqui.edge.FakeOwner;
import chasqui.edge.session.SessionMetrics.Oddity;
import chasqui.edge.v1.Ack;
import chasqui.edge.v1.ClientFrame;
import chasqui.edge.v1.Position;
import chasqui.edge.v1.ServerFrame.FrameCase;
import chasqui.error.v1.Reason;
import chasqui.mailbox.v1.CursorUpdate;
import chasqui.mailbox.v1.MailboxRequest.OperationCase;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class AckTest {

  private final SessionRig rig = new SessionRig();

  private void delivered(String id, int head) {
    rig.owner.log(id, head, 0);
    rig.live();
  }

  private List<String> saved() {
    return rig.asked(OperationCase.SAVE_CURSORS).stream()
        .flatMap(request -> request.getSaveCursors().getCursorsList().stream())
        .map((CursorUpdate cursor) -> cursor.getConversationId() + " " + cursor.getAcked()).toList();
  }

  @Test
  void a_cursor_is_never_stored_before_its_ack() {
    delivered("c", 10);
    rig.pushNew("c", "eleven");
    rig.send("c", "twelve");
    rig.run();
    rig.passAlive(Duration.ofSeconds(30));
    rig.session.on(Signal.HALF_CLOSED, rig.now);
    rig.run();
    assertEquals(List.of(), saved());
    assertEquals(0, rig.owner.log("c").acked);
  }

  @Test
  void acks_are_gathered_for_two_seconds() {
    delivered("c", 10);
    rig.ack("c", 3);
    rig.ack("c", 5);
    rig.ack("c", 4);
    rig.pass(Duration.ofSeconds(1));
    assertEquals(List.of(), saved());
    rig.pass(Duration.ofSeconds(1));
    assertEquals(List.of("c 5"), saved());
    rig.passAlive(Duration.ofSeconds(20));
    assertEquals(List.of("c 5"), saved(), "once");
  }

  @Test
  void the_end_of_the_stream_stores_what_waits() {
    delivered("c", 10);
    rig.ack("c", 7);
    rig.session.on(Signal.CANCELLED, rig.now);
    assertEquals(List.of("c 7"), saved());
  }

  @Test
  void cursors_of_one_slot_go_together() {
    for (int i = 0; i < 200; i++) {
      rig.owner.log("c" + i, 1, 0);
    }
    rig.live();
    for (int i = 0; i < 200; i++) {
      rig.run();
      rig.ack("c" + i, 1);
    }
    rig.pass(Duration.ofSeconds(3));
    assertEquals(200, saved().size());
    rig.asked(OperationCase.SAVE_CURSORS).forEach(request -> assertEquals(1, request.getSaveCursors().getCursorsList().stream()
        .map(cursor -> rig.slotOf(cursor.getConversationId())).distinct().count()));
  }

  @Test
  void an_ack_in_another_generation_is_an_error_and_changes_nothing() {
    delivered("c", 10);
    rig.ack("c", 2, 5);
    assertEquals(Reason.REASON_GENERATION_CHANGED, rig.sink.of(FrameCase.ERROR).getFirst().getError().getReason());
    assertEquals("c", rig.sink.of(FrameCase.ERROR).getFirst().getError().getConversationId());
    rig.pass(Duration.ofSeconds(3));
    assertEquals(List.of(), saved());
  }

  @Test
  void a_frame_of_acks_is_answered_by_one_error_at_most() {
    rig.owner.log("a", 2, 0);
    rig.owner.log("b", 2, 0);
    rig.live();
    Ack.Builder ack = Ack.newBuilder();
    for (int i = 0; i < 50; i++) {
      ack.addPositions(Position.newBuilder().setConversationId("a").setGeneration(9).setSeq(1));
      ack.addPositions(Position.newBuilder().setConversationId("b").setGeneration(9).setSeq(1));
    }
    rig.receive(ClientFrame.newBuilder().setAck(ack).build());
    assertEquals(1, rig.sink.of(FrameCase.ERROR).size());
  }

  @Test
  void an_ack_above_the_known_head_is_clamped_by_the_owner() {
    delivered("c", 3);
    rig.owner.append("c", "four, received on the other stream");
    rig.ack("c", 9);
    rig.pass(Duration.ofSeconds(3));
    assertEquals(List.of("c 9"), saved());
    assertEquals(4, rig.owner.log("c").acked);
    rig.sink.frames.clear();
    rig.pushHead("c", 4);
    rig.run();
    assertTrue(rig.sink.deliveries().isEmpty(), "what was acked is not sent");
    rig.pushNew("c", "five");
    rig.ack("c", 5);
    rig.pass(Duration.ofSeconds(3));
    assertEquals(5, rig.owner.log("c").acked, "a clamped ack does not hide later ones");
  }

  @Test
  void an_ack_beyond_the_signed_range_is_clamped_too() {
    delivered("c", 3);
    rig.ack("c", -1);
    rig.pass(Duration.ofSeconds(3));
    assertEquals(3, rig.owner.log("c").acked);
    rig.pushNew("c", "four");
    rig.ack("c", 4);
    rig.pass(Duration.ofSeconds(3));
    assertEquals(4, rig.owner.log("c").acked);
  }

  @Test
  void an_ack_for_what_was_not_sent_yet_moves_sent() {
    rig.live();
    rig.owner.log("c", 300, 0);
    rig.pushHead("c", 300);
    rig.held = request -> request.hasReadRange();
    rig.run();
    rig.ack("c", 250);
    rig.held = request -> false;
    for (int i = 0; i < 5; i++) {
      rig.run();
      rig.ack("c", Math.max(250, rig.sink.deliveries().isEmpty() ? 0 : rig.sink.deliveries().getLast().getUpto()));
    }
    assertEquals(250, rig.sink.deliveries().getFirst().getAfter(), "received elsewhere, not sent again");
    assertEquals(300, rig.sink.deliveries().getLast().getUpto());
  }

  @Test
  void an_ack_for_an_untracked_conversation_is_stored() {
    rig.live();
    rig.owner.log("c", 5, 0);
    rig.ack("c", 4);
    rig.ack("c", 2);
    rig.pass(Duration.ofSeconds(3));
    assertEquals(List.of("c 4"), saved());
    assertEquals(4, rig.owner.log("c").acked);
  }

  @Test
  void an_ack_before_the_position_is_known_counts() {
    rig.owner.log("c", 5, 0);
    rig.hello();
    rig.confirm();
    rig.held = request -> request.hasOpenPositions();
    rig.run();
    rig.ack("c", 3);
    rig.held = request -> false;
    rig.run();
    assertEquals(3, rig.sink.deliveries().getFirst().getAfter());
    rig.ack("c", 5);
    rig.pass(Duration.ofSeconds(4));
    assertEquals(5, rig.owner.log("c").acked);
    assertEquals(1, rig.owner.completedSyncs.size());
  }

  @Test
  void acks_for_conversations_nobody_knows_are_bounded() {
    rig.live();
    for (int i = 0; i < 1000; i++) {
      rig.ack("unknown" + i, 1);
    }
    assertEquals(1000 - 256, rig.oddities.get(Oddity.ACK_DROPPED));
  }

  @Test
  void a_refused_save_is_tried_again() {
    delivered("c", 10);
    rig.ack("c", 3);
    rig.held = request -> request.hasSaveCursors();
    rig.pass(Duration.ofSeconds(2));
    rig.answer(OperationCase.SAVE_CURSORS, FakeOwner.refusal(Reason.REASON_UNAVAILABLE));
    rig.held = request -> false;
    rig.passAlive(Duration.ofSeconds(3));
    assertEquals(List.of("c 3", "c 3"), saved());
    assertEquals(3, rig.owner.log("c").acked);
  }

  @Test
  void a_full_router_does_not_lose_an_ack() {
    delivered("c", 10);
    rig.full = request -> request.hasSaveCursors();
    rig.ack("c", 3);
    rig.passAlive(Duration.ofSeconds(6));
    rig.full = request -> false;
    rig.passAlive(Duration.ofSeconds(3));
    assertEquals(3, rig.owner.log("c").acked);
  }

  @Test
  void an_ack_while_its_cursor_is_being_stored_is_stored_after_it() {
    delivered("c", 10);
    rig.ack("c", 3);
    rig.held = request -> request.hasSaveCursors();
    rig.pass(Duration.ofSeconds(2));
    rig.ack("c", 6);
    rig.held = request -> false;
    rig.passAlive(Duration.ofSeconds(5));
    assertEquals(List.of("c 3", "c 6"), saved());
    assertEquals(6, rig.owner.log("c").acked);
  }
}
