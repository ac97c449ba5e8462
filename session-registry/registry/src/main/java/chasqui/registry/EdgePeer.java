package chasqui.registry;

import java.util.LinkedHashMap;
import java.util.Map;

/// One incarnation of an edge and its sessions. Guarded by the directory's lock.
final class EdgePeer {

  /// No link: it broke, and the sessions wait to be announced again.
  static final long NO_LINK = 0;

  private final String nodeId;
  private final String incarnation;
  final Map<Long, SessionEntry> sessions = new LinkedHashMap<>();
  long link = NO_LINK;
  // Sessions are marked lost, to be removed from this moment on.
  boolean losing;
  long graceUntilNanos;

  EdgePeer(String nodeId, String incarnation) {
    this.nodeId = nodeId;
    this.incarnation = incarnation;
  }

  String nodeId() {
    return nodeId;
  }

  String incarnation() {
    return incarnation;
  }

  void lose(long graceUntil) {
    sessions.values().forEach(session -> session.lost = true);
    losing = true;
    graceUntilNanos = graceUntil;
  }
}
