package chasqui.mailbox.store.embedded;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/// What waits for the next group. Bounds: one commit a stripe, and `savesMax` saves.
final class PendingWrites {
  /// Rows that saves add to one group, so that a flood of cursors does not hold up messages; one save is always taken.
  private static final int SAVED_ROWS_PER_GROUP = 2_048;

  enum Offered {
    TAKEN,
    BUSY,
    CLOSED
  }

  /// Guards all that follows.
  private final ReentrantLock lock = new ReentrantLock();

  private final Condition arrived = lock.newCondition();
  private final Deque<WriteRequest.Commit> commits = new ArrayDeque<>();
  private final Deque<WriteRequest.Save> saves = new ArrayDeque<>();
  private final BitSet stripesInFlight = new BitSet();
  private final int stripes;
  private final int savesMax;
  private boolean closed;

  PendingWrites(int stripes, int savesMax) {
    this.stripes = stripes;
    this.savesMax = savesMax;
  }

  Offered offer(WriteRequest.Commit commit) {
    if (commit.stripe() < 0 || commit.stripe() >= stripes) {
      throw new IllegalArgumentException("stripe is " + commit.stripe() + ", expected 0 to " + (stripes - 1));
    }
    lock.lock();
    try {
      if (stripesInFlight.get(commit.stripe())) {
        throw new IllegalStateException("stripe " + commit.stripe() + " has a batch in flight, expected at most one");
      }
      if (closed) {
        return Offered.CLOSED;
      }
      stripesInFlight.set(commit.stripe());
      commits.add(commit);
      arrived.signal();
      return Offered.TAKEN;
    } finally {
      lock.unlock();
    }
  }

  Offered offer(WriteRequest.Save save) {
    lock.lock();
    try {
      if (closed) {
        return Offered.CLOSED;
      }
      if (saves.size() >= savesMax) {
        return Offered.BUSY;
      }
      saves.add(save);
      arrived.signal();
      return Offered.TAKEN;
    } finally {
      lock.unlock();
    }
  }

  /// The next group, in order of arrival, commits first; empty if nothing came in time. Null once closed and emptied.
  List<WriteRequest> take(long timeoutMs) throws InterruptedException {
    lock.lock();
    try {
      long leftNs = TimeUnit.MILLISECONDS.toNanos(timeoutMs);
      while (commits.isEmpty() && saves.isEmpty()) {
        if (closed) {
          return null;
        }
        if (leftNs <= 0) {
          return List.of();
        }
        leftNs = arrived.awaitNanos(leftNs);
      }
      return nextGroup();
    } finally {
      lock.unlock();
    }
  }

  private List<WriteRequest> nextGroup() {
    List<WriteRequest> group = new ArrayList<>(commits);
    commits.clear();
    for (int rows = 0; rows < SAVED_ROWS_PER_GROUP && !saves.isEmpty(); ) {
      WriteRequest.Save save = saves.poll();
      rows += save.rows();
      group.add(save);
    }
    return group;
  }

  /// The stripe may commit again. Called before its waiter hears, who may do so at once.
  void landed(WriteRequest request) {
    if (request instanceof WriteRequest.Commit commit) {
      lock.lock();
      try {
        stripesInFlight.clear(commit.stripe());
      } finally {
        lock.unlock();
      }
    }
  }

  void close() {
    lock.lock();
    try {
      closed = true;
      arrived.signalAll();
    } finally {
      lock.unlock();
    }
  }

  int commitsWaiting() {
    lock.lock();
    try {
      return commits.size();
    } finally {
      lock.unlock();
    }
  }

  int commitsMax() {
    return stripes;
  }

  int savesWaiting() {
    lock.lock();
    try {
      return saves.size();
    } finally {
      lock.unlock();
    }
  }

  int savesMax() {
    return savesMax;
  }
}
