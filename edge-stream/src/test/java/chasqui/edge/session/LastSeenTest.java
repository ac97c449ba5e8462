package chasqui.edge.session;

import static org.junit.jupiter.api.Assertions.assertEquals;

import chasqui.error.v1.Reason;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/// When a session stores that its device was heard of.
class LastSeenTest {

  private final SessionRig rig = new SessionRig();

  @Test
  void it_is_stored_every_ten_minutes_and_at_the_end() {
    rig.live();
    rig.passAlive(Duration.ofMinutes(9));
    assertEquals(List.of(), rig.owner.lastSeen);
    rig.passAlive(Duration.ofMinutes(2));
    assertEquals(1, rig.owner.lastSeen.size());
    rig.passAlive(Duration.ofMinutes(10));
    assertEquals(2, rig.owner.lastSeen.size());
    rig.session.on(Signal.HALF_CLOSED, rig.now);
    rig.run();
    assertEquals(3, rig.owner.lastSeen.size());
    assertEquals(rig.owner.lastSeen.stream().sorted().toList(), rig.owner.lastSeen);
  }

  @Test
  void a_device_that_fell_silent_was_last_seen_before_the_silence() {
    rig.live();
    rig.pass(Duration.ofSeconds(31));
    assertEquals(1, rig.owner.lastSeen.size(), "found within two heartbeats, and ended");
    assertEquals(Reason.REASON_HEARTBEAT_MISSED, rig.ended());
    assertEquals(SessionRig.START.toEpochMilli() * 1000, rig.owner.lastSeen.getFirst(), 2_000_000.0);
  }

  @Test
  void a_stream_that_was_never_welcome_stores_nothing() {
    rig.hello();
    rig.session.on(Signal.CANCELLED, rig.now);
    rig.run();
    assertEquals(List.of(), rig.owner.lastSeen);
  }
}
