package chasqui.drills.sim;

import chasqui.testkit.json.Json;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/// What many seeds came to.
///
/// @param seeds how many were asked for
/// @param from the first of them
/// @param violations found in all
/// @param traceHash of all traces in order; the same in every run of the same seeds
/// @param seconds of real time
/// @param simulatedSeconds of simulated time
/// @param seedsThatFailedBefore run besides those asked for
/// @param kinds how many of each kind ran
/// @param events scheduler events run
/// @param acked messages acknowledged
/// @param redelivered entries that came over the wire once more, lawfully
/// @param happenings how often what happened in shared stores
/// @param failing seeds with violations
public record SimReport(
    long seeds,
    long from,
    long violations,
    String traceHash,
    double seconds,
    long simulatedSeconds,
    long seedsThatFailedBefore,
    Map<String, Long> kinds,
    long events,
    long acked,
    long redelivered,
    Map<String, Long> happenings,
    List<Failing> failing) {

  /// @param command repeats it
  public record Failing(long seed, long violations, String command) {}

  public SimReport {
    kinds = Collections.unmodifiableMap(new TreeMap<>(kinds));
    happenings = Collections.unmodifiableMap(new TreeMap<>(happenings));
    failing = List.copyOf(failing);
  }

  public boolean holds() {
    return violations == 0;
  }

  String json() {
    return Json.write(this);
  }

  String text() {
    String verdict = holds()
        ? "no violation"
        : violations + " violations in seeds " + failing.stream().map(Failing::seed).toList();
    return String.format(
        Locale.ROOT,
        "%d seeds from %d, %d that failed before, %s: %s%n%d messages acked, %d entries redelivered in %d simulated seconds,"
            + " %.1f real ones%ntrace hash %s",
        seeds, from, seedsThatFailedBefore, kinds, verdict, acked, redelivered, simulatedSeconds, seconds, traceHash);
  }
}
