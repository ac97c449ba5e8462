package chasqui.testkit.check;

import chasqui.testkit.history.Entry;
import chasqui.testkit.history.Observation;
import chasqui.testkit.history.Observation.EntryShown;
import chasqui.testkit.history.Observation.FrameDelivered;
import chasqui.testkit.history.Observation.HistoryRead;
import chasqui.testkit.history.Observation.RangeAnswered;
import chasqui.testkit.history.Observation.SendOk;
import chasqui.testkit.history.View;
import java.util.BitSet;
import java.util.List;

/// NoDuplicate: one send occupies at most one `seq`, a repeat gets the first answer, the same id never carries two
/// messages, and nothing is shown twice. Arriving twice on the wire is lawful and only counted.
final class NoDuplicate implements Checker {
  private final BitSet storedTwice = new BitSet();

  @Override
  public Promise promise() {
    return Promise.NO_DUPLICATE;
  }

  @Override
  public void observe(Observation observation, Facts past, Findings findings) {
    switch (observation) {
      case SendOk o -> {
        int row = past.sends.row(o.send());
        checkPlace(row, o.generation(), o.seq(), past, findings);
        checkPayload(row, past, findings);
      }
      case FrameDelivered o -> checkDelivered(o.view(), o.entries(), past, findings);
      case RangeAnswered o -> checkDelivered(o.view(), o.entries(), past, findings);
      case HistoryRead o -> o.entries().forEach(entry -> checkEntry(o.view(), entry, past, findings));
      case EntryShown o -> {
        checkEntry(o.view(), o.entry(), past, findings);
        checkShown(o, past, findings);
      }
      default -> {}
    }
  }

  private void checkDelivered(View at, List<Entry> entries, Facts past, Findings findings) {
    ViewFacts view = past.view(at);
    for (Entry entry : entries) {
      findings.tally.redelivered += view.delivered.contains(entry.seq()) ? 1 : 0;
      checkEntry(at, entry, past, findings);
    }
  }

  private void checkEntry(View view, Entry entry, Facts past, Findings findings) {
    int send = past.sendOf(view.conversation(), entry);
    if (send != Ledger.NOBODY) {
      checkPlace(send, view.generation(), entry.seq(), past, findings);
    }
  }

  private void checkPlace(int send, long generation, long seq, Facts past, Findings findings) {
    long before = past.sends.seqIn(send, generation);
    if (before == 0 || before == seq || storedTwice.get(send)) {
      return;
    }
    storedTwice.set(send);
    findings.tally.duplicated++;
    findings.broke(
        promise(),
        "%s stands at seq %d and at seq %d, generation %d",
        past.sends.describe(send),
        before,
        seq,
        generation);
  }

  private void checkPayload(int send, Facts past, Findings findings) {
    if (past.sends.state(send) != SendTable.State.FOREIGN
        && past.sends.lastPayload(send) != past.sends.payload(send)) {
      findings.broke(
          promise(), "%s was acked for another message under the same id", past.sends.describe(send));
    }
  }

  private void checkShown(EntryShown o, Facts past, Findings findings) {
    if (past.view(o.view()).shown.contains(o.entry().seq())) {
      findings.tally.duplicated++;
      findings.broke(
          promise(),
          "%s seq %d generation %d was shown twice on device %s",
          o.view().conversation(),
          o.entry().seq(),
          o.view().generation(),
          o.view().device());
    }
  }
}
