package chasqui.edge.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import chasqui.edge.TokenVerifier;
import chasqui.edge.session.SessionMetrics.Oddity;
import chasqui.edge.v1.ClientFrame;
import chasqui.edge.v1.Heartbeat;
import chasqui.edge.v1.ServerFrame;
import chasqui.edge.v1.ServerFrame.FrameCase;
import chasqui.edge.v1.TokenRefresh;
import chasqui.edge.v1.TypingSignal;
import chasqui.error.v1.Reason;
import chasqui.mailbox.v1.MailboxRequest.OperationCase;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class LifeTest {

  private final SessionRig rig = new SessionRig();

  private void token(long secondsLeft) {
    rig.verdict = new TokenVerifier.Identity(
        "alice", SessionRig.START.getEpochSecond() - 10, SessionRig.START.getEpochSecond() + secondsLeft);
  }

  private void refresh() {
    rig.receive(ClientFrame.newBuilder().setTokenRefresh(TokenRefresh.newBuilder().setToken("t2")).build());
  }

  @Test
  void a_heartbeat_is_answered_with_its_nonce() {
    rig.live();
    rig.receive(ClientFrame.newBuilder().setHeartbeat(Heartbeat.newBuilder().setNonce(77)).build());
    assertEquals(77, rig.sink.of(FrameCase.HEARTBEAT).getFirst().getHeartbeat().getNonce());
  }

  @Test
  void one_is_given_when_nothing_was_written_for_a_while() {
    rig.live();
    rig.pass(Duration.ofSeconds(14));
    assertTrue(rig.sink.of(FrameCase.HEARTBEAT).isEmpty());
    rig.pass(Duration.ofSeconds(1));
    assertEquals(0, rig.sink.of(FrameCase.HEARTBEAT).getFirst().getHeartbeat().getNonce());
    rig.pass(Duration.ofSeconds(10));
    rig.pushNew("c", "something else was written");
    rig.run();
    rig.pass(Duration.ofSeconds(4));
    assertEquals(1, rig.sink.of(FrameCase.HEARTBEAT).size());
  }

  @Test
  void thirty_seconds_of_silence_end_a_stream() {
    rig.live();
    rig.pass(Duration.ofSeconds(29));
    assertNull(rig.ended());
    rig.pass(Duration.ofSeconds(1));
    assertEquals(Reason.REASON_HEARTBEAT_MISSED, rig.ended());
    assertEquals(1, rig.withdrawn.size());
  }

  @Test
  void silence_that_is_ours_is_not_counted() {
    rig.live();
    rig.held = request -> request.hasAppend();
    while (rig.sink.requested > 0) {
      rig.sink.requested--;
      rig.send("c", "x");
    }
    rig.pass(Duration.ofSeconds(40));
    assertNull(rig.ended(), "the owner does not answer, so we do not read");
  }

  @Test
  void a_device_that_reads_no_answers_is_dead() {
    rig.live();
    rig.writable(0);
    while (rig.sink.requested > 0) {
      rig.sink.requested--;
      rig.send("c", "x");
      rig.run();
    }
    rig.pass(Duration.ofSeconds(30));
    assertEquals(Reason.REASON_HEARTBEAT_MISSED, rig.ended());
  }

  @Test
  void no_heartbeat_queues_up_for_a_device_that_does_not_read() {
    rig.live();
    rig.writable(0);
    rig.pass(Duration.ofSeconds(25));
    rig.writable(Integer.MAX_VALUE);
    assertTrue(rig.sink.of(FrameCase.HEARTBEAT).isEmpty());
    rig.pass(Duration.ofSeconds(1));
    assertEquals(1, rig.sink.of(FrameCase.HEARTBEAT).size());
  }

  @Test
  void a_token_that_ends_is_told_a_minute_before_and_ends_the_stream() {
    token(120);
    rig.live();
    rig.passAlive(Duration.ofSeconds(59));
    assertTrue(rig.sink.of(FrameCase.AUTH_EXPIRING).isEmpty());
    rig.passAlive(Duration.ofSeconds(1));
    assertEquals(SessionRig.START.getEpochSecond() + 120,
        rig.sink.of(FrameCase.AUTH_EXPIRING).getFirst().getAuthExpiring().getExpireTime().getSeconds());
    rig.passAlive(Duration.ofSeconds(59));
    assertNull(rig.ended());
    rig.passAlive(Duration.ofSeconds(5));
    assertEquals(Reason.REASON_TOKEN_EXPIRED, rig.ended());
    assertEquals(1, rig.sink.of(FrameCase.AUTH_EXPIRING).size());
  }

  @Test
  void a_short_token_is_told_right_after_welcome() {
    token(20);
    rig.live();
    assertEquals(FrameCase.AUTH_EXPIRING, rig.sink.frames.get(1).getFrameCase());
  }

  @Test
  void a_refreshed_token_keeps_the_stream_and_is_checked_for_sign_outs() {
    token(100);
    rig.live();
    token(1000);
    refresh();
    rig.run();
    assertEquals(2, rig.asked(OperationCase.REGISTER_DEVICE).size());
    rig.passAlive(Duration.ofSeconds(200));
    assertNull(rig.ended());
    rig.owner.registerRefused = Reason.REASON_REVOKED;
    refresh();
    rig.run();
    assertEquals(Reason.REASON_REVOKED, rig.ended());
    assertEquals(Reason.REASON_REVOKED, rig.sink.of(FrameCase.EVICTED).getFirst().getEvicted().getReason());
  }

  @Test
  void tokens_that_come_too_often_are_not_looked_at_and_asked_about_one_at_a_time() {
    token(100);
    rig.live();
    rig.held = request -> request.getOperationCase() == OperationCase.REGISTER_DEVICE;
    int asked = rig.asked(OperationCase.REGISTER_DEVICE).size();
    token(1000);
    for (int i = 0; i < 3 * TokenChecks.REFRESHES_PER_MINUTE; i++) {
      refresh();
    }
    rig.run();
    assertEquals(asked + 1, rig.asked(OperationCase.REGISTER_DEVICE).size());
    List<ServerFrame> errors = rig.sink.of(FrameCase.ERROR);
    assertEquals(2 * TokenChecks.REFRESHES_PER_MINUTE, errors.size());
    assertEquals(Reason.REASON_RATE_LIMITED, errors.getFirst().getError().getReason());
    assertEquals(6, errors.getFirst().getError().getRetryAfter().getSeconds());
    rig.held = request -> false;
    rig.run();
    assertEquals(asked + 2, rig.asked(OperationCase.REGISTER_DEVICE).size(), "once more, about the newest");
    rig.passAlive(Duration.ofSeconds(200));
    assertNull(rig.ended());
  }

  @Test
  void a_token_of_another_user_or_a_bad_one_refreshes_nothing() {
    token(100);
    rig.live();
    rig.verdict = new TokenVerifier.Identity("mallory", 1, SessionRig.EXPIRES);
    refresh();
    assertEquals(Reason.REASON_UNAUTHENTICATED, rig.sink.of(FrameCase.ERROR).getLast().getError().getReason());
    rig.verdict = new TokenVerifier.Refused();
    refresh();
    assertEquals(2, rig.sink.of(FrameCase.ERROR).size());
    rig.passAlive(Duration.ofSeconds(105));
    assertEquals(Reason.REASON_TOKEN_EXPIRED, rig.ended());
  }

  @Test
  void a_superseded_stream_is_told_and_ended() {
    rig.live();
    rig.session.on(new SessionEvent.EndWanted(Reason.REASON_SUPERSEDED), rig.now);
    assertEquals(Reason.REASON_SUPERSEDED, rig.sink.frames.getLast().getEvicted().getReason());
    assertEquals(Reason.REASON_SUPERSEDED, rig.ended());
  }

  @Test
  void an_eviction_writes_nothing_to_a_sink_that_is_not_ready() {
    rig.live();
    rig.writable(0);
    rig.session.on(new SessionEvent.EndWanted(Reason.REASON_DEVICE_CAP), rig.now);
    assertTrue(rig.sink.of(FrameCase.EVICTED).isEmpty());
    assertEquals(Reason.REASON_DEVICE_CAP, rig.ended());
  }

  @Test
  void a_sign_out_ends_streams_with_older_tokens() {
    rig.live();
    long issued = SessionRig.START.getEpochSecond() - 10;
    rig.session.on(new SessionEvent.SignedOut("", issued * 1_000_000 - 1), rig.now);
    rig.session.on(new SessionEvent.SignedOut("tablet", issued * 1_000_000 + 5_000_000), rig.now);
    assertNull(rig.ended(), "issued later, or another device");
    rig.session.on(new SessionEvent.SignedOut("phone", issued * 1_000_000), rig.now);
    assertEquals(Reason.REASON_REVOKED, rig.ended());
  }

  @Test
  void drain_is_a_frame_and_then_the_end() {
    rig.live();
    rig.session.on(new SessionEvent.DrainWanted(Duration.ofSeconds(20), Duration.ofSeconds(4)), rig.now);
    rig.session.on(new SessionEvent.DrainWanted(Duration.ofSeconds(9), Duration.ofSeconds(4)), rig.now);
    assertEquals(1, rig.sink.of(FrameCase.DRAIN).size());
    assertEquals(20, rig.sink.of(FrameCase.DRAIN).getFirst().getDrain().getDeadline().getSeconds());
    assertEquals(4, rig.sink.of(FrameCase.DRAIN).getFirst().getDrain().getReconnectAfter().getSeconds());
    rig.pushNew("c", "still served");
    rig.send("c", "still taken");
    rig.run();
    assertEquals(1, rig.sink.deliveries().size());
    assertEquals(1, rig.sink.of(FrameCase.SEND_ACCEPTED).size());
    rig.passAlive(Duration.ofSeconds(19));
    assertNull(rig.ended());
    rig.passAlive(Duration.ofSeconds(1));
    assertEquals(Reason.REASON_UNAVAILABLE, rig.ended());
  }

  @Test
  void a_stream_that_does_not_stand_yet_is_sent_away_by_a_drain() {
    rig.hello();
    rig.session.on(new SessionEvent.DrainWanted(Duration.ofSeconds(20), Duration.ofSeconds(4)), rig.now);
    assertEquals(Reason.REASON_UNAVAILABLE, rig.ended());
    assertEquals(Duration.ofSeconds(4), rig.sink.end.retryAfter());
  }

  @Test
  void a_half_closed_stream_ends_well_after_its_answers() {
    rig.live();
    rig.held = request -> request.hasAppend();
    rig.send("c", "hello");
    rig.session.on(Signal.HALF_CLOSED, rig.now);
    assertNull(rig.ended());
    rig.held = request -> false;
    rig.run();
    assertEquals(1, rig.sink.of(FrameCase.SEND_ACCEPTED).size());
    assertTrue(rig.sink.end.isOk());
  }

  @Test
  void an_unknown_frame_is_ignored_and_counted() {
    rig.live();
    rig.receive(ClientFrame.getDefaultInstance());
    assertEquals(1, rig.oddities.get(Oddity.UNKNOWN_FRAME));
    assertNull(rig.ended());
  }

  @Test
  void a_frame_beyond_the_schema_is_an_error_frame() {
    rig.live();
    rig.receive(ClientFrame.newBuilder().setTyping(TypingSignal.getDefaultInstance()).build());
    assertEquals(Reason.REASON_INVALID_FIELD, rig.sink.of(FrameCase.ERROR).getFirst().getError().getReason());
  }

  @Test
  void a_bug_ends_the_stream_and_is_thrown() {
    rig.live();
    rig.full = request -> {
      throw new IllegalStateException("a bug");
    };
    org.junit.jupiter.api.Assertions.assertThrows(IllegalStateException.class, () -> rig.send("c", "x"));
    assertEquals(Reason.REASON_INTERNAL, rig.ended());
    assertEquals(1, rig.withdrawn.size());
  }

  @Test
  void answers_after_the_end_go_nowhere() {
    rig.live();
    rig.send("c", "hello");
    rig.session.on(Signal.CANCELLED, rig.now);
    int frames = rig.sink.frames.size();
    rig.run();
    assertEquals(frames, rig.sink.frames.size());
  }
}
