package chasqui.edge.session;

import chasqui.edge.v1.Presence;
import chasqui.mailbox.v1.PresenceDescription;

/// Somebody whom the device may be told of, as this stream knows them; or the stream's own user.
final class PresenceFriend {

  final String userId;
  // As presence told last; null before.
  Boolean online;
  // What is stored of them; null where it is to be read, or read again.
  private PresenceDescription stored;
  private boolean asked;
  // Raised whenever an answer that is under way means nothing any more.
  private int reading;
  // As the device was told last; null before.
  Presence told;

  PresenceFriend(String userId) {
    this.userId = userId;
  }

  /// What is stored of them is out of date.
  void outdated() {
    stored = null;
    asked = false;
    reading++;
  }

  boolean isRead() {
    return stored != null;
  }

  /// It is neither known nor asked for.
  boolean isUnasked() {
    return stored == null && !asked;
  }

  /// Begins to read; the number is to be given back with the answer.
  int asks() {
    asked = true;
    return reading;
  }

  /// False where the answer is older than what is known to have changed.
  boolean answered(PresenceDescription description, int begun) {
    if (begun != reading) {
      return false;
    }
    asked = false;
    stored = description;
    return true;
  }

  /// What the stream's user is to be shown of this friend; null where nothing is. Both are read.
  Presence shownTo(PresenceFriend self) {
    Presence.Builder shown = Presence.newBuilder().setUserId(userId);
    return switch (Shown.between(self.stored.getVisibility(), stored.getVisibility())) {
      // Whoever was shown before goes as one who leaves; of others, nothing is told.
      case NOTHING -> told == null ? null : shown.build();
      case ONLINE -> shown.setOnline(online).build();
      case LAST_SEEN -> {
        if (!online && stored.getLastSeenMicros() != 0) {
          shown.setLastSeenTime(ServerFrames.timestamp(stored.getLastSeenMicros() / 1000));
        }
        yield shown.setOnline(online).build();
      }
    };
  }
}
