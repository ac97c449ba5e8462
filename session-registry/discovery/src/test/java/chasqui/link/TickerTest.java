package chasqui.link;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class TickerTest {

  private final ManualScheduler scheduler = new ManualScheduler();
  private final AtomicInteger steps = new AtomicInteger();

  @Test
  void a_step_that_throws_does_not_end_the_ticking() {
    Ticker ticker = new Ticker(scheduler, Duration.ofMillis(100), () -> {
      if (steps.incrementAndGet() == 1) {
        throw new IllegalStateException("on purpose");
      }
    });
    ticker.start();
    assertEquals(100, scheduler.nextDelayMillis());
    scheduler.runNext();
    scheduler.runNext();
    assertEquals(2, steps.get());
  }

  @Test
  void a_closed_ticker_takes_no_step() {
    Ticker ticker = new Ticker(scheduler, Duration.ofMillis(100), steps::incrementAndGet);
    ticker.close();
    ticker.start();
    ticker.close();
    assertEquals(0, scheduler.waiting());
    assertEquals(0, steps.get());
  }
}
