package chasqui.drills.faults.wire;

import chasqui.error.v1.Reason;
import chasqui.status.Statuses;
import com.google.common.util.concurrent.ListenableFuture;
import com.google.common.util.concurrent.MoreExecutors;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicInteger;

/// Calls made without waiting for each other, and how they were answered. Thread-safe.
public final class Burst {

  /// When, by why.
  private final Map<Reason, List<Long>> refused = new EnumMap<>(Reason.class);
  private final AtomicInteger made = new AtomicInteger();
  private int granted;

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
        refused.computeIfAbsent(why, first -> new ArrayList<>()).add(System.nanoTime());
      }
    }
  }

  public int made() {
    return made.get();
  }

  public synchronized boolean isOver() {
    return open() == 0;
  }

  public synchronized int granted() {
    return granted;
  }

  public synchronized int refused(Reason why) {
    return refused.getOrDefault(why, List.of()).size();
  }

  /// Calls under way.
  public synchronized int open() {
    return made.get() - granted - refused.values().stream().mapToInt(List::size).sum();
  }

  /// When the n-th was refused for a reason, counted from 1; there must be so many.
  public synchronized long nanosOf(Reason why, int number) {
    return refused.get(why).get(number - 1);
  }

  @Override
  public synchronized String toString() {
    Map<Reason, Integer> counts = new EnumMap<>(Reason.class);
    refused.forEach((why, times) -> counts.put(why, times.size()));
    return granted + " granted, refused " + counts;
  }
}
