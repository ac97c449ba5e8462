package chasqui.router;

import chasqui.error.v1.Reason;
import chasqui.link.Allowance;
import chasqui.mailbox.v1.MailboxResponse;
import chasqui.router.v1.FromRouterItem;
import chasqui.router.v1.TypingSignalled;
import chasqui.router.v1.TypingTold;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/// Brings "somebody types" to the sessions of the other members. Nothing of it is stored, repaired or answered: what
/// comes too often, or finds no room, is dropped and counted. Guarded by the core's lock.
///
/// Who may signal is decided by a roster that was read of the owner lately, or by a newer one that a push brought: so who
/// lost the membership is heard and told no more after [RouterConfig.Typing#rosterAge], even where pushes were lost. Until
/// an old roster is read again it still says whose signals are worth keeping.
final class TypingLane {

  /// What typing uses of the rest.
  record Wiring(RosterCache rosters, EphemeralFanOut fanOut) {}

  // Signals of one conversation that wait for its roster: who types while it is read, and few more.
  private static final int HELD_MAX = 8;

  private record Last(boolean typing, long atNanos) {}

  /// A conversation in which somebody types.
  private static final class Room {
    final String conversationId;
    final Allowance told;
    // What was told last of each member; of others nothing is kept when the roster is read.
    final Map<String, Last> last = new HashMap<>(4);
    final Map<String, Boolean> held = new LinkedHashMap<>(4);
    CachedRoster roster;
    long readAtNanos;
    long usedAtNanos;
    boolean reading;

    Room(String conversationId, Allowance told) {
      this.conversationId = conversationId;
      this.told = told;
    }
  }

  private final RouterConfig.Typing config;
  private final RouterMetrics metrics;
  private final CoreClock clock;
  private final Wiring wiring;
  private final RosterReader reader;
  // In the order of their use.
  private final Map<String, Room> rooms = new LinkedHashMap<>(16, 0.75f, true);

  TypingLane(RouterConfig config, RouterMetrics metrics, CoreClock clock, Wiring wiring, RosterReader reader) {
    this.config = config.typing();
    this.metrics = metrics;
    this.clock = clock;
    this.wiring = wiring;
    this.reader = reader;
  }

  void signalled(TypingSignalled signal) {
    Room room = rooms.computeIfAbsent(signal.getConversationId(), id -> new Room(
        id, new Allowance(config.perSecond() / 1e9, config.burst(), clock.nowNanos)));
    room.usedAtNanos = clock.nowNanos;
    if (rooms.size() > config.conversationsMax()) {
      rooms.remove(rooms.keySet().iterator().next());
    }
    CachedRoster roster = rosterOf(room);
    if (roster != null && clock.nowNanos - room.readAtNanos < config.rosterAge().toNanos()) {
      tell(room, roster, signal.getUserId(), signal.getTyping());
    } else {
      hold(room, roster, signal);
      read(room);
    }
  }

  /// Keeps a signal until the roster is read. Where there is no room, members by the old one go first.
  private void hold(Room room, CachedRoster old, TypingSignalled signal) {
    String userId = signal.getUserId();
    if (room.held.size() >= HELD_MAX && !room.held.containsKey(userId)) {
      metrics.typingDropped("roster_unknown");
      Optional<String> stranger = old == null || !old.has(userId)
          ? Optional.empty()
          : room.held.keySet().stream().filter(user -> !old.has(user)).findFirst();
      if (stranger.isEmpty()) {
        return;
      }
      room.held.remove(stranger.get());
    }
    room.held.put(userId, signal.getTyping());
  }

  /// The newest that is known, however old; null for none.
  private CachedRoster rosterOf(Room room) {
    CachedRoster pushed = wiring.rosters.get(room.conversationId);
    return room.roster != null && pushed != null && pushed.rosterSeq > room.roster.rosterSeq ? pushed : room.roster;
  }

  private void read(Room room) {
    if (room.reading) {
      return;
    }
    room.reading = true;
    metrics.rosterReads.increment();
    Reason refused = reader.read(room.conversationId, answer -> rosterRead(room, answer));
    if (refused != Reason.REASON_UNSPECIFIED) {
      forget(room);
    }
  }

  private void rosterRead(Room room, Answer answer) {
    room.reading = false;
    if (!(answer instanceof Answer.Given(MailboxResponse response)) || !response.hasRoster()) {
      // No such conversation, or no owner in reach: a signal would be of no use later.
      forget(room);
      return;
    }
    room.roster = new CachedRoster(
        room.conversationId, 0, response.getRoster().getRosterSeq(), response.getRoster().getMembersList());
    room.readAtNanos = clock.nowNanos;
    Map<String, Boolean> held = new LinkedHashMap<>(room.held);
    room.held.clear();
    CachedRoster roster = rosterOf(room);
    room.last.keySet().removeIf(user -> !roster.has(user));
    held.forEach((user, typing) -> tell(room, roster, user, typing));
  }

  private void forget(Room room) {
    room.held.forEach((user, typing) -> metrics.typingDropped("roster_unknown"));
    room.held.clear();
    rooms.remove(room.conversationId, room);
  }

  private void tell(Room room, CachedRoster roster, String userId, boolean typing) {
    Last last = room.last.get(userId);
    // Membership first: who is not a member changes nothing for those who are.
    if (!roster.has(userId)) {
      room.last.remove(userId);
      metrics.typingDropped("not_member");
    } else if (roster.users.length > config.membersMax()) {
      metrics.typingDropped("large_group");
    } else if (last != null && last.typing == typing && clock.nowNanos - last.atNanos < config.repeat().toNanos()) {
      metrics.typingDropped("coalesced");
    } else if (!room.told.take(clock.nowNanos)) {
      metrics.typingDropped("conversation_budget");
    } else {
      room.last.put(userId, new Last(typing, clock.nowNanos));
      TypingTold told = TypingTold.newBuilder()
          .setConversationId(room.conversationId).setUserId(userId).setTyping(typing).build();
      wiring.fanOut.tellOthers(roster.users, userId, new EphemeralFanOut.Word(
          sessionIds -> FromRouterItem.newBuilder().setTyping(told.toBuilder().addAllSessionIds(sessionIds)).build(),
          metrics.typingTold, metrics::typingDropped));
    }
  }

  /// Forgets where nobody types any more.
  void tick() {
    Iterator<Room> eldest = rooms.values().iterator();
    while (eldest.hasNext()) {
      Room room = eldest.next();
      if (clock.nowNanos - room.usedAtNanos < config.rosterAge().toNanos()) {
        break;
      }
      eldest.remove();
    }
  }

  int size() {
    return rooms.size();
  }
}
