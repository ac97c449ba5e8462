package chasqui.router;

import chasqui.router.v1.Fanout;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// One incarnation of an edge, as the place where sessions are. Guarded by the core's lock.
final class EdgeTarget {

  static final long NO_LINK = 0;
  // How far back a fan-out of the same push is looked for: look-ups answered together bring few pushes each.
  private static final int SEARCH = 16;

  /// A copy that is being put together: one entry, and the sessions that it is for.
  private record Open(Delivery delivery, Fanout.Builder fanout) {}

  final String nodeId;
  final String incarnation;
  private final int sessionsMax;
  private Map<Long, String> userBySession = new LinkedHashMap<>();
  private final List<Open> open = new ArrayList<>();
  long link = NO_LINK;
  // Something was for this edge while it had no link.
  boolean missed;

  EdgeTarget(String nodeId, String incarnation, int sessionsMax) {
    this.nodeId = nodeId;
    this.incarnation = incarnation;
    this.sessionsMax = sessionsMax;
  }

  /// Remembers whose a session is. Never wrong later: session ids are not used twice in an incarnation.
  void remember(long sessionId, String userId) {
    if (userBySession.putIfAbsent(sessionId, userId) == null && userBySession.size() > sessionsMax) {
      userBySession.remove(userBySession.keySet().iterator().next());
    }
  }

  /// Forgets whose sessions were here, and gives the room back.
  void forgetUsers() {
    userBySession = new LinkedHashMap<>();
  }

  /// Null where it is not remembered.
  String userOf(long sessionId) {
    return userBySession.get(sessionId);
  }

  int remembered() {
    return userBySession.size();
  }

  /// Names a session in the copy of this push; true where the copy is the first since the last {@link #take}.
  boolean add(Delivery delivery, long sessionId) {
    boolean first = open.isEmpty();
    for (int i = open.size() - 1; i >= Math.max(0, open.size() - SEARCH); i--) {
      if (open.get(i).delivery == delivery) {
        open.get(i).fanout.addSessionIds(sessionId);
        return first;
      }
    }
    Fanout.Builder fanout = Fanout.newBuilder()
        .setConversationId(delivery.conversationId)
        .setGeneration(delivery.generation)
        .setHead(delivery.head)
        .addSessionIds(sessionId);
    if (delivery.entry != null) {
      fanout.setEntry(delivery.entry);
    }
    open.add(new Open(delivery, fanout));
    return first;
  }

  /// The copies put together, in order.
  List<Fanout> take() {
    List<Fanout> copies = new ArrayList<>(open.size());
    open.forEach(copy -> copies.add(copy.fanout.build()));
    open.clear();
    return copies;
  }
}
