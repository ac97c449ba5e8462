package chasqui.testkit.check;

import chasqui.testkit.history.Entry;
import chasqui.testkit.history.Observation;
import chasqui.testkit.history.Observation.EntryShown;
import chasqui.testkit.history.Observation.FrameDelivered;
import chasqui.testkit.history.Observation.HistoryRead;
import chasqui.testkit.history.Observation.RangeAnswered;
import chasqui.testkit.history.Observation.SendOk;
import chasqui.testkit.history.View;
import java.util.Comparator;
import java.util.List;
import java.util.TreeSet;

/// DenseOrder: every `seq` holds one thing for everybody, something that somebody really sent; readers see it ascending
/// and without holes; only a later entry that points at it changes it.
final class DenseOrder implements Checker {
  private record Place(String conversation, long generation, long seq) {}

  /// Places of which two accounts differ; lawful if a later entry changed them, which may be told later.
  private final TreeSet<Place> disputed = new TreeSet<>(Comparator.comparing(Place::conversation)
      .thenComparingLong(Place::generation)
      .thenComparingLong(Place::seq));

  @Override
  public Promise promise() {
    return Promise.DENSE_ORDER;
  }

  @Override
  public void observe(Observation observation, Facts past, Findings findings) {
    switch (observation) {
      case SendOk o -> checkAck(o, past, findings);
      case FrameDelivered o -> {
        checkAscending(o.view(), o.entries(), findings);
        checkInside(o.view(), o.after(), o.upto(), o.entries(), findings);
        o.entries().forEach(entry -> compare(o.view(), entry, past));
      }
      case RangeAnswered o -> {
        checkAscending(o.view(), o.entries(), findings);
        checkInside(o.view(), o.after(), o.upto(), o.entries(), findings);
        o.entries().forEach(entry -> compare(o.view(), entry, past));
      }
      case HistoryRead o -> {
        checkInside(o.view(), o.after(), o.upto(), o.entries(), findings);
        o.entries().forEach(entry -> compare(o.view(), entry, past));
      }
      case EntryShown o -> {
        checkShown(o, past, findings);
        compare(o.view(), o.entry(), past);
      }
      default -> {}
    }
  }

  private void checkAck(SendOk o, Facts past, Findings findings) {
    int other = past.conversation(o.send().conversation()).ledger(o.generation()).acked(o.seq());
    int send = past.sends.row(o.send());
    if (o.seq() < 1 || (other != Ledger.NOBODY && other != send)) {
      findings.broke(
          promise(),
          "%s was acked at seq %d generation %d%s",
          past.sends.describe(send),
          o.seq(),
          o.generation(),
          other == Ledger.NOBODY ? "" : ", as " + past.sends.describe(other) + " was");
    }
  }

  private void checkAscending(View view, List<Entry> entries, Findings findings) {
    long before = 0;
    for (Entry entry : entries) {
      if (entry.seq() <= before) {
        findings.tally.outOfOrder++;
        findings.broke(
            promise(),
            "%s seq %d came after seq %d in one frame to device %s",
            view.conversation(),
            entry.seq(),
            before,
            view.device());
      }
      before = entry.seq();
    }
  }

  private void checkInside(View view, long after, long upto, List<Entry> entries, Findings findings) {
    for (Entry entry : entries) {
      if (entry.seq() <= after || entry.seq() > upto) {
        findings.broke(
            promise(),
            "%s seq %d stands outside the range (%d, %d] it was given in, device %s",
            view.conversation(),
            entry.seq(),
            after,
            upto,
            view.device());
      }
    }
  }

  private void checkShown(EntryShown o, Facts past, Findings findings) {
    ViewFacts view = past.view(o.view());
    if (o.entry().seq() < view.lastShown && !view.shown.contains(o.entry().seq())) {
      findings.tally.outOfOrder++;
      findings.broke(
          promise(),
          "%s seq %d was shown after seq %d on device %s",
          o.view().conversation(),
          o.entry().seq(),
          view.lastShown,
          o.view().device());
    }
  }

  private void compare(View view, Entry entry, Facts past) {
    long known = past.conversation(view.conversation()).ledger(view.generation()).fingerprint(entry.seq());
    if (known != 0 && known != Facts.fingerprint(entry)) {
      disputed.add(new Place(view.conversation(), view.generation(), entry.seq()));
    }
  }

  @Override
  public void conclude(Facts facts, Findings findings) {
    for (Place place : disputed) {
      if (!facts.conversation(place.conversation()).ledger(place.generation()).targeted.contains(place.seq())) {
        findings.broke(
            promise(),
            "%s seq %d generation %d holds different things for different readers",
            place.conversation(),
            place.seq(),
            place.generation());
      }
    }
    concludeSends(facts, findings);
    AuditGaps.forEach(facts, (conversation, generation, device, seq) -> {
      if (conversation.ledger(generation).acked(seq) == Ledger.NOBODY) {
        findings.broke(
            promise(),
            "%s seq %d generation %d is a hole in the log read by device %s",
            conversation.name,
            seq,
            generation,
            facts.names.name(device));
      }
    });
  }

  private void concludeSends(Facts facts, Findings findings) {
    SendTable sends = facts.sends;
    for (int send = 0; send < sends.size(); send++) {
      if (!sends.seen(send)) {
        continue;
      }
      if (sends.state(send) == SendTable.State.FOREIGN) {
        findings.broke(
            promise(), "%s at seq %d is a phantom: nobody sent it", sends.describe(send), sends.seq(send));
      } else if (sends.seenPayload(send) != sends.payload(send)) {
        findings.broke(
            promise(), "%s at seq %d is not what was sent", sends.describe(send), sends.seq(send));
      }
    }
  }
}
