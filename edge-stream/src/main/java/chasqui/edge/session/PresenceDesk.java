package chasqui.edge.session;

import chasqui.edge.v1.Presence;
import chasqui.edge.v1.PresenceSubscription;
import chasqui.link.Allowance;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/// Presence on one stream: that the user is here, and whom the device is told of.
///
/// Whoever may be seen at all ({@link PresenceCheck}) is watched, and judged anew at each subscription. What they and the
/// own user have chosen to show is read before the first thing told, again before each "offline", which tells when they
/// were last seen, and whenever it has changed; until it is read, nothing is told.
final class PresenceDesk {

  // As the schema has it.
  private static final int WATCHED_MAX = 200;
  // Questions about users under way at a time.
  private static final int ASKED_MAX = 8;

  private final SessionContext session;
  private final PresencePort port;
  private final RegistryPort.Card card;
  private final PresenceCheck check;
  private final Allowance subscriptions;
  private final EphemeralLane lane;
  // The newest subscription that did not have its turn; null where there is none.
  private PresenceSubscription next;
  private final Deque<String> unjudged = new ArrayDeque<>();
  // Of those in the newest list: who may be seen.
  private final Map<String, PresenceFriend> friends = new LinkedHashMap<>();
  // What the own user shows, which is also what they are told at the most.
  private final PresenceFriend self;
  // Friends, and the own user, of whom is to be read what is stored.
  private final LinkedHashSet<String> unread = new LinkedHashSet<>();
  // Raised by each subscription: a verdict for an older one means nothing.
  private int round;
  private int judging;
  private int reading;
  // Somebody may be seen who is not watched yet.
  private boolean grown;
  private boolean watching;
  private long retryMillis;

  PresenceDesk(SessionContext session, PresencePort port, RegistryPort.Card card, long nowMillis) {
    SessionLimits.Ephemeral limits = session.limits().ephemeral();
    int perMinute = limits.subscriptionsPerMinute();
    this.session = session;
    this.port = port;
    this.card = card;
    this.check = new PresenceCheck((request, answer) -> session.ask(request, answer) == RouterPort.Taken.TAKEN);
    this.self = new PresenceFriend(card.userId());
    this.retryMillis = nowMillis;
    this.subscriptions = new Allowance(perMinute / 60e3, perMinute, nowMillis);
    // The newest state of a user never grows old.
    this.lane = new EphemeralLane(session, WATCHED_MAX, Long.MAX_VALUE / 2, limits.writtenPerSecond(), nowMillis);
  }

  /// The session stands.
  void begin() {
    port.here(card);
  }

  void end(long silentMillis) {
    if (watching) {
      port.watch(card.sessionId(), Set.of());
    }
    port.left(card, silentMillis);
  }

  /// A list that comes too soon after others has its turn later; only the newest does.
  void subscribed(PresenceSubscription subscription) {
    next = subscription;
  }

  void told(SessionEvent.Told event, long nowMillis) {
    boolean online = event.frame().getPresence().getOnline();
    PresenceFriend friend = friends.get(event.about());
    if (friend == null || (friend.online != null && friend.online == online)) {
      return;
    }
    friend.online = online;
    if (!online) {
      outdated(friend);
    }
    show(friend, nowMillis);
  }

  /// What a user shows has changed.
  ///
  /// @param userId whose; empty where it may be anybody's
  void visibilityChanged(String userId) {
    if (userId.isEmpty()) {
      outdated(self);
      friends.values().forEach(this::outdated);
    } else if (known(userId) != null) {
      outdated(known(userId));
    }
  }

  void pump(long nowMillis) {
    if (next != null && subscriptions.take(nowMillis)) {
      begin(next);
      next = null;
    }
    while (!unread.isEmpty() && mayAsk(nowMillis)) {
      read(unread.removeFirst(), nowMillis);
    }
    while (!unjudged.isEmpty() && mayAsk(nowMillis)) {
      judge(unjudged.remove(), nowMillis);
    }
    if (grown && judging == 0) {
      watch();
    }
    lane.pump(nowMillis);
  }

  private boolean mayAsk(long nowMillis) {
    return judging + reading < ASKED_MAX && nowMillis - retryMillis >= 0;
  }

  private void begin(PresenceSubscription subscription) {
    round++;
    Set<String> wanted = new LinkedHashSet<>();
    subscription.getUserIdsList().stream().limit(WATCHED_MAX).forEach(wanted::add);
    wanted.remove(card.userId());
    unjudged.clear();
    // Judged anew, so that a conversation that came or went since counts; and so does what they show.
    unjudged.addAll(wanted);
    if (friends.keySet().retainAll(wanted)) {
      shrunk();
    }
    visibilityChanged("");
  }

  /// Who may not be shown any more is told of no more from now on, and anew once that changes again: the port tells
  /// whenever a watch begins.
  private void shrunk() {
    lane.retain(friends.keySet());
    watch();
  }

  private void watch() {
    grown = false;
    watching = !friends.isEmpty();
    port.watch(card.sessionId(), new LinkedHashSet<>(friends.keySet()));
  }

  private void judge(String userId, long nowMillis) {
    int asked = round;
    judging++;
    check.judge(userId, nowMillis, (verdict, now) -> {
      judging--;
      if (asked != round) {
        return;
      }
      switch (verdict) {
        case MAY_SEE -> grown |= friends.putIfAbsent(userId, new PresenceFriend(userId)) == null;
        case MAY_NOT -> {
          if (friends.remove(userId) != null) {
            shrunk();
          }
        }
        case LATER -> {
          unjudged.add(userId);
          retryLater(now);
        }
      }
    });
  }

  private void read(String userId, long nowMillis) {
    PresenceFriend friend = known(userId);
    if (friend == null) {
      return;
    }
    int begun = friend.asks();
    reading++;
    check.describe(userId, nowMillis, (description, now) -> {
      reading--;
      if (known(userId) != friend || !friend.answered(description, begun)) {
        return;
      }
      if (description == null) {
        unread.add(userId);
        retryLater(now);
      } else if (friend == self) {
        friends.values().forEach(other -> show(other, now));
      } else {
        show(friend, now);
      }
    });
  }

  /// One of the friends, or the own user; null where it is nobody.
  private PresenceFriend known(String userId) {
    return userId.equals(self.userId) ? self : friends.get(userId);
  }

  private void outdated(PresenceFriend friend) {
    friend.outdated();
    // While presence has told nothing, nothing could be shown.
    if (friend == self ? friends.values().stream().anyMatch(other -> other.online != null) : friend.online != null) {
      unread.add(friend.userId);
    }
  }

  private void show(PresenceFriend friend, long nowMillis) {
    if (friend.online == null) {
      return;
    }
    if (!friend.isRead() || !self.isRead()) {
      ask(friend);
      ask(self);
      return;
    }
    Presence shown = friend.shownTo(self);
    if (shown != null && !shown.equals(friend.told) && lane.told(SessionEvent.Told.of(shown), nowMillis)) {
      friend.told = shown;
    }
  }

  private void ask(PresenceFriend friend) {
    if (friend.isUnasked()) {
      unread.add(friend.userId);
    }
  }

  private void retryLater(long nowMillis) {
    retryMillis = nowMillis + session.limits().timing().retryMax().toMillis();
  }
}
