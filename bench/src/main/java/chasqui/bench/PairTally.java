package chasqui.bench;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import org.HdrHistogram.Recorder;

/// What one direction of a pair sent and got: counts, order and latency. One writer for what is sent (the pacing thread),
/// one for what arrives (the receiver's transport thread), one for answers (the sender's).
final class PairTally {

  /// How many messages of a direction may be under way; older ones are no longer timed.
  private static final int UNDER_WAY_MAX = 1 << 14;

  private final Recorder latencyMicros;
  private final long[] intendedNanos = new long[UNDER_WAY_MAX];
  private final AtomicLong sent = new AtomicLong();
  private final LongAdder accepted = new LongAdder();
  private final LongAdder delivered = new LongAdder();
  private final LongAdder duplicated = new LongAdder();
  private final LongAdder outOfOrder = new LongAdder();
  private final ConcurrentHashMap<String, LongAdder> rejected = new ConcurrentHashMap<>();
  // The receiver's thread.
  private long lastCounter;

  /// @param latencyMicros takes the time from the intended sending to the delivery
  PairTally(Recorder latencyMicros) {
    this.latencyMicros = latencyMicros;
  }

  void sent(long intended) {
    long counter = sent.get() + 1;
    intendedNanos[(int) (counter % UNDER_WAY_MAX)] = intended;
    sent.set(counter);
  }

  void accepted() {
    accepted.increment();
  }

  void rejected(String reason) {
    rejected.computeIfAbsent(reason, any -> new LongAdder()).increment();
  }

  void delivered(long counter) {
    if (counter == lastCounter + 1) {
      lastCounter = counter;
      delivered.increment();
      if (sent.get() - counter < UNDER_WAY_MAX) {
        long micros = (System.nanoTime() - intendedNanos[(int) (counter % UNDER_WAY_MAX)]) / 1_000;
        latencyMicros.recordValue(Math.clamp(micros, 0, 60_000_000));
      }
    } else if (counter <= lastCounter) {
      duplicated.increment();
    } else {
      outOfOrder.increment();
    }
  }

  long sentCount() {
    return sent.get();
  }

  long acceptedCount() {
    return accepted.sum();
  }

  long deliveredCount() {
    return delivered.sum();
  }

  long duplicatedCount() {
    return duplicated.sum();
  }

  long outOfOrderCount() {
    return outOfOrder.sum();
  }

  long rejectedCount() {
    return rejected.values().stream().mapToLong(LongAdder::sum).sum();
  }
}
