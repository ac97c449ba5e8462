package chasqui.client.session;

import chasqui.edge.v1.Presence;
import chasqui.edge.v1.PresenceSubscription;
import com.google.protobuf.Timestamp;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/// Whom the application wants to see come and go, and how they are as far as was told. Said again on every new stream.
///
/// What an earlier stream told counts until the new one had time to tell it again; whoever is not told of by then is gone
/// like one who leaves: they may hide by now.
final class WatchList {
  /// The server takes no more.
  static final int USERS_MAX = 200;

  /// Longer than a server that has just begun says nothing of who is offline.
  static final long TELL_AGAIN_MS = 90_000;

  private static final Seen GONE = new Seen(false, Optional.empty());

  private record Seen(boolean online, Optional<Instant> last) {}

  private final Consumer<ClientEvent> events;
  private final Map<String, Seen> told = new HashMap<>();
  // Told by an earlier stream only.
  private final Set<String> untold = new HashSet<>();
  private long untoldUntilMs = Long.MAX_VALUE;
  private Set<String> users = Set.of();

  /// The stream on which the list was said last; 0 for none.
  private long saidOn;

  /// The list is to be said, whatever was said before.
  private boolean changed;

  WatchList(Consumer<ClientEvent> events) {
    this.events = events;
  }

  /// Replaces the list.
  void watch(Collection<String> wanted) {
    var next = new LinkedHashSet<String>();
    wanted.stream().filter(user -> !user.isEmpty()).limit(USERS_MAX).forEach(next::add);
    if (!next.equals(users)) {
      // An empty list needs no word on a stream where none was said.
      changed = !next.isEmpty() || saidOn != 0 || changed;
      users = next;
      told.keySet().retainAll(next);
      untold.retainAll(next);
    }
  }

  /// What to say on the newest stream, if something is due.
  Optional<PresenceSubscription> next(Stream stream, long nowMs) {
    if (!changed && (saidOn == stream.number || users.isEmpty())) {
      return Optional.empty();
    }
    if (saidOn != stream.number) {
      untold.addAll(told.keySet());
      untoldUntilMs = nowMs + TELL_AGAIN_MS;
    }
    changed = false;
    saidOn = stream.number;
    return Optional.of(PresenceSubscription.newBuilder().addAllUserIds(users).build());
  }

  void told(Presence presence) {
    if (users.contains(presence.getUserId())) {
      untold.remove(presence.getUserId());
      show(presence.getUserId(), new Seen(
          presence.getOnline(),
          presence.hasLastSeenTime() ? Optional.of(instant(presence.getLastSeenTime())) : Optional.empty()));
    }
  }

  void onTimer(long nowMs) {
    if (nowMs >= deadlineMs()) {
      untold.forEach(user -> show(user, GONE));
      untold.clear();
    }
  }

  long deadlineMs() {
    return untold.isEmpty() ? Long.MAX_VALUE : untoldUntilMs;
  }

  private void show(String userId, Seen seen) {
    if (!seen.equals(told.put(userId, seen))) {
      events.accept(new ClientEvent.PresenceChanged(userId, seen.online(), seen.last()));
    }
  }

  private static Instant instant(Timestamp time) {
    return Instant.ofEpochSecond(time.getSeconds(), time.getNanos());
  }
}
