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
import chasqui.edge.v1.Error;
import chasqui.edge.v1.Position;
import chasqui.edge.v1.RangeRequest;
import chasqui.edge.v1.ServerFrame;
import chasqui.error.v1.Reason;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/// Gaps: asked for, bounded, and filled.
final class RepairTest {
  private static final StreamEnd BROKEN = StreamEnd.of(Reason.REASON_UNAVAILABLE, "broken");

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
  void while_the_server_catches_up_by_itself_nothing_is_asked_for() {
    var session = Harness.live();
    session.frame(1, delivery(0, 1));
    session.submit("mine");
    session.frame(1, Frames.accepted(session.sends(1).getFirst(), 20));
    for (long seq = 1; seq < 19; seq++) {
      session.pass(200);
      session.frame(1, delivery(seq, seq + 1));
    }
    assertEquals(20, session.seqs().size());
    assertTrue(ranges(session, 1).isEmpty());
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

  private static List<RangeRequest> ranges(Harness session, long stream) {
    return session.frames(stream, ClientFrame.FrameCase.RANGE_REQUEST).stream()
        .map(ClientFrame::getRangeRequest).toList();
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
