package chasqui.mailbox;

import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;

/// Lets changes of one user's rows happen one at a time: each reads before it writes.
final class UserQueue {

  private final Map<String, ArrayDeque<Runnable>> waiting = new HashMap<>();
  private final int waitingMax;

  UserQueue(int waitingMax) {
    this.waitingMax = waitingMax;
  }

  /// Runs the change, now or after those before it; false if too many wait. The change calls {@link #done} when it ended.
  boolean run(String userId, Runnable change) {
    ArrayDeque<Runnable> behind = waiting.get(userId);
    if (behind == null) {
      waiting.put(userId, new ArrayDeque<>(1));
      change.run();
      return true;
    }
    if (behind.size() >= waitingMax) {
      return false;
    }
    behind.addLast(change);
    return true;
  }

  void done(String userId) {
    Runnable next = waiting.get(userId).pollFirst();
    if (next == null) {
      waiting.remove(userId);
    } else {
      next.run();
    }
  }
}
