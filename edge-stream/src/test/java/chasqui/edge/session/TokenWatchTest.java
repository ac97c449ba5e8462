package chasqui.edge.session;

import static org.junit.jupiter.api.Assertions.assertEquals;

import chasqui.edge.session.TokenWatch.Due;
import org.junit.jupiter.api.Test;

class TokenWatchTest {

  @Test
  void it_warns_once_and_then_expires() {
    TokenWatch watch = new TokenWatch(60_000, 100);
    assertEquals(Due.NOTHING, watch.due(39_999));
    assertEquals(Due.WARN, watch.due(40_000));
    assertEquals(Due.NOTHING, watch.due(40_001));
    assertEquals(Due.NOTHING, watch.due(99_999));
    assertEquals(Due.EXPIRED, watch.due(100_000));
  }

  @Test
  void a_short_token_is_warned_of_at_once() {
    assertEquals(Due.WARN, new TokenWatch(60_000, 30).due(0));
  }

  @Test
  void a_fresh_token_starts_over() {
    TokenWatch watch = new TokenWatch(60_000, 100);
    watch.due(50_000);
    watch.refreshed(200);
    assertEquals(Due.NOTHING, watch.due(100_000));
    assertEquals(Due.WARN, watch.due(140_000));
  }

  @Test
  void an_endless_token_does_not_overflow() {
    assertEquals(Due.NOTHING, new TokenWatch(60_000, Long.MAX_VALUE).due(System.currentTimeMillis()));
  }
}
