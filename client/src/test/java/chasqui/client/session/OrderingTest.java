package chasqui.client.session;

import static chasqui.client.Frames.CONVERSATION;
import static chasqui.client.Frames.accepted;
import static chasqui.client.Frames.delivery;
import static chasqui.client.Frames.headMoved;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import chasqui.client.Frames;
import chasqui.client.session.SessionBounds.FeedBounds;
import chasqui.edge.v1.ClientFrame;
import chasqui.edge.v1.Delivery;
import chasqui.edge.v1.Error;
import chasqui.edge.v1.Position;
import chasqui.edge.v1.RangeRequest;
import chasqui.edge.v1.ServerFrame;
import chasqui.error.v1.Reason;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
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
  void entries_after_a_gap_wait_until_it_is_repaired() {
    var session = Harness.live();
    session.frame(1, delivery(0, 1));
    session.frame(1, delivery(3, 4));
    assertEquals(List.of(1L), session.seqs());
    session.pass(250);
    var range = ranges(session, 1).getFirst();
    assertEquals(List.of(1L, 3L), List.of(range.getAfter(), range.getUpto()));
    session.frame(1, delivery(1, 1, 3, range.getRequestId()));
    assertEquals(List.of(1L, 2L, 3L, 4L), session.seqs());
    session.pass(20_000);
    assertEquals(1, ranges(session, 1).size());
  }

  @Test
  void a_gap_that_mends_by_itself_asks_for_nothing() {
    var session = Harness.live();
    session.frame(1, delivery(0, 1));
    session.frame(1, delivery(2, 3));
    session.pass(200);
    session.frame(1, delivery(1, 2));
    session.pass(10_000);
    assertTrue(ranges(session, 1).isEmpty());
    assertEquals(List.of(1L, 2L, 3L), session.seqs());
  }

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
  void a_delivery_right_after_an_own_first_message_does_not_hide_it() {
    var session = Harness.live();
    session.submit("mine");
    session.frame(1, accepted(session.sends(1).getFirst(), 5));
    session.frame(1, delivery(5, 6));
    assertEquals(List.of(5L, 6L), session.seqs());
  }

  @Test
  void positions_lost_at_the_client_are_rebuilt_from_the_log_not_guessed() {
    var session = Harness.live();
    session.submit("mine");
    session.frame(1, accepted(session.sends(1).getFirst(), 700));
    session.pass(250);
    var range = ranges(session, 1).getFirst();
    assertEquals(List.of(199L, 699L), List.of(range.getAfter(), range.getUpto()));
    session.frame(1, delivery(1, 199, 699, range.getRequestId()));
    assertEquals(LongStream.rangeClosed(200, 700).boxed().toList(), session.seqs());
  }

  @Test
  void long_gaps_are_fetched_piece_by_piece() {
    var session = Harness.live();
    session.frame(1, delivery(0, 1));
    session.frame(1, headMoved(1_200));
    session.pass(250);
    long shown = 1;
    while (shown < 1_200) {
      var range = ranges(session, 1).getLast();
      assertEquals(shown, range.getAfter());
      assertTrue(range.getUpto() - range.getAfter() <= 500);
      shown = range.getUpto();
      session.frame(1, delivery(1, range.getAfter(), shown, range.getRequestId()));
    }
    assertEquals(1_200, session.seqs().size());
    assertEquals(3, ranges(session, 1).size());
  }

  @Test
  void a_range_that_is_not_answered_is_asked_for_again() {
    var session = Harness.live();
    session.frame(1, delivery(0, 1));
    session.frame(1, delivery(3, 4));
    session.pass(250 + 5_000 + 500);
    assertEquals(2, ranges(session, 1).size());
    session.frame(1, error(ranges(session, 1).getLast(), Reason.REASON_OVERLOADED));
    session.pass(1_000);
    assertEquals(3, ranges(session, 1).size());
  }

  @Test
  void a_range_that_is_refused_for_good_rests_until_the_server_speaks_of_the_conversation() {
    var session = Harness.live();
    session.frame(1, delivery(0, 1));
    session.frame(1, delivery(3, 4));
    session.pass(250);
    session.frame(1, error(ranges(session, 1).getLast(), Reason.REASON_NOT_FOUND));
    session.pass(20_000);
    assertEquals(1, ranges(session, 1).size());
    session.frame(1, delivery(4, 5));
    session.pass(250);
    assertEquals(2, ranges(session, 1).size());
  }

  @Test
  void ranges_asked_for_on_a_lost_stream_are_asked_for_on_the_next() {
    var session = Harness.live();
    session.frame(1, delivery(0, 1));
    session.frame(1, delivery(3, 4));
    session.pass(250);
    session.ended(1, BROKEN);
    session.pass(1_000);
    session.welcome(2);
    assertEquals(1, ranges(session, 2).size());
  }

  @Test
  void few_ranges_are_asked_for_at_a_time() {
    var session = Harness.live();
    for (int i = 0; i < 10; i++) {
      for (long after : List.of(0L, 5L)) {
        session.frame(1, delivery(0, 1).toBuilder()
            .setDelivery(delivery(after, after + 1).getDelivery().toBuilder().setConversationId("c" + i))
            .build());
      }
    }
    session.pass(1_000);
    assertEquals(4, ranges(session, 1).size());
  }

  @Test
  void what_is_held_back_is_bounded_and_fetched_again() {
    var small = new FeedBounds(10, 1 << 20, 4, 500, 5_000, 250, 10_000);
    var session = Harness.live(SessionBounds.DEFAULTS.withFeeds(small));
    session.frame(1, delivery(0, 1));
    session.frame(1, delivery(2, 20));
    assertEquals(1, session.core.counts().overflows());
    session.pass(250);
    var range = ranges(session, 1).getFirst();
    assertEquals(List.of(1L, 20L), List.of(range.getAfter(), range.getUpto()));
    session.frame(1, delivery(1, 1, 20, range.getRequestId()));
    assertEquals(LongStream.rangeClosed(1, 20).boxed().toList(), session.seqs());
  }

  @Test
  void what_is_held_back_is_bounded_by_bytes_too() {
    var small = new FeedBounds(1_000, 500, 4, 500, 5_000, 250, 10_000);
    var session = Harness.live(SessionBounds.DEFAULTS.withFeeds(small));
    session.frame(1, delivery(0, 1));
    session.frame(1, delivery(2, 50));
    assertEquals(1, session.core.counts().overflows());
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
  void a_head_far_away_is_jumped_to_not_fetched() {
    var session = Harness.live();
    session.frame(1, delivery(0, 1));
    session.frame(1, headMoved(50_000));
    session.frame(1, delivery(50_000, 50_001));
    session.pass(1_000);
    assertEquals(List.of(1L, 50_001L), session.seqs());
    assertTrue(ranges(session, 1).isEmpty());
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
  void positions_that_the_application_kept_win() {
    var restored = new DurableState(0, 0, List.of(), Map.of(CONVERSATION, position(1, 9)))
        .withPositions(List.of(position(1, 4)));
    var session = new Harness(restored, 1, SessionBounds.DEFAULTS);
    session.start();
    session.welcome(1);
    session.frame(1, delivery(9, 10));
    session.pass(250);
    var range = ranges(session, 1).getFirst();
    assertEquals(List.of(4L, 9L), List.of(range.getAfter(), range.getUpto()));
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

  private static ServerFrame error(RangeRequest range, Reason reason) {
    return ServerFrame.newBuilder()
        .setError(Error.newBuilder().setRequestId(range.getRequestId()).setReason(reason))
        .build();
  }

  private static Position position(long generation, long seq) {
    return Position.newBuilder().setConversationId(CONVERSATION).setGeneration(generation).setSeq(seq).build();
  }
}
