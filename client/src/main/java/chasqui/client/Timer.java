package chasqui.client;

import java.time.InstantSource;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/// One wake-up at a time. A later wish than the one that is set is noted, not set again: acks move their deadline with
/// almost every frame. In the serial context only, besides `fire`.
final class Timer {
  private final InstantSource clock;
  private final ScheduledExecutorService scheduler;
  private final Runnable fire;
  private long wantedMs = Long.MAX_VALUE;
  private long setMs = Long.MAX_VALUE;
  private Future<?> set;

  /// @param fire is run on the scheduler; is to call [#fired] in the serial context
  Timer(InstantSource clock, ScheduledExecutorService scheduler, Runnable fire) {
    this.clock = clock;
    this.scheduler = scheduler;
    this.fire = fire;
  }

  void wakeAt(long atMs) {
    wantedMs = atMs;
    if (atMs < setMs) {
      if (set != null) {
        set.cancel(false);
      }
      set(atMs);
    }
  }

  private void set(long atMs) {
    setMs = atMs;
    try {
      set = scheduler.schedule(fire, Math.max(0, atMs - clock.millis()), TimeUnit.MILLISECONDS);
    } catch (RejectedExecutionException _) {
      // The application shut its scheduler down before the client.
      setMs = Long.MAX_VALUE;
    }
  }

  /// Whether the time that was asked for has come; if not, the timer is set again.
  boolean fired() {
    setMs = Long.MAX_VALUE;
    boolean due = wantedMs <= clock.millis();
    if (!due && wantedMs != Long.MAX_VALUE) {
      set(wantedMs);
    }
    return due;
  }

  void cancel() {
    wantedMs = Long.MAX_VALUE;
    if (set != null) {
      set.cancel(false);
    }
  }
}
