package chasqui.testkit.check;

import chasqui.testkit.history.Observation;
import chasqui.testkit.history.Observation.CursorAcked;
import chasqui.testkit.history.Observation.CursorShown;
import chasqui.testkit.history.Observation.FrameDelivered;
import chasqui.testkit.history.View;
import java.util.ArrayList;
import java.util.List;

/// CursorForward: a stored cursor never moves back nor beyond what was acknowledged; a session's ranges follow on each
/// other; a new session begins no later than the cursor; a client acknowledges only what it was given.
///
/// What a range may skip: what the device acknowledged meanwhile, perhaps on its other stream, and its own accepted sends.
final class CursorForward implements Checker {
  private record Skip(View view, String session, long after, long upto) {}

  /// Skipped ranges that only own sends could excuse, whose acknowledgement may be told later.
  private final List<Skip> skips = new ArrayList<>();

  @Override
  public Promise promise() {
    return Promise.CURSOR_FORWARD;
  }

  @Override
  public void observe(Observation observation, Facts past, Findings findings) {
    switch (observation) {
      case FrameDelivered o -> checkRange(o, past.view(o.view()), findings);
      case CursorAcked o -> checkAcked(o, past.view(o.view()), findings);
      case CursorShown o -> checkStored(o, past.view(o.view()), findings);
      default -> {}
    }
  }

  private void checkRange(FrameDelivered o, ViewFacts view, Findings findings) {
    Long reached = view.reached.get(o.session());
    if (o.upto() < o.after() || (reached != null && o.after() < reached)) {
      findings.broke(
          promise(),
          "%s on session %s of device %s: range (%d, %d] after the session had reached %s",
          o.view().conversation(),
          o.session(),
          o.view().device(),
          o.after(),
          o.upto(),
          reached);
      return;
    }
    long from;
    if (reached != null) {
      from = Math.max(reached, view.acked);
    } else if (view.acked != ViewFacts.NEVER) {
      from = view.acked;
    } else {
      from = view.baseline == ViewFacts.NEVER ? o.after() : view.baseline;
    }
    if (from < o.after() && !view.accepted.containsAll(from + 1, o.after())) {
      skips.add(new Skip(o.view(), o.session(), from, o.after()));
    }
  }

  private void checkAcked(CursorAcked o, ViewFacts view, Findings findings) {
    // A device acknowledges the heads it is shown.
    long from = Math.max(Math.max(view.acked, view.baseline), view.headShown);
    boolean given = from != ViewFacts.NEVER && view.given(from + 1, o.seq());
    if (!given) {
      findings.broke(
          promise(),
          "%s: device %s acked seq %d, but was given nothing that leads there from %d",
          o.view().conversation(),
          o.view().device(),
          o.seq(),
          Math.max(0, from));
    }
  }

  private void checkStored(CursorShown o, ViewFacts view, Findings findings) {
    if (o.seq() < view.storedCursor) {
      findings.broke(
          promise(),
          "%s: the stored cursor of device %s went from %d back to %d",
          o.view().conversation(),
          o.view().device(),
          view.storedCursor,
          o.seq());
    }
  }

  @Override
  public void conclude(Facts facts, Findings findings) {
    for (Skip skip : skips) {
      if (!facts.view(skip.view()).accepted.containsAll(skip.after() + 1, skip.upto())) {
        findings.broke(
            promise(),
            "%s on session %s of device %s: went on after %d, but the device was only at %d",
            skip.view().conversation(),
            skip.session(),
            skip.view().device(),
            skip.upto(),
            skip.after());
      }
    }
    for (ConversationFacts conversation : facts.conversations.values()) {
      conversation.views.forEach((device, views) -> views.values().forEach(view -> {
        if (view.storedCursor > Math.max(0, view.acked)) {
          findings.broke(
              promise(),
              "%s: the stored cursor %d of device %s is beyond its acks (%d)",
              conversation.name,
              view.storedCursor,
              facts.names.name(device),
              Math.max(0, view.acked));
        }
      }));
    }
  }
}
