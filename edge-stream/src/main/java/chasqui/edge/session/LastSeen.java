package chasqui.edge.session;

import chasqui.mailbox.v1.MailboxRequest;
import chasqui.mailbox.v1.SaveLastSeen;
import java.time.Duration;

/// Stores when the device was last heard of: from time to time, and at the end. What cannot be stored now is stored next
/// time.
final class LastSeen {

  private static final long EVERY_MILLIS = Duration.ofMinutes(10).toMillis();

  private final SessionContext session;
  private long dueMillis;

  /// A new device was stored with its time; of another, the next minutes do not matter.
  LastSeen(SessionContext session, long nowMillis) {
    this.session = session;
    this.dueMillis = nowMillis + EVERY_MILLIS;
  }

  void tick(long silentMillis, long nowMillis) {
    if (nowMillis >= dueMillis) {
      dueMillis = nowMillis + EVERY_MILLIS;
      save(silentMillis);
    }
  }

  /// @param silentMillis how long nothing was heard
  void save(long silentMillis) {
    long seenMillis = session.shared.wall().millis() - silentMillis;
    var _ = session.ask(
        MailboxRequest.newBuilder().setSaveLastSeen(SaveLastSeen.newBuilder().setSeenMicros(seenMillis * 1000)),
        (response, now) -> { });
  }
}
