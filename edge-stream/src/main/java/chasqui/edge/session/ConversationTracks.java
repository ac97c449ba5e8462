package chasqui.edge.session;

import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// The tracks of a session. Settled ones stay, up to a bound, the longest unused going first, so that in steady state a
/// message costs no read.
final class ConversationTracks {

  private final int tracksMax;
  private final int idleMax;
  private Map<String, ConversationTrack> byId = Map.of();
  private ConversationTrack oldest;
  private ConversationTrack newest;
  private int idle;

  ConversationTracks(SessionLimits.Delivery limits) {
    tracksMax = limits.tracksMax();
    idleMax = limits.tracksIdleMax();
  }

  /// The track, or null.
  ConversationTrack get(String conversationId) {
    return byId.get(conversationId);
  }

  /// A new track, or null where there are as many as there may be.
  ConversationTrack create(String conversationId) {
    if (byId.size() >= tracksMax) {
      if (oldest == null) {
        return null;
      }
      drop(oldest);
    }
    if (byId.isEmpty() && !(byId instanceof HashMap)) {
      byId = new HashMap<>(4);
    }
    ConversationTrack track = new ConversationTrack(conversationId);
    byId.put(conversationId, track);
    return track;
  }

  void drop(ConversationTrack track) {
    if (byId.remove(track.conversationId, track)) {
      unlink(track);
      track.dropped = true;
    }
  }

  /// Notes whether a track is idle now.
  void idle(ConversationTrack track, boolean isIdle) {
    if (!isIdle) {
      unlink(track);
      return;
    }
    if (track.idle && track == newest) {
      return;
    }
    unlink(track);
    link(track);
    if (idle > idleMax) {
      drop(oldest);
    }
  }

  Collection<ConversationTrack> all() {
    return byId.isEmpty() ? List.of() : byId.values();
  }

  int size() {
    return byId.size();
  }

  int idleCount() {
    return idle;
  }

  private void link(ConversationTrack track) {
    track.idle = true;
    track.older = newest;
    if (newest == null) {
      oldest = track;
    } else {
      newest.newer = track;
    }
    newest = track;
    idle++;
  }

  private void unlink(ConversationTrack track) {
    if (!track.idle) {
      return;
    }
    track.idle = false;
    idle--;
    if (track.older == null) {
      oldest = track.newer;
    } else {
      track.older.newer = track.newer;
    }
    if (track.newer == null) {
      newest = track.older;
    } else {
      track.newer.older = track.older;
    }
    track.older = null;
    track.newer = null;
  }
}
