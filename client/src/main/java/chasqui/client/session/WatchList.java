package chasqui.client.session;

import chasqui.edge.v1.Presence;
import chasqui.edge.v1.PresenceSubscription;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/// Whom the application wants to see come and go, and who is online as far as was told. Said again on every new stream.
final class WatchList {
  /// The server takes no more.
  static final int USERS_MAX = 200;

  private final Consumer<ClientEvent> events;
  private final Map<String, Boolean> online = new HashMap<>();
  private Set<String> users = Set.of();

  /// The stream on which the list was said last; 0 for none.
  private long saidOn;

  WatchList(Consumer<ClientEvent> events) {
    this.events = events;
  }

  /// Replaces the list.
  void watch(Collection<String> wanted) {
    var next = new LinkedHashSet<String>();
    wanted.stream().filter(user -> !user.isEmpty()).limit(USERS_MAX).forEach(next::add);
    if (!next.equals(users)) {
      // An empty list needs no word on a stream where none was said.
      saidOn = next.isEmpty() && saidOn == 0 ? saidOn : -1;
      users = next;
      online.keySet().retainAll(next);
    }
  }

  /// What to say on the newest stream, if something is due.
  Optional<PresenceSubscription> next(Stream stream) {
    if (saidOn == stream.number || users.isEmpty() && saidOn != -1) {
      return Optional.empty();
    }
    saidOn = stream.number;
    return Optional.of(PresenceSubscription.newBuilder().addAllUserIds(users).build());
  }

  void told(Presence presence) {
    if (users.contains(presence.getUserId())) {
      var before = online.put(presence.getUserId(), presence.getOnline());
      if (before == null || before != presence.getOnline()) {
        events.accept(new ClientEvent.PresenceChanged(presence.getUserId(), presence.getOnline()));
      }
    }
  }
}
