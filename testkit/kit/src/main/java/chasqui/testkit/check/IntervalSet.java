package chasqui.testkit.check;

import java.util.Arrays;

/// A set of numbers kept as closed intervals, ascending and never touching: a million consecutive positions cost two
/// numbers. Adding at the upper end, the usual case, costs a constant.
final class IntervalSet {
  private static final long[] NONE = {};

  /// Bounds of interval `i` at `2i` and `2i + 1`.
  private long[] bounds = NONE;
  private int intervals;

  interface Range {
    void at(long from, long to);
  }

  /// Adds `[from, to]`; an empty range (`to < from`) changes nothing.
  void add(long from, long to) {
    if (to < from) {
      return;
    }
    int first = firstEndingAtOrAfter(from - 1);
    int last = first;
    long lower = from;
    long upper = to;
    while (last < intervals && bounds[2 * last] <= to + 1) {
      lower = Math.min(lower, bounds[2 * last]);
      upper = Math.max(upper, bounds[2 * last + 1]);
      last++;
    }
    replace(first, last, lower, upper);
  }

  void add(long number) {
    add(number, number);
  }

  boolean contains(long number) {
    int i = firstEndingAtOrAfter(number);
    return i < intervals && bounds[2 * i] <= number;
  }

  boolean isEmpty() {
    return intervals == 0;
  }

  /// The largest member; 0 when empty.
  long max() {
    return isEmpty() ? 0 : bounds[2 * intervals - 1];
  }

  long size() {
    long size = 0;
    for (int i = 0; i < intervals; i++) {
      size += bounds[2 * i + 1] - bounds[2 * i] + 1;
    }
    return size;
  }

  void forEach(Range range) {
    for (int i = 0; i < intervals; i++) {
      range.at(bounds[2 * i], bounds[2 * i + 1]);
    }
  }

  /// Hands over the parts of `[from, to]` that are not in the set, ascending.
  void forEachGap(long from, long to, Range gap) {
    long next = from;
    for (int i = firstEndingAtOrAfter(from); i < intervals && bounds[2 * i] <= to; i++) {
      if (next < bounds[2 * i]) {
        gap.at(next, bounds[2 * i] - 1);
      }
      next = bounds[2 * i + 1] + 1;
    }
    if (next <= to) {
      gap.at(next, to);
    }
  }

  boolean containsAll(long from, long to) {
    boolean[] missing = {false};
    forEachGap(from, to, (_, _) -> missing[0] = true);
    return !missing[0];
  }

  /// Index of the first interval whose upper bound is at least `number`; `intervals` if there is none.
  private int firstEndingAtOrAfter(long number) {
    if (intervals == 0 || bounds[2 * intervals - 1] < number) {
      return intervals;
    }
    int low = 0;
    int high = intervals - 1;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (bounds[2 * middle + 1] < number) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  /// Puts one interval in place of those from `first` (inclusive) to `last` (exclusive).
  private void replace(int first, int last, long lower, long upper) {
    int grown = intervals + 1 - (last - first);
    if (2 * grown > bounds.length) {
      bounds = Arrays.copyOf(bounds, Math.max(4, bounds.length * 2));
    }
    System.arraycopy(bounds, 2 * last, bounds, 2 * first + 2, 2 * (intervals - last));
    bounds[2 * first] = lower;
    bounds[2 * first + 1] = upper;
    intervals = grown;
  }
}
