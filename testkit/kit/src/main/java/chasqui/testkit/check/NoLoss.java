package chasqui.testkit.check;

import java.util.BitSet;
import java.util.Map;

/// NoLoss: what was acknowledged reaches every device that was registered before it was sent, of everybody who was a
/// member at that `seq`, on the wire and on the screen. And whatever is known to stand in the log, acknowledged or not,
/// is not missing from a range that a member was told is covered: an unknown send resolves the same way for everyone.
final class NoLoss implements Checker {
  private final BitSet lost = new BitSet();

  @Override
  public Promise promise() {
    return Promise.NO_LOSS;
  }

  @Override
  public void conclude(Facts facts, Findings findings) {
    for (ConversationFacts conversation : facts.conversations.values()) {
      for (int user : conversation.members.keySet()) {
        IntervalSet member = facts.membership(conversation, user);
        for (int device : facts.devicesOf(user)) {
          new Reader(facts, findings, conversation, device).check(member);
        }
      }
    }
    findings.tally.lost = lost.cardinality();
  }

  /// One device's part of one conversation.
  private final class Reader {
    private final Facts facts;
    private final Findings findings;
    private final ConversationFacts conversation;
    private final int device;
    private final DeviceFacts registration;

    Reader(Facts facts, Findings findings, ConversationFacts conversation, int device) {
      this.facts = facts;
      this.findings = findings;
      this.conversation = conversation;
      this.device = device;
      this.registration = facts.devices.get(device);
    }

    void check(IntervalSet member) {
      for (Map.Entry<Long, Ledger> ledger : conversation.ledgers.entrySet()) {
        ledger.getValue().known.forEach((from, to) -> {
          for (long seq = from; seq <= to; seq++) {
            if (member.contains(seq) && !conversation.hidden(registration.user, seq)) {
              checkEntry(ledger.getKey(), ledger.getValue(), seq);
            }
          }
        });
      }
    }

    private void checkEntry(long generation, Ledger ledger, long seq) {
      int acked = ledger.acked(seq);
      boolean owed = acked != Ledger.NOBODY
          && !registration.removed
          && facts.sends.invokedMicros(acked) >= registration.registeredMicros
          && !conversation.rolledBack(generation, seq);
      boolean onWire = has(generation, seq, View.WIRE);
      if (registration.watching.wire() && !onWire && (owed || coveredIn(generation, seq))) {
        missing(ledger, generation, seq, owed ? "was never delivered to" : "is missing from a covered range of");
      } else if (registration.watching.screen()
          && !registration.removed
          && (owed || (onWire && ledger.held(seq) != Ledger.NOBODY && !toldAsHead(generation, seq)))
          && !has(generation, seq, View.SCREEN)
          && !sentFrom(ledger, seq)) {
        missing(ledger, generation, seq, "was never shown on");
      }
    }

    /// A message that came back to the device that sent it settles its outbox; showing it again is the SDK's choice.
    private boolean sentFrom(Ledger ledger, long seq) {
      int send = ledger.send(seq);
      return send != Ledger.NOBODY && facts.sends.device(send) == device;
    }

    /// What lies at or below a head that a device was told instead of entries is history to it: it need not show it.
    private boolean toldAsHead(long generation, long seq) {
      Map<Long, ViewFacts> views = conversation.views.get(device);
      ViewFacts view = views == null ? null : views.get(generation);
      return view != null && seq <= view.headShown;
    }

    private boolean coveredIn(long generation, long seq) {
      Map<Long, ViewFacts> views = conversation.views.get(device);
      ViewFacts view = views == null ? null : views.get(generation);
      return view != null && view.covered.contains(seq);
    }

    /// Entries that a new generation kept may also have arrived in it.
    private boolean has(long generation, long seq, View where) {
      var views = conversation.views.get(device);
      if (views == null) {
        return false;
      }
      for (ViewFacts view : views.tailMap(generation, true).values()) {
        IntervalSet found = where == View.WIRE ? view.delivered : view.shown;
        if (found.contains(seq) || view.accepted.contains(seq)) {
          return true;
        }
      }
      return false;
    }

    private void missing(Ledger ledger, long generation, long seq, String how) {
      int send = ledger.send(seq);
      boolean acked = ledger.acked(seq) != Ledger.NOBODY;
      if (acked) {
        lost.set(send);
      }
      findings.tally.missingDeliveries++;
      findings.broke(
          promise(),
          "%s seq %d generation %d (%s%s) %s device %s of %s",
          conversation.name,
          seq,
          generation,
          acked ? "acked " : "",
          send == Ledger.NOBODY ? "an entry of the service" : facts.sends.describe(send),
          how,
          facts.names.name(device),
          facts.names.name(registration.user));
    }
  }

  private enum View {
    WIRE,
    SCREEN
  }
}
