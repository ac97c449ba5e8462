package chasqui.client.session;

import chasqui.client.session.SessionBounds.AckBounds;
import chasqui.edge.v1.Ack;
import chasqui.edge.v1.Position;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;

/// What was shown and is still to be acked, and what is still to be written down. Both are cumulative per conversation,
/// so each holds one position per conversation whatever happens.
final class AckBook {
  private final AckBounds bounds;
  private final SequencedMap<String, Position> unacked = new LinkedHashMap<>();
  private final SequencedMap<String, Position> unsaved = new LinkedHashMap<>();
  private int entriesUnacked;
  private long ackAtMs = Long.MAX_VALUE;
  private long saveAtMs = Long.MAX_VALUE;
  private long syncAtMs;

  AckBook(AckBounds bounds) {
    this.bounds = bounds;
  }

  void shown(Position position, int entries, long nowMs) {
    entriesUnacked += entries;
    unacked.put(position.getConversationId(), position);
    ackAtMs = entriesUnacked >= bounds.entriesMax() ? nowMs : Math.min(ackAtMs, nowMs + bounds.delayMs());
    unsaved.put(position.getConversationId(), position);
    saveAtMs = Math.min(saveAtMs, nowMs + bounds.saveDelayMs());
  }

  /// The next ack frame, if one is due.
  Optional<Ack> nextAck(long nowMs) {
    if (unacked.isEmpty() || ackAtMs > nowMs) {
      return Optional.empty();
    }
    var ack = Ack.newBuilder();
    while (!unacked.isEmpty() && ack.getPositionsCount() < bounds.positionsMax()) {
      ack.addPositions(unacked.pollFirstEntry().getValue());
    }
    if (unacked.isEmpty()) {
      entriesUnacked = 0;
      ackAtMs = Long.MAX_VALUE;
    }
    return Optional.of(ack.build());
  }

  /// The positions to append to the store now.
  List<Position> takeUnsaved(long nowMs) {
    if (saveAtMs > nowMs) {
      return List.of();
    }
    var positions = new ArrayList<>(unsaved.values());
    unsaved.clear();
    saveAtMs = Long.MAX_VALUE;
    return positions;
  }

  /// Whether the positions taken just now are to be fsynced, rather than ride along with a later record.
  boolean takeSyncDue(long nowMs) {
    boolean due = syncAtMs <= nowMs;
    if (due) {
      syncAtMs = nowMs + bounds.syncIntervalMs();
    }
    return due;
  }

  /// Everything is due at once: the session ends.
  void hurry(long nowMs) {
    ackAtMs = nowMs;
    saveAtMs = nowMs;
    syncAtMs = nowMs;
  }

  long saveDeadlineMs() {
    return saveAtMs;
  }

  long ackDeadlineMs() {
    return unacked.isEmpty() ? Long.MAX_VALUE : ackAtMs;
  }
}
