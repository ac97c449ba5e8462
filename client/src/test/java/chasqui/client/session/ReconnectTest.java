package chasqui.client.session;

import static chasqui.client.Frames.drain;
import static chasqui.client.Frames.evicted;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import chasqui.client.Frames;
import chasqui.edge.v1.AuthExpiring;
import chasqui.edge.v1.ClientFrame;
import chasqui.edge.v1.ServerFrame;
import chasqui.error.v1.Reason;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// Opening, losing and replacing streams.
final class ReconnectTest {
  private static final StreamEnd BROKEN = StreamEnd.of(Reason.REASON_UNAVAILABLE, "broken");

  @Test
  void the_first_frame_is_hello_with_token_device_and_number() {
    var session = Harness.started();
    var hello = session.written.get(1L).getFirst().getHello();
    assertEquals("token", hello.getToken());
    assertEquals("a1", hello.getDeviceId());
    assertEquals(1, hello.getConnectNumber());
    assertEquals(1, session.written.get(1L).size());
  }

  @Test
  void nothing_is_written_while_the_stream_is_not_ready() {
    var session = new Harness(DurableState.EMPTY, 1, SessionBounds.DEFAULTS);
    session.ready = false;
    session.start();
    assertTrue(session.written.get(1L).isEmpty());
    session.ready = true;
    session.writable();
    assertTrue(session.written.get(1L).getFirst().hasHello());
  }

  @Test
  void delays_grow_to_the_cap_and_endpoints_take_turns() {
    var session = Harness.started();
    for (long stream = 1; stream <= 30; stream++) {
      session.ended(stream, BROKEN);
      var failed = session.events(ClientEvent.ConnectFailed.class).getLast();
      long ceiling = Math.min(30_000, 250L << Math.min(stream - 1, 20));
      assertTrue(failed.retryIn().toMillis() <= ceiling, "attempt " + stream + " waits " + failed.retryIn());
      session.passUntilOpened(stream + 1);
      assertEquals(stream % 2, session.endpoints.get(stream + 1).longValue());
    }
    var longest = session.events(ClientEvent.ConnectFailed.class).stream()
        .mapToLong(failed -> failed.retryIn().toMillis()).max().orElseThrow();
    assertTrue(longest > 10_000, "the delays did not grow: " + longest);
  }

  @Test
  void a_delay_that_the_server_asks_for_is_kept() {
    var session = Harness.live();
    session.ended(1, new StreamEnd(Reason.REASON_OVERLOADED, "later", Map.of(), 7_000));
    session.pass(6_999);
    assertFalse(session.written.containsKey(2L));
    session.pass(251);
    assertTrue(session.written.containsKey(2L));
  }

  @Test
  void a_stream_that_is_not_welcomed_in_time_is_given_up() {
    var session = Harness.started();
    session.pass(10_000);
    assertEquals(List.of(1L), session.cancelled);
    session.pass(250);
    assertTrue(session.written.containsKey(2L));
  }

  @Test
  void heartbeats_go_out_and_a_silent_stream_is_replaced() {
    var session = Harness.live();
    session.pass(15_000);
    assertEquals(1, session.frames(1, ClientFrame.FrameCase.HEARTBEAT).size());
    session.pass(15_002);
    assertEquals(List.of(1L), session.cancelled);
    assertEquals(Reason.REASON_HEARTBEAT_MISSED, session.events(ClientEvent.Disconnected.class).getFirst().reason());
    session.pass(300);
    assertTrue(session.written.containsKey(2L));
  }

  @Test
  void silence_while_the_listener_is_behind_is_not_the_servers() {
    var session = Harness.live();
    for (int i = 0; i < 10; i++) {
      session.pass(10_000);
      session.core.onInboundPaused(session.nowMs);
    }
    assertTrue(session.cancelled.isEmpty());
  }

  @Test
  void a_stale_connect_number_is_raised_above_the_highest() {
    var session = Harness.started();
    session.ended(1, new StreamEnd(Reason.REASON_STALE_CONNECT_NUMBER, "stale", Map.of("highest", "41"), 0));
    assertEquals(42, session.written.get(42L).getFirst().getHello().getConnectNumber());
    assertTrue(session.records.containsValue(new StoreRecord.Connecting(42)));
  }

  @Test
  void the_connect_number_goes_on_after_a_restart() {
    var session = Harness.live();
    session.ended(1, BROKEN);
    session.pass(1_000);
    var again = new Harness(session.crashed(), 1, SessionBounds.DEFAULTS);
    again.start();
    assertEquals(List.of(3L), List.copyOf(again.written.keySet()));
  }

  @Test
  void a_refused_token_is_replaced_a_bounded_number_of_times() {
    var session = Harness.started();
    for (long stream = 1; stream <= 4; stream++) {
      session.passUntilOpened(stream);
      session.ended(stream, StreamEnd.of(Reason.REASON_UNAUTHENTICATED, "bad token"));
    }
    session.pass(120_000);
    assertEquals(List.of(false, true, true, true), session.tokenRequests);
    assertEquals(StopCause.AUTHENTICATION_FAILED, session.events(ClientEvent.Stopped.class).getFirst().cause());
    assertFalse(session.written.containsKey(5L));
  }

  @Test
  void a_token_source_that_fails_is_asked_again() {
    var session = new Harness(DurableState.EMPTY, 1, SessionBounds.DEFAULTS);
    session.tokensAtOnce = false;
    session.start();
    for (int i = 0; i < 20; i++) {
      session.core.onTokenFailed("not now", session.nowMs);
      session.pass(30_000);
    }
    assertEquals(21, session.tokenRequests.size());
    session.tokensAtOnce = true;
    session.play();
    assertTrue(session.written.containsKey(1L));
  }

  @Test
  void an_expiring_token_is_refreshed_on_the_stream() {
    var session = Harness.live();
    session.frame(1, ServerFrame.newBuilder().setAuthExpiring(AuthExpiring.getDefaultInstance()).build());
    assertEquals(List.of(false, true), session.tokenRequests);
    assertEquals("token", session.written.get(1L).getLast().getTokenRefresh().getToken());
  }

  @Test
  void a_failed_refresh_is_tried_again_while_the_stream_goes_on() {
    var session = Harness.live();
    session.tokensAtOnce = false;
    session.frame(1, ServerFrame.newBuilder().setAuthExpiring(AuthExpiring.getDefaultInstance()).build());
    session.core.onTokenFailed("not now", session.nowMs);
    session.tokensAtOnce = true;
    session.pass(1_000);
    assertEquals(1, session.frames(1, ClientFrame.FrameCase.TOKEN_REFRESH).size());
  }

  @Test
  void a_token_that_ran_out_is_replaced_before_the_next_stream() {
    var session = Harness.live();
    session.ended(1, StreamEnd.of(Reason.REASON_TOKEN_EXPIRED, "ran out"));
    assertEquals(List.of(false, true), session.tokenRequests);
    assertTrue(session.written.containsKey(2L));
    assertEquals(1, session.events(ClientEvent.AuthExpired.class).size());
  }

  @Test
  void eviction_of_the_newest_stream_is_final() {
    for (var reason : List.of(Reason.REASON_SUPERSEDED, Reason.REASON_DEVICE_CAP, Reason.REASON_REVOKED)) {
      var session = Harness.live();
      session.frame(1, evicted(reason));
      session.pass(120_000);
      assertEquals(reason, session.events(ClientEvent.Evicted.class).getFirst().reason());
      assertEquals(StopCause.EVICTED, session.events(ClientEvent.Stopped.class).getFirst().cause());
      assertEquals(1, session.written.size());
    }
  }

  @Test
  void a_final_status_is_an_eviction_too() {
    var session = Harness.started();
    session.ended(1, StreamEnd.of(Reason.REASON_DEVICE_CAP, "too many devices"));
    session.pass(120_000);
    assertEquals(Reason.REASON_DEVICE_CAP, session.events(ClientEvent.Evicted.class).getFirst().reason());
    assertEquals(1, session.written.size());
  }

  @Test
  void a_server_of_another_protocol_is_final() {
    var session = Harness.started();
    session.ended(1, StreamEnd.of(Reason.REASON_PROTOCOL_VERSION_UNSUPPORTED, "speaks 2"));
    assertEquals(StopCause.INCOMPATIBLE, session.events(ClientEvent.Stopped.class).getFirst().cause());
  }

  @Test
  void a_drain_opens_the_next_stream_first_and_closes_the_old_one_when_the_new_one_has_caught_up() {
    var session = Harness.live();
    session.frame(1, drain(2_000));
    session.pass(1_999);
    assertFalse(session.written.containsKey(2L));
    session.pass(1);
    assertEquals(1, session.endpoints.get(2L));
    session.frame(2, Frames.welcome());
    session.frame(1, Frames.delivery(0, 1));
    session.frame(2, Frames.delivery(0, 2));
    assertTrue(session.halfClosed.isEmpty());
    session.frame(2, Frames.caughtUp());
    assertEquals(List.of(1L), session.halfClosed);
    session.ended(1, StreamEnd.of(Reason.REASON_UNSPECIFIED, "ended"));
    assertEquals(List.of(1L, 2L), session.seqs());
    session.pass(10_000);
    assertEquals(2, session.written.size());
    assertTrue(session.events(ClientEvent.Disconnected.class).isEmpty());
  }

  @Test
  void the_old_stream_stays_until_its_messages_are_answered_and_its_conversation_with_it() {
    var session = Harness.live();
    session.submit("one");
    session.frame(1, drain(0));
    session.welcome(2);
    assertTrue(session.halfClosed.isEmpty());
    session.submit("two");
    session.submit("other", "three");
    assertEquals(List.of("three"), texts(session, 2));
    session.frame(1, Frames.accepted(session.sends(1).getFirst(), 1));
    assertEquals(List.of("three", "two"), texts(session, 2));
    assertEquals(List.of(1L), session.halfClosed);
  }

  @Test
  void superseding_the_old_stream_by_our_own_new_one_is_no_eviction() {
    var session = Harness.live();
    session.frame(1, drain(0));
    session.welcome(2);
    session.frame(1, evicted(Reason.REASON_SUPERSEDED));
    session.ended(1, StreamEnd.of(Reason.REASON_SUPERSEDED, "superseded"));
    assertTrue(session.events(ClientEvent.Stopped.class).isEmpty());
  }

  @Test
  void a_slot_assigned_by_a_drain_stands_when_the_stream_breaks_before_it() {
    var session = Harness.live();
    session.frame(1, drain(5_000));
    session.ended(1, BROKEN);
    session.pass(4_999);
    assertEquals(1, session.written.size());
    session.pass(1);
    assertEquals(2, session.written.size());
  }

  @Test
  void a_half_closed_stream_that_does_not_end_is_cancelled() {
    var session = Harness.live();
    session.frame(1, drain(0));
    session.welcome(2);
    session.pass(5_000);
    assertEquals(List.of(1L), session.cancelled);
  }

  @Test
  void the_old_stream_breaking_before_the_new_one_stands_is_told() {
    var session = Harness.live();
    session.submit("one");
    session.frame(1, drain(0));
    session.ended(1, BROKEN);
    assertEquals(1, session.events(ClientEvent.Disconnected.class).size());
    session.welcome(2);
    assertEquals(session.sends(1), session.sends(2));
  }

  private static List<String> texts(Harness session, long stream) {
    return session.sends(stream).stream().map(send -> send.getMessage().getText().getText()).toList();
  }
}
