package chasqui.testkit.sim;

import java.util.HashMap;
import java.util.Map;

/// A node's named crash points: counts arrivals, and crashes the node at the one that was armed. Survives restarts, so
/// that arrivals are counted over the whole run.
///
/// Wired as `point -> node.crashPoints().reach(point.id())`.
public final class SimCrashPoints {
  private record Armed(long arrival, long downNanos) {}

  private final SimNode node;
  private final Map<String, Long> arrivals = new HashMap<>();
  private final Map<String, Armed> armed = new HashMap<>();

  SimCrashPoints(SimNode node) {
    this.node = node;
  }

  /// Crashes the node at the `nth` arrival from now (1 is the next) and starts it again after `downNanos`.
  public void arm(String point, int nth, long downNanos) {
    armed.put(point, new Armed(arrivals(point) + nth, downNanos));
  }

  /// Says that the point is reached; throws [SimulatedCrash] if it is armed for this arrival.
  public void reach(String point) {
    long arrival = arrivals.merge(point, 1L, Long::sum);
    Armed here = armed.get(point);
    if (here != null && here.arrival() == arrival) {
      armed.remove(point);
      node.crashFor(here.downNanos(), true);
      throw new SimulatedCrash(node.name(), point);
    }
  }

  void disarm() {
    armed.clear();
  }

  public long arrivals(String point) {
    return arrivals.getOrDefault(point, 0L);
  }
}
