package chasqui.edge.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import chasqui.edge.session.SessionLimits;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class EdgeConfigTest {

  @Test
  void the_defaults_are_those_that_clients_were_promised() {
    SessionLimits session = EdgeConfig.DEFAULT.session();
    assertEquals(Duration.ofSeconds(15), session.timing().heartbeat());
    assertEquals(Duration.ofSeconds(30), session.timing().streamTimeout());
    assertEquals(Duration.ofSeconds(2), session.timing().cursorFlush());
    assertEquals(5, session.devicesOnlineMax());
    assertEquals(100, session.delivery().entriesMax());
    assertEquals(32 * 1024, session.delivery().bytesMax());
    assertEquals(256, session.delivery().unackedEntriesMax());
    assertEquals(256, session.delivery().tracksIdleMax());
    assertEquals(64, session.inbound().unansweredSendsMax());
    assertEquals(64 * 1024, session.inbound().messageBytesMax());
    assertEquals(500, session.inbound().rangeEntriesMax());
    assertEquals(128 * 1024, EdgeConfig.DEFAULT.server().frameBytesMax());
    assertEquals(Duration.ofSeconds(10), EdgeConfig.DEFAULT.server().keepAliveMin());
  }

  @Test
  void a_stream_outlives_a_lost_heartbeat() {
    SessionLimits.Timing timing = SessionLimits.Timing.DEFAULT;
    refused("streamTimeout >= 2 * heartbeat", () -> new SessionLimits.Timing(
        timing.hello(), Duration.ofSeconds(16), timing.streamTimeout(), timing.cursorFlush(), timing.authWarning(),
        timing.retryFirst(), timing.retryMax(), timing.resync(), timing.compareSpread()));
  }

  @Test
  void a_frame_can_hold_more_than_a_message() {
    SessionLimits.Inbound inbound = SessionLimits.Inbound.DEFAULT;
    refused("frameBytesMax", () -> EdgeConfig.DEFAULT.with(SessionLimits.DEFAULT.with(new SessionLimits.Inbound(
        inbound.unansweredSendsMax(), inbound.framesAheadMax(), inbound.rangesMax(), inbound.rangeEntriesMax(),
        128 * 1024, inbound.cursorsMax()))));
  }

  @Test
  void an_owner_has_less_time_than_a_stream() {
    refused("requestDeadline < ", () -> EdgeConfig.DEFAULT.with(
        new EdgeConfig.Links(1, Duration.ofSeconds(30), Duration.ofSeconds(5))));
    refused("announceDeadline < ", () -> EdgeConfig.DEFAULT.with(
        new EdgeConfig.Links(1, Duration.ofSeconds(5), Duration.ofSeconds(10))));
  }

  @Test
  void idle_tracks_leave_room() {
    refused("tracksIdleMax < tracksMax", () -> new SessionLimits.Delivery(100, 32 * 1024, 256, 4, 64, 64 * 1024, 10, 10));
  }

  private static void refused(String relation, Runnable making) {
    String message = assertThrows(IllegalArgumentException.class, making::run).getMessage();
    assertTrue(message.contains(relation), message);
  }
}
