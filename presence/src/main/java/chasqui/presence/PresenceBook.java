package chasqui.presence;

import chasqui.link.Link.Offer;
import chasqui.link.LinkCore;
import chasqui.link.LinkOutbound;
import chasqui.presence.v1.FromPresenceItem;
import chasqui.presence.v1.Here;
import chasqui.presence.v1.Left;
import chasqui.presence.v1.Look;
import chasqui.presence.v1.PresenceHello;
import chasqui.presence.v1.Seen;
import chasqui.presence.v1.ToPresence;
import chasqui.presence.v1.ToPresenceItem;
import chasqui.presence.v1.UserPresence;
import io.grpc.Status;
import io.opentelemetry.api.metrics.Meter;
import java.time.Duration;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.locks.ReentrantLock;

/// Who is online: the thinking part of presence, without threads, clock or transport of its own.
///
/// A user is online from the first session on, whatever the device, until 60 s after the last sign of life of the last.
/// "Offline" is said only of users whom this node has known for as long: a node that has just taken over a user, or has
/// just begun, cannot know what the former one knew, so it says nothing until then. Nor does one that knows as many users
/// as it may and left out a session: of users it has come to know since, it says nothing until the edge has said all again.
///
/// Thread-safe by one lock; driven by one thread it is deterministic. Links are named by numbers above 0, given by whoever
/// drives it, never used twice.
public final class PresenceBook implements LinkCore<ToPresence> {

  private final ReentrantLock lock = new ReentrantLock();
  private final PresenceConfig config;
  private final long offlineNanos;
  private final LinkOutbound<FromPresenceItem> out;
  private final PresenceMetrics metrics;
  private final Map<Long, EdgeLink> edges = new LinkedHashMap<>();
  private final Map<String, UserState> users = new HashMap<>();
  // Without a session, and not yet said to be offline: by the time when they are. Theirs changes only while not in here.
  private final TreeSet<UserState> awaited = new TreeSet<>(UserState.BY_OFFLINE);
  private int watches;
  // Sessions were left out: of users met since, one of those may be.
  private boolean inDoubt;
  // Not before then is it over, or an edge to say all again.
  private long inDoubtNanos;
  private long nowNanos;

  public PresenceBook(PresenceConfig config, LinkOutbound<FromPresenceItem> out, Meter meter) {
    this.config = config;
    this.offlineNanos = config.offlineAfter().toNanos();
    this.out = out;
    this.metrics = new PresenceMetrics(meter);
  }

  /// How much is held now, for gauges.
  ///
  /// @param users users of whom anything is known
  /// @param watches pairs of user and edge that are to be told
  /// @param owed users that the edge which is furthest behind is still to be told of
  /// @param awaited users who may come back, or be said again, before they are offline
  public record Size(int users, int watches, int owed, int awaited) {}

  /// What came in on the link of an edge. The first item names it.
  @Override
  public void received(long link, ToPresence frame, long now) {
    locked(now, () -> {
      for (ToPresenceItem item : frame.getItemsList()) {
        EdgeLink edge = edges.get(link);
        if ((edge == null) != item.hasHello() && item.getItemCase() != ToPresenceItem.ItemCase.ITEM_NOT_SET) {
          metrics.impossible.increment();
          forget(link);
          out.end(link, Status.FAILED_PRECONDITION.withDescription("unexpected " + item.getItemCase()));
          return;
        }
        switch (item.getItemCase()) {
          case HELLO -> hello(link, item.getHello());
          case HERE -> here(edge, item.getHere());
          case LEFT -> left(edge, item.getLeft());
          case WATCH -> watch(edge, item.getWatch().getUserId());
          case UNWATCH -> unwatch(edge, item.getUnwatch().getUserId());
          case LOOK -> look(edge, item.getLook());
          // Checked before it came here; and a newer edge's item: skipped, like an unknown field.
          case VOUCH, ITEM_NOT_SET -> { }
        }
      }
    });
  }

  /// The link of an edge is no more: its sessions are unheard of from now on, unless they are said again.
  @Override
  public void broken(long link, long now) {
    locked(now, () -> forget(link));
  }

  /// Time has passed. Called about every second.
  @Override
  public void tick(long now) {
    locked(now, () -> {
      if (inDoubt && nowNanos - inDoubtNanos >= 0) {
        clearDoubt();
      }
      while (!awaited.isEmpty() && nowNanos - awaited.first().offlineAtNanos >= 0) {
        offline(awaited.pollFirst());
      }
    });
  }

  public Size size() {
    lock.lock();
    try {
      int owed = edges.values().stream().mapToInt(edge -> edge.owed.size()).max().orElse(0);
      return new Size(users.size(), watches, owed, awaited.size());
    } finally {
      lock.unlock();
    }
  }

  private void locked(long now, Runnable step) {
    lock.lock();
    try {
      nowNanos = now;
      step.run();
      edges.values().forEach(this::tell);
    } finally {
      lock.unlock();
    }
    out.flush();
  }

  private void hello(long link, PresenceHello hello) {
    for (EdgeLink other : List.copyOf(edges.values())) {
      if (other.nodeId.equals(hello.getNodeId())) {
        // It has not noticed yet that it broke.
        forget(other.link);
        out.end(other.link, Status.ABORTED.withDescription("the edge opened another link"));
      }
    }
    edges.put(link, new EdgeLink(link, hello.getNodeId()));
  }

  private void here(EdgeLink edge, Here here) {
    UserState user = known(here.getUserId());
    if (user == null) {
      metrics.dropped("users_full");
      edge.leftOut = true;
      doubt();
      return;
    }
    if (edge.sessions.putIfAbsent(here.getSessionId(), user) == null) {
      awaited.remove(user);
      user.sessions.add(new UserState.Seen(edge, here.getSessionId()));
      if (!user.online) {
        user.online = true;
        owe(user);
      }
    }
  }

  private void left(EdgeLink edge, Left left) {
    UserState user = edge.sessions.get(left.getSessionId());
    if (user != null && user.userId.equals(left.getUserId())) {
      edge.sessions.remove(left.getSessionId());
      Duration silent = Duration.ofMillis(Math.clamp(left.getSilentMs(), 0, config.offlineAfter().toMillis()));
      gone(user, new UserState.Seen(edge, left.getSessionId()), nowNanos - silent.toNanos());
    }
  }

  private void gone(UserState user, UserState.Seen session, long heardNanos) {
    user.sessions.remove(session);
    user.offlineAtNanos = Math.max(user.offlineAtNanos, heardNanos + offlineNanos);
    if (user.sessions.isEmpty()) {
      awaited.add(user);
    }
  }

  private void watch(EdgeLink edge, String userId) {
    UserState user = watches >= config.watchesMax() ? null : known(userId);
    if (user == null) {
      metrics.dropped("watches_full");
    } else if (user.watchers.add(edge)) {
      watches++;
      edge.watched.add(user);
      if (user.isKnown(nowNanos)) {
        edge.owed.add(user);
      }
    }
  }

  private void unwatch(EdgeLink edge, String userId) {
    UserState user = users.get(userId);
    if (user != null && edge.watched.remove(user)) {
      stopWatching(edge, user);
    }
  }

  /// A user of whom nothing is known has no session, if this node could know. One that has just become the owner could not,
  /// nor one that had to leave sessions out.
  private void look(EdgeLink edge, Look look) {
    UserState user = users.get(look.getUserId());
    boolean online = user != null && user.online;
    boolean isNew = look.getOwnedMs() < config.offlineAfter().toMillis();
    boolean mayBeLeftOut = inDoubt && (user == null || user.doubtful);
    Seen.Builder seen = Seen.newBuilder().setRequestId(look.getRequestId());
    if (online || !isNew && !mayBeLeftOut) {
      seen.setOnline(online);
    }
    if (out.enqueue(edge.link, FromPresenceItem.newBuilder().setSeen(seen).build()) != Offer.ACCEPTED) {
      // The edge waits for a while only.
      metrics.dropped("answer");
    }
  }

  private void stopWatching(EdgeLink edge, UserState user) {
    watches--;
    user.watchers.remove(edge);
    edge.owed.remove(user);
    forgetIfEmpty(user);
  }

  private void forget(long link) {
    EdgeLink edge = edges.remove(link);
    if (edge != null) {
      if (edge.leftOut) {
        doubt();
      }
      edge.sessions.forEach((id, user) -> gone(user, new UserState.Seen(edge, id), nowNanos));
      edge.watched.forEach(user -> stopWatching(edge, user));
    }
  }

  /// Null where as many users are known as may be.
  private UserState known(String userId) {
    UserState user = users.get(userId);
    if (user == null && users.size() < config.usersMax()) {
      user = new UserState(userId, nowNanos + offlineNanos, inDoubt);
      users.put(userId, user);
      awaited.add(user);
    }
    return user;
  }

  private void offline(UserState user) {
    if (inDoubt && user.doubtful && !user.watchers.isEmpty()) {
      user.offlineAtNanos = nowNanos + offlineNanos;
      awaited.add(user);
      return;
    }
    user.online = false;
    owe(user);
    forgetIfEmpty(user);
  }

  private void forgetIfEmpty(UserState user) {
    if (user.sessions.isEmpty() && user.watchers.isEmpty() && !user.online) {
      users.remove(user.userId);
      awaited.remove(user);
    }
  }

  private void doubt() {
    inDoubt = true;
    inDoubtNanos = nowNanos + offlineNanos;
  }

  /// Where there is room again, edges of which sessions were left out are to say all of theirs; once they had the time to,
  /// there is no doubt any more.
  private void clearDoubt() {
    List<EdgeLink> leftOut = edges.values().stream().filter(edge -> edge.leftOut).toList();
    if (leftOut.isEmpty()) {
      inDoubt = false;
    } else if (users.size() < config.usersMax()) {
      for (EdgeLink edge : leftOut) {
        forget(edge.link);
        out.end(edge.link, Status.UNAVAILABLE.withDescription("there is room again: all is to be said anew"));
      }
    }
  }

  private void owe(UserState user) {
    user.watchers.forEach(edge -> edge.owed.add(user));
  }

  private void tell(EdgeLink edge) {
    Iterator<UserState> owed = edge.owed.iterator();
    while (owed.hasNext()) {
      UserState user = owed.next();
      Offer offer = out.enqueueEphemeral(edge.link, FromPresenceItem.newBuilder()
          .setTold(UserPresence.newBuilder().setUserId(user.userId).setOnline(user.online)).build());
      if (offer != Offer.ACCEPTED) {
        return;
      }
      metrics.told.increment();
      owed.remove();
    }
  }
}
