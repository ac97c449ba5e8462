package chasqui.edge.session;

import static org.junit.jupiter.api.Assertions.assertEquals;

import chasqui.edge.session.Heartbeat.Due;
import org.junit.jupiter.api.Test;

class HeartbeatTest {

  private final Heartbeat heartbeat = new Heartbeat(15_000, 30_000, 0);

  @Test
  void one_is_given_when_nothing_else_was_written() {
    heartbeat.heard(10_000);
    assertEquals(Due.NOTHING, heartbeat.due(1, 15_000));
    assertEquals(Due.GIVE, heartbeat.due(0, 15_000));
  }

  @Test
  void silence_is_death() {
    assertEquals(Due.GIVE, heartbeat.due(0, 29_999));
    assertEquals(Due.DEAD, heartbeat.due(0, 30_000));
    heartbeat.heard(30_000);
    assertEquals(Due.NOTHING, heartbeat.due(30_000, 30_000));
  }
}
