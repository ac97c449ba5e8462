package chasqui.edge.server;

import chasqui.discovery.MembershipView;
import chasqui.discovery.NodeRecord;
import chasqui.discovery.Role;
import chasqui.discovery.Slots;
import chasqui.edge.session.PresencePort;
import chasqui.edge.session.RegistryPort;
import chasqui.edge.session.SessionEvent;
import chasqui.edge.session.Signal;
import chasqui.link.ChannelFactory;
import chasqui.link.LinkLimits;
import chasqui.link.Ticker;
import chasqui.presence.v1.PresenceHello;
import chasqui.presence.v1.UserPresence;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/// Presence as this edge has to do with it: which of its sessions are of whom, and who of them wants to be told of whom.
/// Each user is said and watched once, at the owner of the user's slot; whenever a link is open again or another node owns
/// the slot, again, in shares ([PresenceBacklog]). Thread-safe by one lock, under which things are only queued.
final class PresenceLinks implements PresencePort {

  // What may be said of backlogs: eight shares each 100 ms, 80,000 things a second and link. A full edge is through long
  // before the 60 s in which no node says "offline" of users who are new to it.
  private static final Duration BACKLOG_EVERY = Duration.ofMillis(100);
  private static final int SHARES_MAX = 8;
  // Sessions that read anew in that time: 1,000 a second, so that owners are not asked about everybody at once.
  private static final int UNSURE_SHARE = 100;

  private final ReentrantLock lock = new ReentrantLock();
  private final Slots slots;
  private final SessionTable table;
  private final LongSupplier nanoTime;
  private final Map<String, PresenceUser> users = new HashMap<>();
  private final Map<Long, Set<String>> watchedBy = new HashMap<>();
  // The nodes that own slots between them, and since when nothing has changed in that.
  private Collection<PresenceLink> owners = List.of();
  private long ownersNanos;
  // Sessions that are to read anew what those show whom they watch.
  private final LinkedHashSet<Long> unsure = new LinkedHashSet<>();
  private final Peers<PresenceLink> peers;
  private final Ticker backlogs;

  PresenceLinks(
      Slots slots, SessionTable table, PresenceHello hello, ChannelFactory channels, LinkLimits limits,
      LinkTimers timers) {
    this.slots = slots;
    this.table = table;
    this.nanoTime = timers.nanoTime();
    this.ownersNanos = nanoTime.getAsLong();
    PresenceLink.Events events = new LinkEvents();
    this.peers = new Peers<>(
        Role.REGISTRY, node -> new PresenceLink(node, channels.open(node), hello, events, limits, timers), this::moved);
    this.backlogs = new Ticker(timers.scheduler(), BACKLOG_EVERY, this::catchUp);
    backlogs.start();
  }

  void view(MembershipView view) {
    peers.view(view);
  }

  void close() {
    backlogs.close();
    peers.close();
  }

  /// Whether a user is online now; empty where it is not known. Answered exactly once, on any thread.
  void look(String userId, Consumer<Optional<Boolean>> answer) {
    PresenceLink owner = owner(userId);
    if (owner == null) {
      answer.accept(Optional.empty());
    } else {
      owner.look(userId, ownedMillis(), answer);
    }
  }

  private long ownedMillis() {
    lock.lock();
    try {
      return (nanoTime.getAsLong() - ownersNanos) / 1_000_000;
    } finally {
      lock.unlock();
    }
  }

  /// Looks that wait at the node that is furthest behind.
  int looksWaiting() {
    return peers.all().stream().mapToInt(PresenceLink::looksWaiting).max().orElse(0);
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

  /// What a user shows was stored anew: told to the sessions that watch them, and to their own.
  void visibilityStored(String userId) {
    locked(() -> {
      PresenceUser user = users.get(userId);
      if (user != null) {
        SessionEvent.Handed event = new SessionEvent.VisibilityChanged(userId);
        user.watchers.forEach(sessionId -> hand(sessionId, event));
        user.sessions.forEach(sessionId -> hand(sessionId, event));
      }
    });
  }

  /// That may have happened unheard: whoever watches reads anew, in their turn.
  void visibilitiesMissed() {
    locked(() -> unsure.addAll(watchedBy.keySet()));
  }

  private void catchUp() {
    locked(() -> {
      for (int i = 0; i < UNSURE_SHARE && !unsure.isEmpty(); i++) {
        hand(unsure.removeFirst(), new SessionEvent.VisibilityChanged(""));
      }
    });
    long nowNanos = nanoTime.getAsLong();
    peers.all().forEach(link -> link.expire(nowNanos));
    sayBacklogs();
  }

  @Override
  public void here(RegistryPort.Card card) {
    locked(() -> {
      PresenceUser user = user(card.userId());
      if (user.sessions.add(card.sessionId()) && user.said) {
        user.at.here(user.userId, card.sessionId());
      }
    });
  }

  @Override
  public void left(RegistryPort.Card card, long silentMillis) {
    locked(() -> {
      PresenceUser user = users.get(card.userId());
      if (user != null && user.sessions.remove(card.sessionId()) && user.said) {
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

  private void begin(long sessionId, PresenceUser user) {
    if (user.watchers.isEmpty() && user.said) {
      user.at.watch(user.userId);
    }
    user.watchers.add(sessionId);
    if (user.online != null) {
      tell(List.of(sessionId), user);
    }
  }

  private void end(long sessionId, PresenceUser user) {
    if (user != null && user.watchers.remove(sessionId) && user.watchers.isEmpty()) {
      user.online = null;
      if (user.said) {
        user.at.unwatch(user.userId);
      }
    }
    forgetIfEmpty(user);
  }

  /// The user, known from now on at the least.
  private PresenceUser user(String userId) {
    return users.computeIfAbsent(userId, id -> {
      PresenceUser user = new PresenceUser(id);
      user.at = owner(id);
      // There is nothing to say of them yet.
      user.said = user.at != null;
      return user;
    });
  }

  private void forgetIfEmpty(PresenceUser user) {
    if (user != null && user.sessions.isEmpty() && user.watchers.isEmpty()) {
      users.remove(user.userId);
      if (user.at != null) {
        user.at.backlog().forget(user);
      }
    }
  }

  private PresenceLink owner(String userId) {
    return peers.owner(slots.of(userId));
  }

  /// Owners may have changed: users of another node now are said and watched there. The former one hears of them no more,
  /// and has nobody left to tell.
  private void moved() {
    locked(() -> {
      Collection<PresenceLink> now = peers.owners();
      if (!now.equals(owners)) {
        owners = now;
        ownersNanos = nanoTime.getAsLong();
      }
      for (PresenceUser user : users.values()) {
        PresenceLink owner = owner(user.userId);
        if (owner != null && owner != user.at) {
          if (user.at != null) {
            user.at.backlog().movedAway(user);
          }
          user.at = owner;
          user.online = null;
          owner.backlog().add(user);
        }
      }
    });
    sayBacklogs();
  }

  /// Says what is left of backlogs, as far as links take it and not for too long. Written after each share: the lock is
  /// held for few things at a time.
  private void sayBacklogs() {
    boolean said = true;
    for (int share = 0; said && share < SHARES_MAX; share++) {
      said = sayShares();
    }
  }

  private boolean sayShares() {
    lock.lock();
    try {
      boolean said = false;
      for (PresenceLink link : peers.all()) {
        said |= link.backlog().sayShare();
      }
      return said;
    } finally {
      lock.unlock();
      flush();
    }
  }

  private void tell(List<Long> sessionIds, PresenceUser user) {
    SessionEvent.Handed event = SessionEvent.Told.of(user.userId, user.online);
    sessionIds.forEach(sessionId -> hand(sessionId, event));
  }

  private void hand(long sessionId, SessionEvent.Handed event) {
    GrpcStream stream = table.get(sessionId);
    if (stream != null) {
      stream.post(event);
      stream.post(Signal.END_OF_BATCH);
    }
  }

  private void locked(Runnable step) {
    lock.lock();
    try {
      step.run();
    } finally {
      lock.unlock();
    }
    flush();
  }

  private void flush() {
    peers.all().forEach(PresenceLink::flush);
  }

  private final class LinkEvents implements PresenceLink.Events {

    @Override
    public void changed() {
      peers.refresh();
    }

    @Override
    public void opened(PresenceLink link) {
      locked(() -> {
        link.backlog().opened();
        ownersNanos = nanoTime.getAsLong();
        users.values().stream().filter(user -> user.at == link).forEach(link.backlog()::add);
      });
      sayBacklogs();
    }

    @Override
    public void told(PresenceLink link, UserPresence presence) {
      locked(() -> {
        PresenceUser user = users.get(presence.getUserId());
        // A former owner may not have heard yet that it is none.
        if (user != null && user.at == link && !user.watchers.isEmpty()) {
          user.online = presence.getOnline();
          tell(new ArrayList<>(user.watchers), user);
        }
      });
    }
  }
}
