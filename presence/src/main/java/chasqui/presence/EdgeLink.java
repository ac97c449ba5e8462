package chasqui.presence;

import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/// The link of an edge, and all that was said on it. Guarded by the book's lock.
final class EdgeLink {

  final long link;
  final String nodeId;
  final Map<Long, UserState> sessions = new HashMap<>();
  final Set<UserState> watched = new LinkedHashSet<>();
  // Users to tell of: what is told is their state at that moment, so changes never queue up.
  final LinkedHashSet<UserState> owed = new LinkedHashSet<>();
  // A session was not taken for want of room.
  boolean leftOut;

  EdgeLink(long link, String nodeId) {
    this.link = link;
    this.nodeId = nodeId;
  }
}
