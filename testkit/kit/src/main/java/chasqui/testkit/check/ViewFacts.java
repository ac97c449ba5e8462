package chasqui.testkit.check;

import java.util.HashMap;
import java.util.Map;

/// What one device got to know of one conversation in one generation.
final class ViewFacts {
  static final long NEVER = -1;

  /// RAW: entries in delivery frames, and the ranges those frames covered.
  final IntervalSet delivered = new IntervalSet();

  final IntervalSet covered = new IntervalSet();

  /// LISTENER.
  final IntervalSet shown = new IntervalSet();

  /// Answers to range and history requests.
  final IntervalSet read = new IntervalSet();

  final IntervalSet readCovered = new IntervalSet();

  /// Own sends acknowledged to this device: they count as delivered to it.
  final IntervalSet accepted = new IntervalSet();

  /// By session, how far its frames reach. A device has few sessions in a run.
  final Map<String, Long> reached = new HashMap<>(4);

  long lastShown;
  long acked = NEVER;
  /// Where the first range that the device ever got begins.
  long baseline = NEVER;
  long headShown;
  long storedCursor = NEVER;

  /// Whether the device was given all of `[from, to]`, by a frame or by the acknowledgement of its own send.
  boolean given(long from, long to) {
    boolean[] all = {true};
    covered.forEachGap(from, to, (first, last) -> all[0] &= accepted.containsAll(first, last));
    return all[0];
  }
}
