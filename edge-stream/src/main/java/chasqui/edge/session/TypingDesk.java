package chasqui.edge.session;

import chasqui.edge.session.SessionMetrics.EphemeralDrop;
import chasqui.edge.v1.TypingSignal;
import chasqui.link.Allowance;

/// Typing, both ways: the device's signals are passed on as far as its budget goes, others' are told as the stream allows.
/// Nothing of it is ever answered, so that a conversation that the user may not know of looks like any other.
final class TypingDesk {

  private final SessionContext session;
  private final Allowance signals;
  private final EphemeralLane lane;

  TypingDesk(SessionContext session, long nowMillis) {
    SessionLimits.Ephemeral limits = session.limits().ephemeral();
    this.session = session;
    this.signals = new Allowance(limits.signalsPerSecond() / 1e3, limits.signalsBurst(), nowMillis);
    this.lane = new EphemeralLane(
        session, limits.typingHeldMax(), limits.typingFresh().toMillis(), limits.writtenPerSecond(), nowMillis);
  }

  void signalled(TypingSignal signal, long nowMillis) {
    if (!signals.take(nowMillis)) {
      session.metrics().ephemeralDropped(EphemeralDrop.STREAM_BUDGET);
    } else if (!session.typing(signal.getConversationId(), signal.getTyping())) {
      session.metrics().ephemeralDropped(EphemeralDrop.LINK_FULL);
    }
  }

  void told(SessionEvent.Told told, long nowMillis) {
    lane.told(told, nowMillis);
  }

  void pump(long nowMillis) {
    lane.pump(nowMillis);
  }
}
