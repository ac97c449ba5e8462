package chasqui.mailbox.store.embedded;

import chasqui.discovery.CrashPoint;
import chasqui.discovery.CrashPoints;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/// Holds the committer at a crash point until it is let go, one arrival at a time.
final class Gate implements CrashPoints {
  private static final long WAIT_SECONDS_MAX = 30;

  private final CrashPoint point;
  private final Semaphore arrivals = new Semaphore(0);
  private final Semaphore passes = new Semaphore(0);

  Gate(CrashPoint point) {
    this.point = point;
  }

  @Override
  public void reach(CrashPoint reached) {
    if (reached == point) {
      arrivals.release();
      acquire(passes);
    }
  }

  /// Waits until the committer stands at the point.
  void awaitArrival() {
    acquire(arrivals);
  }

  void letGo() {
    passes.release();
  }

  /// From now on nobody is held.
  void open() {
    passes.release(1_000_000);
  }

  private static void acquire(Semaphore semaphore) {
    try {
      if (!semaphore.tryAcquire(WAIT_SECONDS_MAX, TimeUnit.SECONDS)) {
        throw new AssertionError("nobody came");
      }
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
