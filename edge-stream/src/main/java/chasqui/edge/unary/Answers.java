package chasqui.edge.unary;

import java.util.HashMap;
import java.util.Map;

/// The bytes of answers that their callers have not taken yet, of all and by user. Thread-safe.
final class Answers {

  private final long bytesMax;
  private final long userBytesMax;
  private final Map<String, Long> held = new HashMap<>();
  private long bytes;

  Answers(long bytesMax, long userBytesMax) {
    this.bytesMax = bytesMax;
    this.userBytesMax = userBytesMax;
  }

  /// Whether not even a small one should be begun.
  synchronized boolean isFull(String user) {
    return bytes >= bytesMax || held.getOrDefault(user, 0L) >= userBytesMax;
  }

  /// Holds an answer; false where there is no room.
  synchronized boolean hold(String user, int size) {
    if (bytes + size > bytesMax || held.getOrDefault(user, 0L) + size > userBytesMax) {
      return false;
    }
    add(user, size);
    return true;
  }

  /// Holds one that has to be told, whether there is room or not: a small one, of which callers are bounded.
  synchronized void add(String user, int size) {
    bytes += size;
    held.merge(user, (long) size, Long::sum);
  }

  /// One was taken, or is wanted no more.
  synchronized void release(String user, int size) {
    bytes -= size;
    held.computeIfPresent(user, (key, now) -> now == size ? null : now - size);
  }

  synchronized long bytes() {
    return bytes;
  }
}
