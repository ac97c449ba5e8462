package chasqui.drills.mesh.ground;

import chasqui.drills.faults.ground.Finding;
import org.HdrHistogram.Histogram;

/// How long it took each time until all was well again.
public final class Recoveries {

  private static final long MILLIS_MAX = 600_000;

  private final Histogram millis = new Histogram(MILLIS_MAX, 3);

  public void took(double tookMillis) {
    millis.recordValue(Math.clamp(Math.round(tookMillis), 0, MILLIS_MAX));
  }

  public double percentile(double percentile) {
    return millis.getTotalCount() == 0 ? 0 : millis.getValueAtPercentile(percentile);
  }

  /// Writes p50, p99 and how many there were.
  public void state(Finding finding, String name) {
    finding.figure(name + "_p50_ms", Math.round(percentile(50)));
    finding.figure(name + "_p99_ms", Math.round(percentile(99)));
    finding.figure(name + "_count", millis.getTotalCount());
  }

  /// Requires that nothing took longer.
  public void require(Finding finding, double atMostMillis, String what) {
    finding.require(percentile(99) <= atMostMillis,
        what + ": p99 " + Math.round(percentile(99)) + " ms, claimed at most " + Math.round(atMostMillis) + " ms");
  }
}
