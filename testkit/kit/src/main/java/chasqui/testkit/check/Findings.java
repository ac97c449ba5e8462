package chasqui.testkit.check;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// What the checkers found: every violation counted, the first of each promise kept in words.
final class Findings {
  /// A broken run repeats itself; this many per promise are enough to understand it.
  static final int KEPT_PER_PROMISE = 50;

  /// Counted whether lawful or not.
  final Tally tally = new Tally();

  private final Map<Promise, Long> counts = new EnumMap<>(Promise.class);
  private final List<Violation> kept = new ArrayList<>();

  void broke(Promise promise, String details, Object... arguments) {
    long before = counts.merge(promise, 1L, Long::sum) - 1;
    if (before < KEPT_PER_PROMISE) {
      kept.add(new Violation(promise.label(), String.format(Locale.ROOT, details, arguments)));
    }
  }

  long count(Promise promise) {
    return counts.getOrDefault(promise, 0L);
  }

  Map<Promise, Long> counts() {
    return counts;
  }

  List<Violation> kept() {
    return List.copyOf(kept);
  }
}
