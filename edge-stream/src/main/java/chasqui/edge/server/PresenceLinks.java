package chasqui.edge.server;

import chasqui.discovery.MembershipView;
import chasqui.discovery.NodeRecord;
import chasqui.discovery.Role;
import chasqui.discovery.Slots;
import chasqui.edge.session.PresencePort;
import chasqui.edge.session.RegistryPort;
import chasqui.edge.session.SessionEvent;
import chasqui.edge.session.Signal;
import chasqui.presence.v1.PresenceHello;
import chasqui.presence.v1.UserPresence;
import io.grpc.Channel;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;

/// Presence as this edge has to do with it: which of its sessions are of whom, and who of them wants to be told of whom.
/// Each user is said and watched once, at the owner of the user's slot; whenever a link is open again or another node owns
/// the slot, again. Thread-safe by one lock, under which things are only queued.
final class PresenceLinks implements PresencePort {

  /// A user who is here, or watched from here.
  private static final class User {
    final String userId;
    final Set<Long> sessions = new HashSet<>(2);
    final Set<Long> watchers = new HashSet<>(2);
    // As told last; null where nothing was, or the owner has changed since.
    Boolean online;
    PresenceLink at;

    User(String userId) {
      this.userId = userId;
    }
  }

  private final ReentrantLock lock = new ReentrantLock();
  private final Slots slots;
  private final SessionTable table;
  private final Map<String, User> users = new HashMap<>();
  private final Map<Long, Set<String>> watchedBy = new HashMap<>();
  private final Peers<PresenceLink> peers;

  PresenceLinks(
      Slots slots, SessionTable table, PresenceHello hello, Function<NodeRecord, Channel> channels, LinkTimers timers) {
    this.slots = slots;
    this.table = table;
    PresenceLink.Events events = new LinkEvents();
    this.peers = new Peers<>(
        Role.REGISTRY, node -> new PresenceLink(node, channels.apply(node), hello, events, timers), this::moved);
  }

  void view(MembershipView view) {
    peers.view(view);
  }

  void close() {
    peers.close();
  }

  /// Users watched for sessions of this edge.
  int watched() {
    lock.lock();
    try {
      return (int) users.values().stream().filter(user -> !user.watchers.isEmpty()).count();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void here(RegistryPort.Card card) {
    locked(() -> {
      User user = user(card.userId());
      if (user.sessions.add(card.sessionId()) && user.at != null) {
        user.at.here(user.userId, card.sessionId());
      }
    });
  }

  @Override
  public void left(RegistryPort.Card card, long silentMillis) {
    locked(() -> {
      User user = users.get(card.userId());
      if (user != null && user.sessions.remove(card.sessionId()) && user.at != null) {
        user.at.left(user.userId, card.sessionId(), silentMillis);
      }
      forgetIfEmpty(user);
    });
  }

  @Override
  public void watch(long sessionId, Set<String> userIds) {
    locked(() -> {
      Set<String> before = userIds.isEmpty() ? watchedBy.remove(sessionId) : watchedBy.put(sessionId, userIds);
      Set<String> gone = before == null ? new LinkedHashSet<>() : new LinkedHashSet<>(before);
      for (String userId : userIds) {
        if (!gone.remove(userId)) {
          begin(sessionId, user(userId));
        }
      }
      gone.forEach(userId -> end(sessionId, users.get(userId)));
    });
  }

  private void begin(long sessionId, User user) {
    if (user.watchers.isEmpty() && user.at != null) {
      user.at.watch(user.userId);
    }
    user.watchers.add(sessionId);
    if (user.online != null) {
      tell(List.of(sessionId), user);
    }
  }

  private void end(long sessionId, User user) {
    if (user != null && user.watchers.remove(sessionId) && user.watchers.isEmpty()) {
      user.online = null;
      if (user.at != null) {
        user.at.unwatch(user.userId);
      }
    }
    forgetIfEmpty(user);
  }

  /// The user, known from now on at the least.
  private User user(String userId) {
    return users.computeIfAbsent(userId, id -> {
      User user = new User(id);
      user.at = owner(user);
      return user;
    });
  }

  private void forgetIfEmpty(User user) {
    if (user != null && user.sessions.isEmpty() && user.watchers.isEmpty()) {
      users.remove(user.userId);
    }
  }

  private PresenceLink owner(User user) {
    return peers().owner(slots.of(user.userId));
  }

  private Peers<PresenceLink> peers() {
    return peers;
  }

  /// Owners may have changed: users of another node now are said and watched there. The former one hears of them no more,
  /// and has nobody left to tell.
  private void moved() {
    locked(() -> {
      for (User user : users.values()) {
        PresenceLink owner = owner(user);
        if (owner != null && owner != user.at) {
          PresenceLink before = user.at;
          if (before != null) {
            user.sessions.forEach(session -> before.left(user.userId, session, 0));
            before.unwatch(user.userId);
          }
          user.at = owner;
          say(user);
        }
      }
    });
  }

  private void say(User user) {
    user.sessions.forEach(session -> user.at.here(user.userId, session));
    if (!user.watchers.isEmpty()) {
      user.at.watch(user.userId);
    }
  }

  private void tell(List<Long> sessionIds, User user) {
    SessionEvent event = SessionEvent.Told.of(user.userId, user.online);
    for (long sessionId : sessionIds) {
      GrpcStream stream = table.get(sessionId);
      if (stream != null) {
        stream.post(event);
        stream.post(Signal.END_OF_BATCH);
      }
    }
  }

  private void locked(Runnable step) {
    lock.lock();
    try {
      step.run();
    } finally {
      lock.unlock();
    }
    peers().all().forEach(PresenceLink::flush);
  }

  private final class LinkEvents implements PresenceLink.Events {

    @Override
    public void changed() {
      peers().refresh();
    }

    @Override
    public void opened(PresenceLink link) {
      locked(() -> users.values().stream().filter(user -> user.at == link).forEach(PresenceLinks.this::say));
    }

    @Override
    public void told(UserPresence presence) {
      locked(() -> {
        User user = users.get(presence.getUserId());
        if (user != null && !user.watchers.isEmpty()) {
          user.online = presence.getOnline();
          tell(new ArrayList<>(user.watchers), user);
        }
      });
    }
  }
}
