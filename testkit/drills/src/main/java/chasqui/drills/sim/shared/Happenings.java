package chasqui.drills.sim.shared;

import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/// Counts what happened, so that it shows if something that is to be tried never was.
final class Happenings {
  private final Map<String, Long> counts = new TreeMap<>();

  void count(String what) {
    count(what, 1);
  }

  void count(String what, long times) {
    if (times > 0) {
      counts.merge(what, times, Long::sum);
    }
  }

  Map<String, Long> counts() {
    return Collections.unmodifiableMap(counts);
  }
}
