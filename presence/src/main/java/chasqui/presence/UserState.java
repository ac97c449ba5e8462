package chasqui.presence;

import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.Set;

/// What is known of one user. Guarded by the book's lock.
final class UserState {

  /// A session on an edge.
  record Seen(EdgeLink edge, long sessionId) {}

  /// Who may be said to be offline first; by difference, as readings of a clock that may wrap are compared.
  static final Comparator<UserState> BY_OFFLINE = ((Comparator<UserState>)
      (one, other) -> Long.signum(one.offlineAtNanos - other.offlineAtNanos)).thenComparing(user -> user.userId);

  final String userId;
  final Set<Seen> sessions = new HashSet<>(2);
  final Set<EdgeLink> watchers = new LinkedHashSet<>(2);
  // Met while sessions were left out: one of them may be this user's.
  final boolean doubtful;
  boolean online;
  // From when on it may be said that the user is offline: nobody else can know of a device by then.
  long offlineAtNanos;

  UserState(String userId, long offlineAtNanos, boolean doubtful) {
    this.userId = userId;
    this.doubtful = doubtful;
    this.offlineAtNanos = offlineAtNanos;
  }

  /// Whether it is known what to tell.
  boolean isKnown(long nowNanos) {
    return online || nowNanos - offlineAtNanos >= 0;
  }
}
