package chasqui.drills.fleet;

import chasqui.testkit.history.Observation;
import chasqui.testkit.history.ObservationSink;
import chasqui.testkit.history.Send;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/// Passes observations on, and knows at every moment which sends were handed to the transport and not yet answered: what
/// a kill can hit. Thread-safe.
public final class InFlight implements ObservationSink {

  private final ObservationSink next;
  private final Set<Send> unanswered = ConcurrentHashMap.newKeySet();
  private final LongAdder acked = new LongAdder();

  public InFlight(ObservationSink next) {
    this.next = next;
  }

  @Override
  public void accept(Observation observation) {
    switch (observation) {
      case Observation.SendInvoked(Send send, long _, long _) -> unanswered.add(send);
      case Observation.SendOk(Send send, String _, long _, long _, long _) -> {
        if (unanswered.remove(send)) {
          acked.increment();
        }
      }
      case Observation.SendFailed(Send send, String _, long _) -> unanswered.remove(send);
      default -> { }
    }
    next.accept(observation);
  }

  /// Sends on the wire without an answer, now.
  public int count() {
    return unanswered.size();
  }

  /// Sends answered for the first time.
  public long acked() {
    return acked.sum();
  }
}
