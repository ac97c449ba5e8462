package chasqui.router;

/// Where a user's sessions are, as a registry said it. Never empty, never changed.
final class CachedSessions {

  final String userId;
  final long version;
  // The link to the registry that said it, and tells of changes.
  final long registryLink;
  final EdgeTarget[] edges;
  final long[] sessionIds;

  CachedSessions(String userId, long version, long registryLink, EdgeTarget[] edges, long[] sessionIds) {
    this.userId = userId;
    this.version = version;
    this.registryLink = registryLink;
    this.edges = edges;
    this.sessionIds = sessionIds;
  }

  boolean names(EdgeTarget edge, long sessionId) {
    for (int i = 0; i < sessionIds.length; i++) {
      if (sessionIds[i] == sessionId && edges[i] == edge) {
        return true;
      }
    }
    return false;
  }

  /// Without one session; null where none is left.
  CachedSessions without(EdgeTarget edge, long sessionId) {
    int left = sessionIds.length - (names(edge, sessionId) ? 1 : 0);
    if (left == sessionIds.length) {
      return this;
    }
    if (left == 0) {
      return null;
    }
    EdgeTarget[] otherEdges = new EdgeTarget[left];
    long[] otherIds = new long[left];
    int next = 0;
    for (int i = 0; i < sessionIds.length; i++) {
      if (sessionIds[i] != sessionId || edges[i] != edge) {
        otherEdges[next] = edges[i];
        otherIds[next++] = sessionIds[i];
      }
    }
    return new CachedSessions(userId, version, registryLink, otherEdges, otherIds);
  }
}
