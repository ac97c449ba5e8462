package chasqui.router;

import chasqui.error.v1.Reason;
import chasqui.mailbox.v1.MailboxResponse;
import chasqui.mailbox.v1.ReceiptMoved;
import chasqui.router.v1.FromRouterItem;
import chasqui.router.v1.ReceiptTold;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/// Brings "somebody received or read more" to the sessions of the members, as of the roster that the owner had then or a
/// newer one. Nothing of it is repaired: what finds no room is dropped and counted, and asked for when it matters. Guarded
/// by the core's lock.
final class ReceiptLane {

  /// What receipts use of the rest.
  record Wiring(RosterCache rosters, EphemeralFanOut fanOut) {}

  /// A conversation whose roster is being read, with the newest of each member.
  private static final class Reading {
    final Map<String, ReceiptMoved> held = new LinkedHashMap<>(4);
    long generation;
    long rosterSeq;
  }

  private final RouterConfig.Receipts config;
  private final RouterMetrics metrics;
  private final Wiring wiring;
  private final RosterReader reader;
  private final Map<String, Reading> readings = new LinkedHashMap<>();

  ReceiptLane(RouterConfig config, RouterMetrics metrics, Wiring wiring, RosterReader reader) {
    this.config = config.receipts();
    this.metrics = metrics;
    this.wiring = wiring;
    this.reader = reader;
  }

  void moved(ReceiptMoved moved) {
    if (moved.getRead() != 0) {
      wiring.fanOut.tell(moved.getUserId(), word(moved.toBuilder().clearDelivered().build()));
    }
    CachedRoster roster = wiring.rosters.get(moved.getConversationId());
    if (roster != null && roster.serves(moved.getGeneration(), moved.getRosterSeq())) {
      tell(moved, roster);
    } else {
      hold(moved);
    }
  }

  private void hold(ReceiptMoved moved) {
    Reading reading = readings.get(moved.getConversationId());
    if (reading == null && readings.size() >= config.conversationsMax()) {
      metrics.receiptDropped("rosters_full");
      return;
    }
    if (reading != null && reading.held.size() >= config.heldMax() && !reading.held.containsKey(moved.getUserId())) {
      metrics.receiptDropped("conversation_full");
      return;
    }
    boolean isFirst = reading == null;
    if (isFirst) {
      reading = new Reading();
      readings.put(moved.getConversationId(), reading);
    }
    reading.generation = Math.max(reading.generation, moved.getGeneration());
    reading.rosterSeq = Math.max(reading.rosterSeq, moved.getRosterSeq());
    if (reading.held.merge(moved.getUserId(), moved, ReceiptLane::newer) != moved) {
      metrics.receiptDropped("coalesced");
    }
    if (isFirst) {
      read(moved.getConversationId());
    }
  }

  private static ReceiptMoved newer(ReceiptMoved held, ReceiptMoved moved) {
    if (held.getGeneration() != moved.getGeneration()) {
      return moved;
    }
    return moved.toBuilder()
        .setDelivered(Math.max(held.getDelivered(), moved.getDelivered()))
        .setRead(Math.max(held.getRead(), moved.getRead()))
        .build();
  }

  private void read(String conversationId) {
    metrics.rosterReads.increment();
    if (reader.read(conversationId, answer -> rosterRead(conversationId, answer)) != Reason.REASON_UNSPECIFIED) {
      drop(readings.remove(conversationId), "roster_unknown");
    }
  }

  private void rosterRead(String conversationId, Answer answer) {
    Reading reading = readings.remove(conversationId);
    if (!(answer instanceof Answer.Given(MailboxResponse response)) || !response.hasRoster()) {
      drop(reading, "roster_unknown");
      return;
    }
    CachedRoster roster = new CachedRoster(
        conversationId, reading.generation, response.getRoster().getRosterSeq(), response.getRoster().getMembersList());
    if (roster.rosterSeq < reading.rosterSeq) {
      drop(reading, "roster_old");
      return;
    }
    CachedRoster known = wiring.rosters.get(conversationId);
    if (known == null || !known.serves(roster.generation, roster.rosterSeq)) {
      wiring.rosters.put(roster);
    }
    reading.held.values().forEach(moved -> tell(moved, roster));
  }

  private void drop(Reading reading, String cause) {
    reading.held.values().forEach(moved -> metrics.receiptDropped(cause));
  }

  private void tell(ReceiptMoved moved, CachedRoster roster) {
    if (roster.users.length > config.membersMax()) {
      metrics.receiptDropped("large_group");
    } else if (Arrays.asList(roster.users).contains(moved.getUserId())) {
      // What is left to read is nobody else's business.
      wiring.fanOut.tellOthers(roster.users, moved.getUserId(), word(moved.toBuilder().clearLeft().build()));
    } else {
      metrics.receiptDropped("not_member");
    }
  }

  private EphemeralFanOut.Word word(ReceiptMoved moved) {
    return new EphemeralFanOut.Word(
        sessionIds -> FromRouterItem.newBuilder()
            .setReceipt(ReceiptTold.newBuilder().setMoved(moved).addAllSessionIds(sessionIds)).build(),
        metrics.receiptsTold, metrics::receiptDropped);
  }

  int conversationsHeld() {
    return readings.size();
  }
}
