package chasqui.drills.faults.wire;

import chasqui.error.v1.Reason;
import chasqui.status.Statuses;
import com.google.common.util.concurrent.ListenableFuture;
import com.google.common.util.concurrent.MoreExecutors;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicInteger;

/// Calls made without waiting for each other, and how they were answered. Thread-safe.
public final class Burst {

  private final Map<Reason, Integer> refused = new EnumMap<>(Reason.class);
  private final AtomicInteger made = new AtomicInteger();
  private int granted;
  private long firstLimitedNanos;

  /// Counts the answer to a call, once it comes.
  public void add(ListenableFuture<?> call) {
    made.incrementAndGet();
    call.addListener(() -> answered(call), MoreExecutors.directExecutor());
  }

  private void answered(ListenableFuture<?> call) {
    Reason why = null;
    try {
      var _ = call.get();
    } catch (ExecutionException failure) {
      why = Statuses.reasonOf(failure.getCause()).orElse(Reason.REASON_UNSPECIFIED);
    } catch (InterruptedException impossible) {
      throw new IllegalStateException("a call that is answered was waited for", impossible);
    }
    synchronized (this) {
      if (why == null) {
        granted++;
      } else {
        refused.merge(why, 1, Integer::sum);
      }
      if (why == Reason.REASON_RATE_LIMITED && firstLimitedNanos == 0) {
        firstLimitedNanos = System.nanoTime();
      }
    }
  }

  public int made() {
    return made.get();
  }

  public synchronized boolean isOver() {
    return granted + refused.values().stream().mapToInt(Integer::intValue).sum() == made.get();
  }

  public synchronized int granted() {
    return granted;
  }

  public synchronized int refused(Reason why) {
    return refused.getOrDefault(why, 0);
  }

  /// Calls under way.
  public synchronized int open() {
    return made.get() - granted - refused.values().stream().mapToInt(Integer::intValue).sum();
  }

  /// When the first was told that a budget is spent; 0 if none was.
  public synchronized long firstLimitedNanos() {
    return firstLimitedNanos;
  }

  @Override
  public synchronized String toString() {
    return granted + " granted, refused " + refused;
  }
}
