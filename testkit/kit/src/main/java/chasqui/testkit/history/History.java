package chasqui.testkit.history;

import java.util.ArrayList;
import java.util.List;

/// A history in memory. Safe for several threads; one thread's observations keep their order.
public final class History implements ObservationSink {
  private final List<Observation> observations = new ArrayList<>();

  @Override
  public synchronized void accept(Observation observation) {
    observations.add(observation);
  }

  public synchronized List<Observation> observations() {
    return List.copyOf(observations);
  }

  public synchronized int size() {
    return observations.size();
  }
}
