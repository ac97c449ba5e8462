package chasqui.drills.mesh.crowd;

import java.util.List;
import java.util.Locale;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.HdrHistogram.Histogram;

/// When each message was handed to its client, and when the answer came. Thread-safe.
public final class SendLog {

  private static final long MICROS_MAX = 600_000_000;

  /// One message.
  static final class Sending {
    final Member sender;
    final long startNanos;
    volatile long endNanos;
    volatile boolean refused;

    private Sending(Member sender, long startNanos) {
      this.sender = sender;
      this.startNanos = startNanos;
    }

    boolean open() {
      return endNanos == 0;
    }

    /// How long it took, or has taken so far.
    long nanos(long now) {
      return (open() ? now : endNanos) - startNanos;
    }
  }

  private final ConcurrentLinkedQueue<Sending> all = new ConcurrentLinkedQueue<>();

  Sending begin(Member sender) {
    Sending sending = new Sending(sender, System.nanoTime());
    all.add(sending);
    return sending;
  }

  void settled(Sending sending, Throwable failure) {
    sending.refused = failure != null;
    sending.endNanos = System.nanoTime();
  }

  boolean allSettled() {
    return all.stream().noneMatch(Sending::open);
  }

  /// Messages that were under way at some moment of a time: those sent in it, and those that had no answer when it began.
  public Window between(long fromNanos, long toNanos) {
    List<Sending> within = all.stream()
        .filter(sending -> sending.startNanos - toNanos < 0 && (sending.open() || sending.endNanos - fromNanos >= 0))
        .toList();
    return new Window(within, fromNanos, toNanos, System.nanoTime());
  }

  /// Some of the messages.
  ///
  /// @param fromNanos when the time began
  /// @param toNanos when it ended
  /// @param now messages without an answer count as if they were answered now
  public record Window(List<Sending> sendings, long fromNanos, long toNanos, long now) {

    public int size() {
      return sendings.size();
    }

    /// Those of some senders.
    public Window by(Predicate<Member> senders) {
      return new Window(sendings.stream().filter(sending -> senders.test(sending.sender)).toList(), fromNanos, toNanos, now);
    }

    /// Messages that were finally refused.
    public long refused() {
      return sendings.stream().filter(sending -> sending.refused).count();
    }

    /// The share that was acked within a time, 0 to 1; 1 if there was none.
    public double ackedWithin(long nanos) {
      long good = sendings.stream().filter(sending -> !sending.refused && !sending.open() && sending.nanos(now) <= nanos).count();
      return sendings.isEmpty() ? 1 : (double) good / sendings.size();
    }

    public double percentileMillis(double percentile) {
      Histogram micros = new Histogram(MICROS_MAX, 3);
      sendings.forEach(sending -> micros.recordValue(Math.clamp(sending.nanos(now) / 1_000, 0, MICROS_MAX)));
      return sendings.isEmpty() ? 0 : micros.getValueAtPercentile(percentile) / 1_000.0;
    }

    /// Milliseconds from the beginning of the window to the last answer that came later than `lateNanos` after its message:
    /// from then on answers came in time. 0 if all did. What comes after the window's end is not looked at: something else
    /// has begun.
    public double recoveredAfterMillis(long lateNanos) {
      return late(lateNanos).mapToLong(sending -> Math.min(sending.startNanos + sending.nanos(now), toNanos) - fromNanos)
          .max().orElse(0) / 1e6;
    }

    /// The late messages of the window: when each was sent, from its beginning, and how long it took.
    public List<String> lateInWords(long lateNanos) {
      return late(lateNanos)
          .map(sending -> String.format(Locale.ROOT, "sent at %+.2f s, answered after %.2f s",
              (sending.startNanos - fromNanos) / 1e9, sending.nanos(now) / 1e9))
          .toList();
    }

    private Stream<Sending> late(long lateNanos) {
      return sendings.stream().filter(sending -> Math.min(sending.nanos(now), toNanos - sending.startNanos) > lateNanos);
    }

    @Override
    public String toString() {
      return String.format(Locale.ROOT, "p50 %.0f ms, p99 %.0f ms", percentileMillis(50), percentileMillis(99));
    }
  }
}
