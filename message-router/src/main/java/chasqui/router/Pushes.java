package chasqui.router;

import chasqui.error.v1.Reason;
import chasqui.log.v1.Entry;
import chasqui.log.v1.Member;
import chasqui.log.v1.MembershipAction;
import chasqui.mailbox.v1.MailboxResponse;
import chasqui.mailbox.v1.MarksStored;
import chasqui.mailbox.v1.Push;
import chasqui.mailbox.v1.Roster;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// What is done with a push: fanned out if the roster of its time is known, held until it is read if not. Guarded by the
/// core's lock.
final class Pushes {

  /// Asks the owner of a conversation for its roster; unspecified where it was asked, in which case {@link #rosterRead}
  /// is called once, later.
  interface RosterReader {
    Reason read(String conversationId);
  }

  private record Held(Delivery delivery, long rosterSeq, List<String> removed, List<String> marked) {}

  /// The pushes of a conversation whose roster is being read.
  private static final class Reading {
    final String conversationId;
    final long deadlineNanos;
    final List<Held> held = new ArrayList<>(1);
    // Users removed by pushes of which only the newest head is kept, each with the last entry that the user may have;
    // null while every push is kept.
    Map<String, Long> removedByDropped;
    long generation;
    long head;
    long rosterSeq;
    boolean asked;
    long retryAtNanos;

    Reading(String conversationId, long deadlineNanos) {
      this.conversationId = conversationId;
      this.deadlineNanos = deadlineNanos;
    }
  }

  private final RouterConfig.Holding config;
  private final RouterMetrics metrics;
  private final CoreClock clock;
  private final HeldBudget budget;
  private final Repair repair;
  private final FanOut fanOut;
  private final RosterReader reader;
  private final RosterCache rosters;
  // In the order of their deadlines.
  private final Map<String, Reading> readings = new LinkedHashMap<>();

  /// What pushes use.
  record Wiring(RosterCache rosters, HeldBudget budget, Repair repair, FanOut fanOut) {}

  Pushes(RouterConfig config, RouterMetrics metrics, CoreClock clock, Wiring wiring, RosterReader reader) {
    this.config = config.holding();
    this.metrics = metrics;
    this.clock = clock;
    this.budget = wiring.budget;
    this.repair = wiring.repair;
    this.fanOut = wiring.fanOut;
    this.reader = reader;
    this.rosters = wiring.rosters;
  }

  void push(Push push) {
    metrics.pushes.increment();
    Entry entry = push.getEntry();
    String conversationId = push.getConversationId();
    CachedRoster roster = rosters.get(conversationId);
    if (roster == null && entry.hasCreated()) {
      roster = new CachedRoster(conversationId, push.getGeneration(), entry.getSeq(), entry.getCreated().getMembersList());
      rosters.put(roster);
    }
    Delivery delivery = new Delivery(conversationId, push.getGeneration(), entry.getSeq(), entry);
    if (roster != null && roster.serves(push.getGeneration(), push.getRosterSeq())) {
      fanOut.out(delivery, roster, removedBy(entry), push.getMarkedUsersList());
    } else {
      metrics.pushesHeld.increment();
      hold(push, new Held(delivery, push.getRosterSeq(), removedBy(entry), List.copyOf(push.getMarkedUsersList())));
    }
  }

  /// Marks were stored after the push of their entry: whoever announced a session in between may have missed both. The
  /// marked may have the entry, whatever the roster is by now. A session that knows the head already ignores it.
  void marksStored(MarksStored marks) {
    metrics.marksStored.increment();
    Delivery head = new Delivery(marks.getConversationId(), marks.getGeneration(), marks.getSeq(), null);
    marks.getMarkedUsersList().forEach(user -> fanOut.afresh(user, head));
  }

  /// Users for whom this entry is the last that they may have.
  private static List<String> removedBy(Entry entry) {
    if (!entry.hasMembership()) {
      return List.of();
    }
    MembershipAction action = entry.getMembership().getAction();
    boolean removes = action == MembershipAction.MEMBERSHIP_ACTION_LEFT || action == MembershipAction.MEMBERSHIP_ACTION_REMOVED;
    return removes ? entry.getMembership().getMembersList().stream().map(Member::getUserId).toList() : List.of();
  }

  private void hold(Push push, Held held) {
    Reading reading = readings.get(push.getConversationId());
    if (reading == null) {
      if (readings.size() >= config.pushesMax()) {
        repair.owe("rosters_full");
        return;
      }
      reading = new Reading(push.getConversationId(), clock.nowNanos + config.patience().toNanos());
      readings.put(reading.conversationId, reading);
    }
    reading.generation = Math.max(reading.generation, push.getGeneration());
    reading.head = Math.max(reading.head, held.delivery.head);
    reading.rosterSeq = Math.max(reading.rosterSeq, held.rosterSeq);
    keep(reading, held);
    if (!reading.asked && clock.nowNanos - reading.retryAtNanos >= 0) {
      ask(reading);
    }
  }

  private void keep(Reading reading, Held push) {
    boolean room = reading.removedByDropped == null && reading.held.size() < config.perConversationMax();
    Delivery held = room ? budget.hold(push.delivery) : null;
    if (held != null) {
      reading.held.add(new Held(held, push.rosterSeq, push.removed, push.marked));
      return;
    }
    // From here on the newest head stands for all of them: it is brought to every member, looked up past the cache.
    if (reading.removedByDropped == null) {
      reading.removedByDropped = new LinkedHashMap<>();
      metrics.lost("entries_dropped");
      reading.held.forEach(dropped -> {
        noteRemoved(reading, dropped);
        budget.release(dropped.delivery);
      });
      reading.held.clear();
    }
    noteRemoved(reading, push);
    if (reading.removedByDropped.size() > config.pushesMax()) {
      reading.removedByDropped.clear();
      repair.owe("rosters_full");
    }
  }

  private static void noteRemoved(Reading reading, Held dropped) {
    dropped.removed.forEach(user -> reading.removedByDropped.merge(user, dropped.delivery.head, Math::max));
  }

  private void ask(Reading reading) {
    metrics.rosterReads.increment();
    reading.asked = reader.read(reading.conversationId) == Reason.REASON_UNSPECIFIED;
    reading.retryAtNanos = clock.nowNanos + config.retry().toNanos();
  }

  /// What came of a roster read.
  void rosterRead(String conversationId, Answer answer) {
    Reading reading = readings.get(conversationId);
    if (reading == null) {
      return;
    }
    reading.asked = false;
    reading.retryAtNanos = clock.nowNanos + config.retry().toNanos();
    if (answer instanceof Answer.Given(MailboxResponse response)) {
      if (response.hasRoster()) {
        read(reading, response.getRoster());
      } else if (!worthRetrying(response.getRefusal().getReason())) {
        giveUp(reading, "roster_refused");
      }
    }
  }

  private static boolean worthRetrying(Reason reason) {
    return switch (reason) {
      case REASON_UNAVAILABLE, REASON_OVERLOADED, REASON_DEADLINE_EXCEEDED, REASON_INTERNAL -> true;
      default -> false;
    };
  }

  private void read(Reading reading, Roster answer) {
    CachedRoster roster =
        new CachedRoster(reading.conversationId, reading.generation, answer.getRosterSeq(), answer.getMembersList());
    rosters.put(roster);
    if (reading.removedByDropped != null && roster.rosterSeq >= reading.rosterSeq) {
      Delivery newest = new Delivery(reading.conversationId, reading.generation, reading.head, null);
      fanOut.outPastTheCache(newest, roster);
      // Nobody learns of a head beyond the last entry that is for them.
      reading.removedByDropped.forEach((user, last) ->
          fanOut.toPastTheCache(user, new Delivery(reading.conversationId, reading.generation, last, null)));
      readings.remove(reading.conversationId);
      return;
    }
    // An answer older than a push is no answer to it: that one is asked for again.
    while (!reading.held.isEmpty() && reading.held.getFirst().rosterSeq <= roster.rosterSeq) {
      Held next = reading.held.removeFirst();
      fanOut.out(next.delivery, roster, next.removed, next.marked);
      budget.release(next.delivery);
    }
    if (reading.held.isEmpty() && reading.removedByDropped == null) {
      readings.remove(reading.conversationId);
    }
  }

  void tick() {
    List<Reading> due = null;
    for (Reading reading : readings.values()) {
      if (clock.nowNanos - reading.deadlineNanos >= 0) {
        due = due == null ? new ArrayList<>() : due;
        due.add(reading);
      } else if (!reading.asked && clock.nowNanos - reading.retryAtNanos >= 0) {
        ask(reading);
      }
    }
    if (due != null) {
      due.forEach(reading -> giveUp(reading, "roster_deadline"));
    }
  }

  private void giveUp(Reading reading, String cause) {
    readings.remove(reading.conversationId);
    reading.held.forEach(held -> budget.release(held.delivery));
    repair.owe(cause);
  }

  int conversationsHeld() {
    return readings.size();
  }
}
