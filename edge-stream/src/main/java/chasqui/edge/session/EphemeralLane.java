package chasqui.edge.session;

import chasqui.edge.session.SessionMetrics.EphemeralDrop;
import chasqui.edge.v1.ServerFrame;
import chasqui.link.Allowance;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/// What may be dropped, on its way to the device: the newest state of each thing told of, never a queue of its changes.
/// Written only when the sink is ready and nothing durable could be written instead.
final class EphemeralLane {

  private record Waiting(ServerFrame frame, long staleMillis) {}

  private final SessionContext session;
  private final int heldMax;
  private final long freshMillis;
  private final Allowance written;
  // In the order in which they came; null while nothing waits.
  private Map<String, Waiting> waiting;

  /// @param heldMax states that may wait; beyond, one more is dropped
  /// @param freshMillis how long a state may wait
  /// @param perSecond states written, in the long run and at once
  EphemeralLane(SessionContext session, int heldMax, long freshMillis, int perSecond, long nowMillis) {
    this.session = session;
    this.heldMax = heldMax;
    this.freshMillis = freshMillis;
    this.written = new Allowance(perSecond / 1e3, perSecond, nowMillis);
  }

  /// Takes a state in; written at the next pump. False where it was dropped instead.
  boolean told(SessionEvent.Told told, long nowMillis) {
    if (waiting == null) {
      waiting = new LinkedHashMap<>();
    }
    if (waiting.size() >= heldMax && !waiting.containsKey(told.about())) {
      dropStale(nowMillis);
    }
    if (waiting.size() >= heldMax && !waiting.containsKey(told.about())) {
      session.metrics().ephemeralDropped(EphemeralDrop.LANE_FULL);
      return false;
    }
    if (waiting.put(told.about(), new Waiting(told.frame(), nowMillis + freshMillis)) != null) {
      session.metrics().ephemeralDropped(EphemeralDrop.COALESCED);
    }
    return true;
  }

  /// Drops what waits, except what is about these.
  void retain(Set<String> about) {
    if (waiting != null) {
      waiting.keySet().removeIf(other -> dropIf(!about.contains(other)));
    }
  }

  /// Writes what may be written; to be called after everything durable had its turn.
  void pump(long nowMillis) {
    if (waiting == null) {
      return;
    }
    dropStale(nowMillis);
    Iterator<Waiting> next = waiting.values().iterator();
    while (next.hasNext() && session.out.isReady() && written.take(nowMillis)) {
      session.out.write(next.next().frame, nowMillis);
      session.metrics().ephemeralWritten();
      next.remove();
    }
    if (waiting.isEmpty()) {
      waiting = null;
    }
  }

  private void dropStale(long nowMillis) {
    waiting.values().removeIf(old -> dropIf(nowMillis - old.staleMillis >= 0));
  }

  private boolean dropIf(boolean meaningless) {
    if (meaningless) {
      session.metrics().ephemeralDropped(EphemeralDrop.STALE);
    }
    return meaningless;
  }

  int held() {
    return waiting == null ? 0 : waiting.size();
  }
}
