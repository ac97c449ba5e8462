package chasqui.edge.server;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;

/// What one registry node is still to be told, since its link has opened or owners have changed: who moved away from it,
/// then all users whom it owns. There may be far more than a link holds, so it is told in shares. Bounded by the users
/// whom the edge knows: each is taken back at most once, and said as they are when their turn comes. Guarded by the lock of
/// [PresenceLinks].
final class PresenceBacklog {

  private record TakenBack(String userId, List<Long> sessions, boolean watched) {}

  private final PresenceLink link;
  private final Deque<TakenBack> takenBack = new ArrayDeque<>();
  private final LinkedHashSet<PresenceUser> unsaid = new LinkedHashSet<>();

  PresenceBacklog(PresenceLink link) {
    this.link = link;
  }

  /// The link is open again: its node knows nothing, so there is nothing to take back either.
  void opened() {
    takenBack.clear();
  }

  /// The node owns this user.
  void add(PresenceUser user) {
    user.said = false;
    unsaid.add(user);
  }

  /// Another node owns this user now: what was said is taken back.
  void movedAway(PresenceUser user) {
    if (!unsaid.remove(user) && link.kept().isOpen()) {
      takenBack.add(new TakenBack(user.userId, List.copyOf(user.sessions), !user.watchers.isEmpty()));
    }
  }

  /// There is nothing to be said of this user any more.
  void forget(PresenceUser user) {
    unsaid.remove(user);
  }

  /// Queues as much as there is room for; false where that was nothing. Something may be left.
  boolean sayShare() {
    int room = link.room();
    int left = room;
    while (left > 0 && !takenBack.isEmpty()) {
      left -= takeBack(takenBack.remove());
    }
    while (left > 0 && !unsaid.isEmpty()) {
      left -= say(unsaid.removeFirst());
    }
    return left < room;
  }

  private int takeBack(TakenBack user) {
    user.sessions.forEach(session -> link.left(user.userId, session, 0));
    if (user.watched) {
      link.unwatch(user.userId);
    }
    return user.sessions.size() + 1;
  }

  private int say(PresenceUser user) {
    user.said = true;
    user.sessions.forEach(session -> link.here(user.userId, session));
    if (!user.watchers.isEmpty()) {
      link.watch(user.userId);
    }
    return user.sessions.size() + 1;
  }
}
