package chasqui.registry;

import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/// The link of a router: what it asked about, and what it has not confirmed. Guarded by the directory's lock.
final class RouterPeer {

  /// A notice that was sent and is not confirmed.
  ///
  /// @param awaiting the session that is confirmed only after it; null where none is
  /// @param forgets the interest that ends with it; null where none does
  record Outstanding(long noticeId, SessionEntry awaiting, Interest forgets, long deadlineNanos) {}

  final long link;
  final String nodeId;
  final Set<Interest> interests = new LinkedHashSet<>();
  // In the order of their ids, and so of their deadlines.
  final Map<Long, Outstanding> notices = new LinkedHashMap<>();

  RouterPeer(long link, String nodeId) {
    this.link = link;
    this.nodeId = nodeId;
  }

  boolean overdue(long nowNanos) {
    return !notices.isEmpty() && nowNanos - notices.values().iterator().next().deadlineNanos() >= 0;
  }
}
