package chasqui.client.session;

import static chasqui.client.Frames.CONVERSATION;
import static chasqui.client.Frames.accepted;
import static chasqui.client.Frames.delivery;
import static chasqui.client.Frames.headMoved;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import chasqui.edge.v1.ClientFrame;
import chasqui.edge.v1.Position;
import chasqui.edge.v1.RangeRequest;
import chasqui.error.v1.Reason;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/// Once each, in order, and nothing left out.
final class OrderingTest {
  private static final StreamEnd BROKEN = StreamEnd.of(Reason.REASON_UNAVAILABLE, "broken");

  @Test
  void a_redelivery_is_shown_once_and_acked_again() {
    var session = Harness.live();
    session.frame(1, delivery(0, 3));
    session.pass(50);
    session.frame(1, delivery(0, 3));
    session.frame(1, delivery(1, 4));
    session.pass(50);
    assertEquals(List.of(1L, 2L, 3L, 4L), session.seqs());
    assertEquals(2, session.frames(1, ClientFrame.FrameCase.ACK).size());
  }

  @Test
  void redelivery_after_a_reconnect_is_shown_once() {
    var session = Harness.live();
    session.frame(1, delivery(0, 3));
    session.ended(1, BROKEN);
    session.pass(1_000);
    session.welcome(2);
    session.frame(2, delivery(1, 5));
    assertEquals(List.of(1L, 2L, 3L, 4L, 5L), session.seqs());
  }

  @Test
  void an_own_message_waits_for_what_is_before_it() {
    var session = Harness.live();
    session.frame(1, delivery(0, 1));
    session.submit("mine");
    session.frame(1, accepted(session.sends(1).getFirst(), 3));
    assertEquals(List.of(1L), session.seqs());
    session.frame(1, delivery(1, 2));
    var own = session.events(ClientEvent.EntryReceived.class).getLast();
    assertEquals(List.of(1L, 2L, 3L), session.seqs());
    assertTrue(own.own());
    assertEquals("mine", own.entry().getMessage().getText().getText());
    session.frame(1, delivery(3, 4));
    assertEquals(List.of(1L, 2L, 3L, 4L), session.seqs());
  }

  @Test
  void an_own_message_whose_predecessors_do_not_come_asks_for_them() {
    var session = Harness.live();
    session.frame(1, delivery(0, 1));
    session.submit("mine");
    session.frame(1, accepted(session.sends(1).getFirst(), 4));
    session.pass(250);
    assertEquals(3, ranges(session, 1).getFirst().getUpto());
  }

  @Test
  void an_own_message_that_is_delivered_as_well_is_shown_once() {
    var session = Harness.live();
    session.frame(1, delivery(0, 1));
    session.submit("mine");
    session.frame(1, delivery(1, 3));
    session.frame(1, accepted(session.sends(1).getFirst(), 2));
    assertEquals(List.of(1L, 2L, 3L), session.seqs());
  }

  @Test
  void an_own_message_before_the_conversation_is_known_waits_for_its_beginning() {
    var session = Harness.live();
    session.submit("mine");
    session.frame(1, accepted(session.sends(1).getFirst(), 2));
    assertTrue(session.seqs().isEmpty());
    session.frame(1, delivery(0, 1));
    assertEquals(List.of(1L, 2L), session.seqs());
  }

  @Test
  void an_own_message_is_no_reason_to_guess_where_the_device_begins() {
    var session = Harness.live();
    session.submit("mine");
    session.frame(1, accepted(session.sends(1).getFirst(), 900));
    session.pass(20_000);
    assertTrue(session.frames(1, ClientFrame.FrameCase.RANGE_REQUEST).isEmpty());
    assertTrue(acked(session, 1).isEmpty(), "what was never given is not acked");
    session.frame(1, delivery(2, 5));
    assertEquals(List.of(3L, 4L, 5L), session.seqs());
    session.pass(300);
    assertEquals(5, session.frames(1, ClientFrame.FrameCase.RANGE_REQUEST).getFirst().getRangeRequest().getAfter());
  }

  @Test
  void a_delivery_right_after_an_own_first_message_does_not_hide_it() {
    var session = Harness.live();
    session.submit("mine");
    session.frame(1, accepted(session.sends(1).getFirst(), 5));
    session.frame(1, delivery(5, 6));
    assertEquals(List.of(5L, 6L), session.seqs());
  }

  @Test
  void a_new_device_begins_at_the_head_it_is_shown() {
    var session = Harness.live();
    session.frame(1, headMoved(40));
    session.pass(50);
    var moved = session.events(ClientEvent.HeadMoved.class).getFirst();
    assertEquals(List.of(0L, 40L), List.of(moved.from(), moved.head()));
    assertEquals(List.of(40L), acked(session, 1));
    session.frame(1, delivery(40, 41));
    assertEquals(List.of(41L), session.seqs());
  }

  @Test
  void a_new_generation_forgets_the_positions_of_the_old() {
    var session = Harness.live();
    session.frame(1, delivery(0, 5));
    session.frame(1, delivery(2, 1, 3, 0));
    session.frame(1, delivery(1, 5, 6, 0));
    var changed = session.events(ClientEvent.GenerationChanged.class);
    assertEquals(List.of(new ClientEvent.GenerationChanged(CONVERSATION, 1, 2)), changed);
    assertEquals(List.of(1L, 2L, 3L, 4L, 5L, 2L, 3L), session.seqs());
    session.pass(50);
    var position = session.frames(1, ClientFrame.FrameCase.ACK).getLast().getAck().getPositions(0);
    assertEquals(position(2, 3), position);
  }

  @Test
  void whatever_the_order_and_repetition_of_ranges_every_entry_is_shown_once_in_order() {
    for (int seed = 0; seed < 200; seed++) {
      var random = new Random(seed);
      var session = Harness.live();
      session.frame(1, delivery(0, 1));
      var pieces = new ArrayList<long[]>();
      for (long after = 1; after < 60; ) {
        long upto = Math.min(60, after + 1 + random.nextInt(5));
        pieces.add(new long[] {after, upto});
        if (random.nextBoolean()) {
          pieces.add(new long[] {Math.max(0, after - random.nextInt(4)), upto});
        }
        after = upto;
      }
      java.util.Collections.shuffle(pieces, random);
      pieces.forEach(piece -> session.frame(1, delivery(piece[0], piece[1])));
      assertEquals(LongStream.rangeClosed(1, 60).boxed().toList(), session.seqs(), "seed " + seed);
    }
  }

  private static List<RangeRequest> ranges(Harness session, long stream) {
    return session.frames(stream, ClientFrame.FrameCase.RANGE_REQUEST).stream()
        .map(ClientFrame::getRangeRequest).toList();
  }

  private static List<Long> acked(Harness session, long stream) {
    return session.frames(stream, ClientFrame.FrameCase.ACK).stream()
        .flatMap(frame -> frame.getAck().getPositionsList().stream()).map(Position::getSeq).toList();
  }

  private static Position position(long generation, long seq) {
    return Position.newBuilder().setConversationId(CONVERSATION).setGeneration(generation).setSeq(seq).build();
  }
}
