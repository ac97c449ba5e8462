package chasqui.edge.server;

import java.util.HashSet;
import java.util.Set;

/// A user who is here, or watched from here. Guarded by the lock of [PresenceLinks].
final class PresenceUser {

  final String userId;
  final Set<Long> sessions = new HashSet<>(2);
  final Set<Long> watchers = new HashSet<>(2);
  // As told last; null where nothing was, or the owner has changed since.
  Boolean online;
  // The owner that is told of this user, from when on there is one.
  PresenceLink at;
  // That owner was told all of it, and has to be told each change; else it is in the owner's backlog.
  boolean said;

  PresenceUser(String userId) {
    this.userId = userId;
  }
}
