package chasqui.link;

import java.time.Duration;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Takes a step again and again. A step that throws is logged and does not end it, as a bare scheduler would have it.
public final class Ticker implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Ticker.class);

  private final ScheduledExecutorService scheduler;
  private final Duration every;
  private final Runnable step;
  private ScheduledFuture<?> ticking;

  /// @param scheduler runs the steps, one at a time
  /// @param every from the end of a step to the next; the first comes after as long
  /// @param step short, never blocks
  public Ticker(ScheduledExecutorService scheduler, Duration every, Runnable step) {
    this.scheduler = scheduler;
    this.every = every;
    this.step = step;
  }

  /// Begins. Once.
  public synchronized void start() {
    ticking = scheduler.scheduleWithFixedDelay(this::tick, every.toMillis(), every.toMillis(), TimeUnit.MILLISECONDS);
  }

  /// No step begins after this, unless one is being begun now. A ticker that was never started may be closed.
  @Override
  public synchronized void close() {
    if (ticking != null) {
      ticking.cancel(false);
    }
  }

  private void tick() {
    try {
      step.run();
    } catch (RuntimeException bug) {
      LOG.error("a step failed; the next is taken nevertheless", bug);
    }
  }
}
