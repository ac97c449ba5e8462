package chasqui.mailbox.custody;

import java.util.LinkedHashMap;
import java.util.LinkedHashSet;

/// Changes of slots' rows to this node: a few at a time, in the order in which they were wanted, but first those of slots that
/// somebody asks for. After a takeover a node has hundreds to make, and people wait for some of them. On the loop.
final class RowChanges {

  /// Changes under way together. What is asked for waits for no more than these.
  static final int CHANGES_MAX = 16;

  private final LinkedHashMap<Integer, Runnable> waiting = new LinkedHashMap<>();
  // May name some that wait no longer.
  private final LinkedHashSet<Integer> askedFor = new LinkedHashSet<>();
  private int underWay;

  RowChanges(CustodyMetrics metrics) {
    metrics.queue("mailbox.custody.changes", () -> underWay, CHANGES_MAX);
  }

  /// Begins the change now or later; whoever adds it says when it has {@link #ended}.
  void add(int slot, Runnable begin) {
    waiting.put(slot, begin);
    start();
  }

  /// Somebody asks for the slot.
  void first(int slot) {
    if (waiting.containsKey(slot)) {
      askedFor.add(slot);
    }
  }

  void ended() {
    underWay--;
    start();
  }

  boolean isIdle() {
    return underWay == 0;
  }

  private void start() {
    while (underWay < CHANGES_MAX && !waiting.isEmpty()) {
      underWay++;
      next().run();
    }
    if (waiting.isEmpty()) {
      askedFor.clear();
    }
  }

  private Runnable next() {
    while (!askedFor.isEmpty()) {
      Runnable begin = waiting.remove(askedFor.removeFirst());
      if (begin != null) {
        return begin;
      }
    }
    return waiting.pollFirstEntry().getValue();
  }
}
