package chasqui.testkit.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class AwaitTest {
  @Test
  void looksUntilItHolds() {
    AtomicInteger looks = new AtomicInteger();
    Await.until(Duration.ofSeconds(20), "three looks", () -> looks.incrementAndGet() == 3);
    assertEquals(3, looks.get());
    assertEquals("x", Await.value(Duration.ofSeconds(20), "a value", () -> Optional.of("x")));
  }

  @Test
  void failsWithItsWords() {
    AssertionError failure = assertThrows(
        AssertionError.class, () -> Await.until(Duration.ofMillis(20), "the impossible", () -> false));
    assertEquals("not within PT0.02S: the impossible", failure.getMessage());
  }
}
