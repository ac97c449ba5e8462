package chasqui.client.session;

import static chasqui.client.Frames.CONVERSATION;
import static chasqui.client.Frames.delivery;
import static chasqui.client.Frames.headMoved;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import chasqui.client.Frames;
import chasqui.edge.v1.ClientFrame;
import chasqui.edge.v1.Delivery;
import chasqui.edge.v1.Position;
import chasqui.edge.v1.ServerFrame;
import java.util.List;
import org.junit.jupiter.api.Test;

/// What is acked, when, and in which frames.
final class AckTest {
  @Test
  void only_what_was_shown_without_a_gap_is_acked() {
    var session = Harness.live();
    session.frame(1, delivery(0, 1));
    session.frame(1, delivery(3, 9));
    session.pass(100);
    assertEquals(List.of(1L), acked(session, 1));
  }

  @Test
  void a_range_without_visible_entries_moves_the_position() {
    var session = Harness.live();
    session.frame(1, delivery(0, 1));
    session.frame(1, ServerFrame.newBuilder()
        .setDelivery(Delivery.newBuilder()
            .setConversationId(CONVERSATION).setGeneration(1).setAfter(1).setUpto(7).addEntries(Frames.entry(5)))
        .build());
    session.pass(50);
    assertEquals(List.of(1L, 5L), session.seqs());
    assertEquals(List.of(7L), acked(session, 1));
  }

  @Test
  void acks_wait_for_the_listener_and_for_each_other() {
    var session = Harness.live();
    session.listenerAtOnce = false;
    for (long seq = 0; seq < 10; seq++) {
      session.frame(1, delivery(seq, seq + 1));
    }
    session.pass(1_000);
    assertTrue(session.frames(1, ClientFrame.FrameCase.ACK).isEmpty());
    session.listenerAtOnce = true;
    session.play();
    session.pass(49);
    assertTrue(session.frames(1, ClientFrame.FrameCase.ACK).isEmpty());
    session.pass(1);
    assertEquals(List.of(10L), acked(session, 1));
    session.pass(100);
    assertTrue(session.records.containsValue(new StoreRecord.Reached(position(1, 10))));
  }

  @Test
  void many_entries_are_acked_without_waiting() {
    var session = Harness.live();
    session.frame(1, delivery(0, 64));
    assertEquals(List.of(64L), acked(session, 1));
  }

  @Test
  void an_ack_frame_holds_at_most_a_hundred_positions() {
    var session = Harness.live();
    for (int i = 0; i < 250; i++) {
      session.frame(1, ServerFrame.newBuilder()
          .setHeadMoved(headMoved(3).getHeadMoved().toBuilder().setConversationId("c" + i)).build());
    }
    session.pass(50);
    var sizes = session.frames(1, ClientFrame.FrameCase.ACK).stream()
        .map(frame -> frame.getAck().getPositionsCount()).toList();
    assertEquals(List.of(100, 100, 50), sizes);
  }

  private static List<Long> acked(Harness session, long stream) {
    return session.frames(stream, ClientFrame.FrameCase.ACK).stream()
        .flatMap(frame -> frame.getAck().getPositionsList().stream()).map(Position::getSeq).toList();
  }

  private static Position position(long generation, long seq) {
    return Position.newBuilder().setConversationId(CONVERSATION).setGeneration(generation).setSeq(seq).build();
  }
}
