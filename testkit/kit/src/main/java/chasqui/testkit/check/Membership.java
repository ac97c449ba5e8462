package chasqui.testkit.check;

import java.util.Map;
import java.util.TreeMap;

/// When one user was a member of one conversation: joins and leaves by `seq`, in whatever order they were told.
final class Membership {
  private final TreeMap<Long, Boolean> changes = new TreeMap<>();
  private IntervalSet intervals = new IntervalSet();

  void joined(long seq) {
    changes.put(seq, true);
    intervals = computed();
  }

  void left(long seq) {
    changes.put(seq, false);
    intervals = computed();
  }

  /// Both ends belong to the membership: the entry that lets in and the entry that puts out.
  IntervalSet intervals() {
    return intervals;
  }

  private IntervalSet computed() {
    IntervalSet intervals = new IntervalSet();
    long since = -1;
    for (Map.Entry<Long, Boolean> change : changes.entrySet()) {
      if (change.getValue() && since < 0) {
        since = change.getKey();
      } else if (!change.getValue() && since >= 0) {
        intervals.add(since, change.getKey());
        since = -1;
      }
    }
    if (since >= 0) {
      intervals.add(since, Long.MAX_VALUE - 1);
    }
    return intervals;
  }
}
