package chasqui.router;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// Brings a push to the sessions of the members that may have it: those in the cache at once, the others looked up.
/// Guarded by the core's lock.
final class FanOut {

  private final Edges edges;
  private final SessionCache cache;
  private final Lookups lookups;
  private final RouterMetrics metrics;

  FanOut(Edges edges, SessionCache cache, Lookups lookups, RouterMetrics metrics) {
    this.edges = edges;
    this.cache = cache;
    this.lookups = lookups;
    this.metrics = metrics;
  }

  /// @param roster as of the entry or newer: who joined after it does not get it
  /// @param removed users who lost their membership by this very entry, and get it as their last
  /// @param marked members to be looked up past the cache
  void out(Delivery delivery, CachedRoster roster, List<String> removed, List<String> marked) {
    Set<String> lookedUp = marked.isEmpty() ? Set.of() : new HashSet<>(marked);
    String[] users = roster.users;
    long[] joinSeqs = roster.joinSeqs;
    for (int i = 0; i < users.length; i++) {
      if (joinSeqs[i] <= delivery.head) {
        to(users[i], delivery, !lookedUp.isEmpty() && lookedUp.contains(users[i]));
      }
    }
    for (String user : removed) {
      to(user, delivery, lookedUp.contains(user));
    }
  }

  /// Like {@link #out}, but every member is looked up past the cache: for a head that stands for several pushes.
  void outPastTheCache(Delivery delivery, CachedRoster roster) {
    for (int i = 0; i < roster.users.length; i++) {
      if (roster.joinSeqs[i] <= delivery.head) {
        toPastTheCache(roster.users[i], delivery);
      }
    }
  }

  void toPastTheCache(String user, Delivery delivery) {
    to(user, delivery, true);
  }

  /// Looks a user up past the cache, and tells every session that is found of the head.
  void afresh(String user, Delivery head) {
    lookups.fresh(user, head, null, null);
  }

  private void to(String user, Delivery delivery, boolean pastTheCache) {
    CachedSessions sessions = cache.get(user);
    if (sessions == null) {
      metrics.cacheMisses.increment();
      if (pastTheCache) {
        lookups.fresh(user, delivery, null, null);
      } else {
        lookups.join(user, delivery);
      }
      return;
    }
    metrics.cacheHits.increment();
    for (int i = 0; i < sessions.sessionIds.length; i++) {
      edges.tell(sessions.edges[i], sessions.sessionIds[i], delivery);
    }
    if (pastTheCache) {
      lookups.fresh(user, delivery.headOnly(), sessions, null);
    }
  }
}
