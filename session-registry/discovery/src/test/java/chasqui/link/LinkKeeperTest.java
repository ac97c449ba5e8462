package chasqui.link;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.grpc.Status;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class LinkKeeperTest {

  private final ManualScheduler scheduler = new ManualScheduler();
  private final AtomicInteger opened = new AtomicInteger();

  @Test
  void a_broken_link_is_opened_again_within_a_growing_bounded_delay() {
    LinkKeeper keeper = new LinkKeeper(k -> opened.incrementAndGet(), scheduler, new Random(7));
    keeper.start();
    assertEquals(1, opened.get());
    long ceiling = LinkKeeper.BACKOFF_FIRST.toMillis();
    for (int failure = 1; failure <= 20; failure++) {
      keeper.broken(Status.UNAVAILABLE);
      assertTrue(scheduler.nextDelayMillis() <= ceiling, "delay " + scheduler.nextDelayMillis() + " above " + ceiling);
      scheduler.runNext();
      assertEquals(1 + failure, opened.get());
      ceiling = Math.min(ceiling * 2, LinkKeeper.BACKOFF_MAX.toMillis());
    }
  }

  @Test
  void delays_are_spread_over_the_whole_range() {
    LinkKeeper keeper = new LinkKeeper(k -> opened.incrementAndGet(), scheduler, new Random(7));
    long low = 0;
    long high = 0;
    for (int failure = 0; failure < 200; failure++) {
      keeper.broken(Status.UNAVAILABLE);
      low += scheduler.nextDelayMillis() < 1000 ? 1 : 0;
      high += scheduler.nextDelayMillis() >= 1000 ? 1 : 0;
      scheduler.runNext();
    }
    assertTrue(low > 60 && high > 60, low + " low, " + high + " high");
  }

  @Test
  void a_link_that_worked_starts_from_the_short_delay() {
    LinkKeeper keeper = new LinkKeeper(k -> opened.incrementAndGet(), scheduler, new Random(7));
    for (int failure = 0; failure < 10; failure++) {
      keeper.broken(Status.UNAVAILABLE);
      scheduler.runNext();
    }
    keeper.works();
    keeper.broken(Status.UNAVAILABLE);
    assertTrue(scheduler.nextDelayMillis() <= LinkKeeper.BACKOFF_FIRST.toMillis());
  }

  @Test
  void a_break_told_twice_opens_once() {
    LinkKeeper keeper = new LinkKeeper(k -> opened.incrementAndGet(), scheduler, new Random(7));
    keeper.broken(Status.UNAVAILABLE);
    keeper.broken(Status.CANCELLED);
    assertEquals(1, scheduler.waiting());
  }

  @Test
  void an_opener_that_throws_is_tried_again() {
    LinkKeeper keeper = new LinkKeeper(
        k -> {
          if (opened.incrementAndGet() < 3) {
            throw new IllegalStateException("on purpose");
          }
        },
        scheduler,
        new Random(7));
    keeper.start();
    scheduler.runNext();
    scheduler.runNext();
    assertEquals(3, opened.get());
    assertEquals(0, scheduler.waiting());
  }

  @Test
  void a_closed_keeper_opens_no_more() {
    LinkKeeper keeper = new LinkKeeper(k -> opened.incrementAndGet(), scheduler, new Random(7));
    keeper.broken(Status.UNAVAILABLE);
    keeper.close();
    scheduler.runNext();
    keeper.broken(Status.UNAVAILABLE);
    assertEquals(0, opened.get());
    assertEquals(0, scheduler.waiting());
  }
}
