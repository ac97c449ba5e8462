package chasqui.edge.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import chasqui.edge.budget.BudgetLimits;
import chasqui.edge.v1.ClientFrame;
import chasqui.edge.v1.Error;
import chasqui.edge.v1.RangeRequest;
import chasqui.edge.v1.SendRejected;
import chasqui.edge.v1.ServerFrame.FrameCase;
import chasqui.error.v1.Reason;
import chasqui.link.Rate;
import chasqui.mailbox.v1.Appended;
import chasqui.mailbox.v1.MailboxRequest.OperationCase;
import chasqui.mailbox.v1.MailboxResponse;
import chasqui.mailbox.v1.Refusal;
import com.google.protobuf.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/// What a stream may do, and what is told of the rest.
class SendBudgetTest {

  private static final Rate PLENTY = new Rate(60_000, 1_000);
  private static final Rate ONE_A_SECOND = new Rate(60, 2);

  private static SessionRig rig(Rate device, Rate user, Rate calls, Rate misses) {
    SessionRig rig = new SessionRig(
        SessionLimits.DEFAULT, new BudgetLimits(device, user, 10, calls, PLENTY, PLENTY, misses, 2, 10));
    rig.owner.log("c", 2, 2);
    rig.owner.log("d", 2, 2);
    return rig.live();
  }

  private static List<SendRejected> rejected(SessionRig rig) {
    return rig.sink.of(FrameCase.SEND_REJECTED).stream().map(frame -> frame.getSendRejected()).toList();
  }

  private static long millis(Duration duration) {
    return duration.getSeconds() * 1_000 + duration.getNanos() / 1_000_000;
  }

  @Test
  void a_device_that_sends_too_much_is_told_when_to_come_again_and_no_owner_hears_of_it() {
    SessionRig rig = rig(ONE_A_SECOND, PLENTY, PLENTY, PLENTY);
    for (int i = 0; i < 5; i++) {
      rig.send("c", "m" + i);
    }
    rig.run();
    assertEquals(2, rig.asked(OperationCase.APPEND).size());
    assertEquals(2, rig.sink.of(FrameCase.SEND_ACCEPTED).size());
    assertEquals(3, rejected(rig).size());
    rejected(rig).forEach(rejection -> {
      assertEquals(Reason.REASON_RATE_LIMITED, rejection.getReason());
      assertEquals(1_000, millis(rejection.getRetryAfter()));
    });
  }

  @Test
  void what_was_sent_behind_a_refused_send_does_not_overtake_it() {
    SessionRig rig = rig(ONE_A_SECOND, PLENTY, PLENTY, PLENTY);
    for (int i = 1; i <= 3; i++) {
      rig.send("c", "m" + i);
    }
    rig.now += 1_500;
    rig.send("c", "m4");
    assertEquals(2, rejected(rig).size(), "there is room, but m3 comes first");
    rig.send("d", "elsewhere");
    assertEquals(2, rejected(rig).size(), "another conversation has an order of its own");
    rig.now += 1_000;
    rig.sends = 2;
    rig.send("c", "m3");
    rig.now += 1_000;
    rig.send("c", "m4");
    rig.run();
    assertEquals(2, rejected(rig).size());
    assertEquals(5, rig.sink.of(FrameCase.SEND_ACCEPTED).size());
  }

  @Test
  void a_device_that_never_repeats_is_held_back_for_some_seconds_only() {
    SessionRig rig = rig(ONE_A_SECOND, PLENTY, PLENTY, PLENTY);
    for (int i = 1; i <= 3; i++) {
      rig.send("c", "m" + i);
    }
    rig.now += 5_900;
    rig.send("c", "m4");
    assertEquals(2, rejected(rig).size());
    rig.now += 200;
    rig.send("c", "m5");
    assertEquals(2, rejected(rig).size());
  }

  @Test
  void a_user_pays_for_everybody_a_send_reaches() {
    SessionRig rig = rig(PLENTY, ONE_A_SECOND, PLENTY, PLENTY);
    rig.send("c", "to ten thousand");
    rig.answer(OperationCase.APPEND, MailboxResponse.newBuilder().setAppended(Appended.newBuilder()
        .setConversationId("c").setSeq(3).setGeneration(1).setMemberCount(10_000)).build());
    rig.send("d", "and a friend");
    // Two were there, a thousand are charged, and one is needed.
    assertEquals(999_000, millis(rejected(rig).getLast().getRetryAfter()));
  }

  @Test
  void range_requests_are_calls() {
    // The stream itself takes ten.
    SessionRig rig = rig(PLENTY, PLENTY, new Rate(60, 12), PLENTY);
    for (int i = 1; i <= 3; i++) {
      range(rig, "c", i);
      rig.run();
    }
    Error error = rig.sink.of(FrameCase.ERROR).getLast().getError();
    assertEquals(1, rig.sink.of(FrameCase.ERROR).size());
    assertEquals(Reason.REASON_RATE_LIMITED, error.getReason());
    assertEquals(3, error.getRequestId());
    assertEquals(1_000, millis(error.getRetryAfter()));
  }

  @Test
  void after_too_many_unknown_ids_none_is_looked_up_but_known_ones_go_on() {
    SessionRig rig = rig(PLENTY, PLENTY, PLENTY, ONE_A_SECOND);
    rig.send("c", "known from here on");
    rig.run();
    for (int i = 0; i < 2; i++) {
      rig.send("guess-" + i, "anybody?");
      rig.answer(OperationCase.APPEND, notFound());
    }
    int asked = rig.asked.size();
    rig.send("guess-3", "anybody?");
    range(rig, "guess-4", 9);
    assertEquals(asked, rig.asked.size(), "whether it is there or not was not looked up");
    assertEquals(Reason.REASON_RATE_LIMITED, rejected(rig).getLast().getReason());
    assertEquals(Reason.REASON_RATE_LIMITED, rig.sink.of(FrameCase.ERROR).getLast().getError().getReason());
    rig.send("c", "still here");
    rig.run();
    assertEquals(2, rig.sink.of(FrameCase.SEND_ACCEPTED).size());
    rig.now += 1_000;
    rig.send("guess-5", "anybody?");
    assertTrue(rig.asked.size() > asked + 1, "a second later one more is looked up");
  }

  private static void range(SessionRig rig, String conversation, long requestId) {
    rig.receive(ClientFrame.newBuilder().setRangeRequest(RangeRequest.newBuilder()
        .setRequestId(requestId).setConversationId(conversation).setAfter(0).setUpto(1)).build());
  }

  private static MailboxResponse notFound() {
    return MailboxResponse.newBuilder()
        .setRefusal(Refusal.newBuilder().setReason(Reason.REASON_NOT_FOUND).setMessage("no")).build();
  }
}
