package chasqui.router;

import chasqui.registry.v1.Session;
import chasqui.registry.v1.UserSessions;
import java.util.LinkedHashMap;
import java.util.Map;

/// Where users' sessions are, as far as registries said it and keep telling. Guarded by the core's lock.
///
/// "Nobody here" is never remembered. An entry lives only as long as the link to its registry, which tells of changes on
/// it; a notice changes an entry and never makes one, since the registry may have asked to forget it.
final class SessionCache {

  private final int usersMax;
  private final Edges edges;
  // In the order of their use.
  private final Map<String, CachedSessions> byUser = new LinkedHashMap<>(16, 0.75f, true);

  SessionCache(RouterConfig config, Edges edges) {
    this.usersMax = config.caches().usersMax();
    this.edges = edges;
  }

  /// Null where it is not known: nobody may be here, or anybody.
  CachedSessions get(String userId) {
    return byUser.get(userId);
  }

  /// Takes in the answer to a look-up; null where nobody is here.
  CachedSessions put(UserSessions answer, long registryLink) {
    CachedSessions sessions = read(answer, registryLink);
    if (sessions == null) {
      byUser.remove(answer.getUserId());
      return null;
    }
    byUser.put(sessions.userId, sessions);
    if (byUser.size() > usersMax) {
      byUser.remove(byUser.keySet().iterator().next());
    }
    return sessions;
  }

  /// Takes in a change.
  void notice(UserSessions change, long registryLink) {
    CachedSessions known = byUser.get(change.getUserId());
    if (known != null && known.registryLink == registryLink && known.version < change.getVersion()) {
      put(change, registryLink);
    }
  }

  /// The edge does not hold the session; the registry has yet to say so.
  void drop(String userId, EdgeTarget edge, long sessionId) {
    byUser.computeIfPresent(userId, (id, known) -> known.without(edge, sessionId));
  }

  /// Nobody tells of changes on that link any more.
  void forgetRegistry(long registryLink) {
    byUser.values().removeIf(sessions -> sessions.registryLink == registryLink);
  }

  void clear() {
    byUser.clear();
  }

  int size() {
    return byUser.size();
  }

  private CachedSessions read(UserSessions answer, long registryLink) {
    int count = answer.getSessionsCount();
    if (count == 0) {
      return null;
    }
    EdgeTarget[] targets = new EdgeTarget[count];
    long[] ids = new long[count];
    for (int i = 0; i < count; i++) {
      Session session = answer.getSessions(i);
      targets[i] = edges.target(session.getEdgeNodeId(), session.getEdgeIncarnation());
      ids[i] = session.getSessionId();
      targets[i].remember(ids[i], answer.getUserId());
    }
    return new CachedSessions(answer.getUserId(), answer.getVersion(), registryLink, targets, ids);
  }
}
