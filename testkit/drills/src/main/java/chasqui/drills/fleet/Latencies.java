package chasqui.drills.fleet;

import java.util.Locale;
import org.HdrHistogram.ConcurrentHistogram;

/// How long messages took, as their clients saw it: from the call of `send` to its answer. Thread-safe.
public final class Latencies {

  private static final long MICROS_MAX = 600_000_000;

  private final ConcurrentHistogram micros = new ConcurrentHistogram(MICROS_MAX, 3);

  public void took(long startNanos, long endNanos) {
    micros.recordValue(Math.clamp((endNanos - startNanos) / 1_000, 0, MICROS_MAX));
  }

  public double p50Ms() {
    return micros.getValueAtPercentile(50) / 1_000.0;
  }

  public double p99Ms() {
    return micros.getValueAtPercentile(99) / 1_000.0;
  }

  @Override
  public String toString() {
    return String.format(Locale.ROOT, "p50 %.1f ms, p99 %.1f ms", p50Ms(), p99Ms());
  }
}
