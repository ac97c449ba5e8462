package chasqui.testkit.sim;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.function.LongSupplier;

/// A node's clock: the simulated time, off by as much as a fault has put it. Its nanoseconds are monotonic and never off,
/// as on a real machine.
public final class SimClock implements InstantSource {
  /// When every simulation begins.
  public static final Instant BEGIN = Instant.parse("2026-01-01T00:00:00Z");

  private final SimScheduler scheduler;
  private Duration skew = Duration.ZERO;

  SimClock(SimScheduler scheduler) {
    this.scheduler = scheduler;
  }

  @Override
  public Instant instant() {
    return BEGIN.plusNanos(scheduler.nowNanos()).plus(skew);
  }

  public long nanoTime() {
    return scheduler.nowNanos();
  }

  /// [#nanoTime] for code that wants its ticker as a function.
  public LongSupplier ticker() {
    return this::nanoTime;
  }

  /// Puts the clock forward, or back with a negative duration.
  public void jump(Duration by) {
    skew = skew.plus(by);
  }
}
