package chasqui.router;

import chasqui.error.v1.Reason;
import chasqui.link.Allowance;
import chasqui.link.Link.Offer;
import chasqui.mailbox.v1.MailboxResponse;
import chasqui.router.v1.FromRouterItem;
import chasqui.router.v1.TypingSignalled;
import chasqui.router.v1.TypingTold;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/// Brings "somebody types" to the sessions of the other members. Nothing of it is stored, repaired or answered: what
/// comes too often, or finds no room, is dropped and counted. Guarded by the core's lock.
///
/// Who may signal is decided by a roster that was read of the owner lately, or by a newer one that a push brought: so who
/// lost the membership is heard and told no more after [RouterConfig.Typing#rosterAge], even where pushes were lost.
final class TypingLane {

  /// Asks the owner of a conversation for its roster; unspecified where it was asked, in which case the callback is
  /// called once.
  interface RosterReader {
    Reason read(String conversationId, Consumer<Answer> answer);
  }

  /// What typing uses of the rest.
  record Wiring(SessionCache sessions, Lookups lookups, RosterCache rosters) {}

  // Signals of one conversation that wait for its roster: who types while it is read, and few more.
  private static final int HELD_MAX = 8;

  private record Last(boolean typing, long atNanos) {}

  /// A conversation in which somebody types.
  private static final class Room {
    final String conversationId;
    final Allowance told;
    // What was told last of each member; bounded by the members.
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
  private final RouterOutbound out;
  private final RouterMetrics metrics;
  private final CoreClock clock;
  private final Wiring wiring;
  private final RosterReader reader;
  // In the order of their use.
  private final Map<String, Room> rooms = new LinkedHashMap<>(16, 0.75f, true);
  // Users who were nowhere, and until when that is not asked again. For messages it is never remembered.
  private final Map<String, Long> absent = new LinkedHashMap<>();

  TypingLane(
      RouterConfig config, RouterOutbound out, RouterMetrics metrics, CoreClock clock, Wiring wiring, RosterReader reader) {
    this.config = config.typing();
    this.out = out;
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
    if (roster != null) {
      tell(room, roster, signal.getUserId(), signal.getTyping());
    } else if (room.held.size() >= HELD_MAX && !room.held.containsKey(signal.getUserId())) {
      metrics.typingDropped("roster_unknown");
    } else {
      room.held.put(signal.getUserId(), signal.getTyping());
      read(room);
    }
  }

  /// Null where it has to be read first.
  private CachedRoster rosterOf(Room room) {
    if (room.roster == null || clock.nowNanos - room.readAtNanos >= config.rosterAge().toNanos()) {
      return null;
    }
    CachedRoster pushed = wiring.rosters.get(room.conversationId);
    return pushed != null && pushed.rosterSeq > room.roster.rosterSeq ? pushed : room.roster;
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
    if (!Arrays.asList(roster.users).contains(userId)) {
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
      tellOthers(TypingTold.newBuilder()
          .setConversationId(room.conversationId).setUserId(userId).setTyping(typing).build(), roster);
    }
  }

  private void tellOthers(TypingTold told, CachedRoster roster) {
    List<CachedSessions> known = new ArrayList<>(roster.users.length);
    for (String user : roster.users) {
      CachedSessions sessions = user.equals(told.getUserId()) ? null : wiring.sessions.get(user);
      if (sessions != null) {
        known.add(sessions);
      } else if (!user.equals(told.getUserId()) && !isAbsent(user)) {
        lookUp(user, told);
      }
    }
    send(told, known);
  }

  private boolean isAbsent(String user) {
    Long until = absent.get(user);
    return until != null && clock.nowNanos - until < 0;
  }

  private void lookUp(String user, TypingTold told) {
    boolean asked = wiring.lookups.tellOnceKnown(user, sessions -> {
      if (sessions != null) {
        send(told, List.of(sessions));
        return;
      }
      absent.remove(user);
      absent.put(user, clock.nowNanos + config.repeat().toNanos());
      if (absent.size() > config.conversationsMax()) {
        absent.remove(absent.keySet().iterator().next());
      }
    });
    if (!asked) {
      metrics.typingDropped("lookups_full");
    }
  }

  private void send(TypingTold told, List<CachedSessions> users) {
    Map<EdgeTarget, TypingTold.Builder> copies = new LinkedHashMap<>(4);
    for (CachedSessions sessions : users) {
      for (int i = 0; i < sessions.sessionIds.length; i++) {
        copies.computeIfAbsent(sessions.edges[i], edge -> told.toBuilder()).addSessionIds(sessions.sessionIds[i]);
      }
    }
    copies.forEach((edge, copy) -> {
      Offer offer = edge.link == EdgeTarget.NO_LINK
          ? Offer.CLOSED
          : out.ephemeral(edge.link, FromRouterItem.newBuilder().setTyping(copy).build());
      if (offer == Offer.ACCEPTED) {
        metrics.typingTold.add(copy.getSessionIdsCount());
      } else {
        metrics.typingDropped("edge_link");
      }
    });
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
