package chasqui.testkit.check;

import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;

/// What one conversation's log holds in one generation, put together from everything anybody said about it: by `seq`,
/// the fingerprint of the content, the send that was seen there and the send that was acknowledged there.
///
/// Kept in pages, so that a nonsensical `seq` costs one page and not an array up to it.
final class Ledger {
  static final int NOBODY = -1;
  private static final int PAGE = 1024;

  /// Entries that nobody settled have fingerprint 0.
  private static final class Page {
    final long[] fingerprints = new long[PAGE];
    final int[] held = filled();
    final int[] acked = filled();

    private static int[] filled() {
      int[] sends = new int[PAGE];
      Arrays.fill(sends, NOBODY);
      return sends;
    }
  }

  private final Map<Long, Page> pages = new TreeMap<>();

  /// What later edits, deletions and erasures point at: only there may content change.
  final IntervalSet targeted = new IntervalSet();

  /// Everything known to hold something.
  final IntervalSet known = new IntervalSet();

  private Page page(long seq) {
    return pages.computeIfAbsent(Math.floorDiv(seq, PAGE), _ -> new Page());
  }

  private static int index(long seq) {
    return Math.floorMod(seq, PAGE);
  }

  /// Settles what `seq` holds; the first account stands.
  void settle(long seq, long fingerprint, int send) {
    known.add(seq);
    Page page = page(seq);
    int i = index(seq);
    if (page.fingerprints[i] == 0) {
      page.fingerprints[i] = fingerprint;
    }
    if (page.held[i] == NOBODY) {
      page.held[i] = send;
    }
  }

  /// Notes that `send` was acknowledged at `seq`; the first account stands.
  void acknowledge(long seq, int send) {
    known.add(seq);
    Page page = page(seq);
    if (page.acked[index(seq)] == NOBODY) {
      page.acked[index(seq)] = send;
    }
  }

  /// The send whose entry was seen at `seq`.
  int held(long seq) {
    Page page = pages.get(Math.floorDiv(seq, PAGE));
    return page == null ? NOBODY : page.held[index(seq)];
  }

  /// The send that was acknowledged at `seq`.
  int acked(long seq) {
    Page page = pages.get(Math.floorDiv(seq, PAGE));
    return page == null ? NOBODY : page.acked[index(seq)];
  }

  /// 0 where nobody saw an entry.
  long fingerprint(long seq) {
    Page page = pages.get(Math.floorDiv(seq, PAGE));
    return page == null ? 0 : page.fingerprints[index(seq)];
  }

  /// The send that stands at `seq` by any account.
  int send(long seq) {
    int acked = acked(seq);
    return acked == NOBODY ? held(seq) : acked;
  }
}
