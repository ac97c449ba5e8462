package chasqui.client.session;

import static chasqui.client.Frames.accepted;
import static chasqui.client.Frames.rejected;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import chasqui.client.Frames;
import chasqui.client.session.SessionBounds.SendBounds;
import chasqui.edge.v1.Send;
import chasqui.error.v1.Reason;
import java.util.HashSet;
import java.util.List;
import org.junit.jupiter.api.Test;

/// The outbox.
final class SendingTest {
  private static final StreamEnd BROKEN = StreamEnd.of(Reason.REASON_UNAVAILABLE, "broken");

  @Test
  void a_message_is_durable_before_it_is_on_the_wire() {
    var session = Harness.live();
    session.durableAtOnce = false;
    session.submit("hi");
    assertTrue(session.sends(1).isEmpty());
    session.makeDurable();
    assertEquals(1, session.sends(1).size());
  }

  @Test
  void ids_hold_a_rising_counter_that_survives_a_crash() {
    var session = Harness.live();
    session.submit("one");
    session.submit("two");
    var again = new Harness(session.crashed(), 1, SessionBounds.DEFAULTS);
    again.start();
    again.welcome(2);
    again.submit("three");
    assertEquals(List.of(1L, 2L, 3L), counters(again.sends(2)));
    assertEquals(session.sends(1), again.sends(2).subList(0, 2));
    assertEquals(3, new HashSet<>(again.sends(2)).size());
  }

  @Test
  void at_most_the_allowed_number_is_unanswered() {
    var session = Harness.started();
    session.frame(1, Frames.welcome(3));
    for (int i = 0; i < 10; i++) {
      session.submit("m" + i);
    }
    assertEquals(3, session.sends(1).size());
    session.frame(1, accepted(session.sends(1).get(0), 1));
    assertEquals(4, session.sends(1).size());
  }

  @Test
  void conversations_take_turns() {
    var session = Harness.started();
    for (int i = 0; i < 3; i++) {
      session.submit("c1", "c1-" + i);
      session.submit("c2", "c2-" + i);
    }
    session.frame(1, Frames.welcome(1));
    for (int i = 0; i < 5; i++) {
      session.frame(1, accepted(session.sends(1).getLast(), i + 1));
    }
    var conversations = session.sends(1).stream().map(Send::getConversationId).toList();
    assertEquals(List.of("c1", "c2", "c1", "c2", "c1", "c2"), conversations);
  }

  @Test
  void an_unknown_outcome_is_settled_by_the_same_id() {
    for (var reason : List.of(Reason.REASON_OUTCOME_UNKNOWN, Reason.REASON_DEADLINE_EXCEEDED)) {
      var session = Harness.live();
      session.submit("hi");
      session.frame(1, rejected(session.sends(1).getFirst(), reason, 0));
      session.pass(1_000);
      assertEquals(2, session.sends(1).size());
      assertEquals(session.sends(1).get(0), session.sends(1).get(1));
    }
  }

  @Test
  void a_busy_server_is_given_the_time_it_asks_for_and_later_messages_stay_behind() {
    for (var reason : List.of(Reason.REASON_OVERLOADED, Reason.REASON_STORE_FULL, Reason.REASON_UNAVAILABLE)) {
      var session = Harness.live();
      session.submit("one");
      session.frame(1, rejected(session.sends(1).getFirst(), reason, 3_000));
      session.submit("two");
      session.pass(2_999);
      assertEquals(1, session.sends(1).size());
      session.pass(1);
      assertEquals(List.of(1L, 1L, 2L), counters(session.sends(1)));
    }
  }

  /// Somebody else takes over within a second or two; what waits then should not wait for as long again.
  @Test
  void in_an_outage_a_message_is_tried_again_within_half_a_second_and_after_a_while_within_two() {
    for (var reason : List.of(Reason.REASON_UNAVAILABLE, Reason.REASON_OUTCOME_UNKNOWN, Reason.REASON_DEADLINE_EXCEEDED)) {
      var session = Harness.live();
      session.submit("hi");
      long began = session.nowMs;
      long longest = 0;
      while (session.nowMs - began < 120_000) {
        long waited = refusedUntilSentAgain(session, reason);
        long failing = session.nowMs - began;
        assertTrue(waited <= (failing < 10_000 ? 500 : 2_000), reason + ": " + waited + " ms after " + failing + " ms");
        longest = Math.max(longest, waited);
      }
      assertTrue(longest > 1_000, "an outage that lasts is asked less often: " + longest);
      Send first = session.sends(1).getLast();
      session.submit("behind it");
      session.frame(1, accepted(first, 1));
      for (int i = 0; i < 8; i++) {
        long waited = refusedUntilSentAgain(session, reason);
        assertTrue(waited <= 500, reason + ": once something was taken, the next outage is a new one: " + waited);
      }
    }
  }

  @Test
  void a_busy_server_is_asked_ever_less_often() {
    var session = Harness.live();
    session.submit("hi");
    long longest = 0;
    for (int i = 0; i < 8; i++) {
      longest = Math.max(longest, refusedUntilSentAgain(session, Reason.REASON_OVERLOADED));
    }
    assertTrue(longest > 2_000, "longest wait " + longest);
  }

  private static long refusedUntilSentAgain(Harness session, Reason reason) {
    int before = session.sends(1).size();
    session.frame(1, rejected(session.sends(1).getLast(), reason, 0));
    long waited = 0;
    while (session.sends(1).size() == before) {
      session.pass(1);
      waited++;
    }
    return waited;
  }

  @Test
  void a_final_refusal_ends_the_message() {
    var session = Harness.live();
    session.submit("hi");
    session.frame(1, rejected(session.sends(1).getFirst(), Reason.REASON_NOT_FOUND, 0));
    session.pass(60_000);
    assertEquals(1, session.sends(1).size());
    var refused = assertInstanceOf(SendOutcome.Refused.class, outcomes(session).getFirst());
    assertEquals(Reason.REASON_NOT_FOUND, refused.reason());
    assertFalse(refused.mayBeStored());
    assertTrue(session.crashed().unanswered().isEmpty());
  }

  /// Otherwise it would go out again after a crash, and might be taken this time.
  @Test
  void a_final_refusal_is_told_once_the_outbox_has_forgotten_the_message_for_good() {
    var session = Harness.live();
    session.submit("hi");
    session.durableAtOnce = false;
    session.frame(1, rejected(session.sends(1).getFirst(), Reason.REASON_NOT_FOUND, 0));
    session.pass(60_000);
    assertTrue(outcomes(session).isEmpty());
    assertEquals(1, session.core.counts().unanswered());
    session.makeDurable();
    assertInstanceOf(SendOutcome.Refused.class, outcomes(session).getFirst());
    assertEquals(0, session.core.counts().unanswered());
  }

  /// The next run finds the message in the outbox and sends it again.
  @Test
  void a_refusal_that_cannot_be_written_down_leaves_the_message_pending() {
    var session = Harness.live();
    session.submit("hi");
    session.durableAtOnce = false;
    session.frame(1, rejected(session.sends(1).getFirst(), Reason.REASON_NOT_FOUND, 0));
    session.core.onFailure(StopCause.STORE_FAILED, "the disk is full");
    assertInstanceOf(SendOutcome.Pending.class, outcomes(session).getFirst());
    assertEquals(1, outcomes(session).size());
  }

  @Test
  void a_refusal_after_an_unknown_outcome_says_that_the_message_may_be_stored() {
    var session = Harness.live();
    session.submit("hi");
    session.frame(1, rejected(session.sends(1).getFirst(), Reason.REASON_OUTCOME_UNKNOWN, 0));
    session.pass(1_000);
    session.frame(1, rejected(session.sends(1).getFirst(), Reason.REASON_NOT_FOUND, 0));
    assertTrue(((SendOutcome.Refused) outcomes(session).getFirst()).mayBeStored());
  }

  @Test
  void internal_errors_are_tried_again_a_bounded_number_of_times() {
    var session = Harness.live();
    session.submit("hi");
    for (int attempts = 1; attempts <= 8; attempts++) {
      for (int second = 0; second < 60 && session.sends(1).size() < attempts; second++) {
        session.pass(1_000);
        session.frame(1, Frames.caughtUp());
      }
      session.frame(1, rejected(session.sends(1).getLast(), Reason.REASON_INTERNAL, 0));
    }
    session.pass(29_000);
    assertEquals(8, session.sends(1).size());
    assertEquals(1, outcomes(session).size());
  }

  @Test
  void an_overdue_answer_makes_the_message_go_out_again() {
    var session = Harness.live();
    session.submit("hi");
    session.pass(29_000);
    session.frame(1, Frames.caughtUp());
    session.pass(1_000);
    assertEquals(2, session.sends(1).size());
    session.frame(1, accepted(session.sends(1).getFirst(), 1));
    session.frame(1, accepted(session.sends(1).getFirst(), 1));
    assertEquals(1, outcomes(session).size());
  }

  @Test
  void after_a_break_everything_unanswered_goes_out_again_in_order() {
    var session = Harness.live();
    for (int i = 0; i < 5; i++) {
      session.submit("m" + i);
    }
    session.frame(1, accepted(session.sends(1).get(1), 1));
    session.ended(1, BROKEN);
    session.pass(1_000);
    session.welcome(2);
    assertEquals(List.of(1L, 3L, 4L, 5L), counters(session.sends(2)));
  }

  @Test
  void a_full_outbox_refuses() {
    var small = new SendBounds(2, 1_000_000, 2, 30_000, 8);
    var session = Harness.started(SessionBounds.DEFAULTS.withSends(small));
    session.submit("one");
    session.submit("two");
    assertEquals(2, ((Submission.OutboxFull) session.submit("three")).messages());
    assertEquals(2, session.crashed().unanswered().size());
  }

  @Test
  void a_full_outbox_refuses_by_bytes() {
    var small = new SendBounds(100, 200, 2, 30_000, 8);
    var session = Harness.started(SessionBounds.DEFAULTS.withSends(small));
    assertInstanceOf(Submission.Queued.class, session.submit("x".repeat(100)));
    assertInstanceOf(Submission.OutboxFull.class, session.submit("x".repeat(100)));
  }

  @Test
  void what_the_server_must_refuse_is_not_queued() {
    var session = Harness.live();
    assertEquals(Reason.REASON_INVALID_FIELD, ((Submission.Invalid) session.submit("")).reason());
    assertEquals(Reason.REASON_INVALID_FIELD, ((Submission.Invalid) session.submit("", "hi")).reason());
    assertEquals(Reason.REASON_INVALID_FIELD, ((Submission.Invalid) session.submit("x".repeat(65_001))).reason());
    assertTrue(session.sends(1).isEmpty());
  }

  @Test
  void the_end_of_the_session_leaves_messages_pending() {
    var session = Harness.live();
    session.submit("tried");
    session.durableAtOnce = false;
    session.submit("not tried");
    session.core.close(session.nowMs);
    var outcomes = outcomes(session);
    assertTrue(((SendOutcome.Pending) outcomes.get(0)).mayBeStored());
    assertFalse(((SendOutcome.Pending) outcomes.get(1)).mayBeStored());
    assertEquals(2, session.crashed().unanswered().size());
    assertInstanceOf(Submission.Ended.class, session.submit("late"));
  }

  private static List<SendOutcome> outcomes(Harness session) {
    return session.events(ClientEvent.SendSettled.class).stream().map(ClientEvent.SendSettled::outcome).toList();
  }

  private static List<Long> counters(List<Send> sends) {
    return sends.stream().map(send -> MessageIds.counter(send.getClientMessageId())).toList();
  }
}
