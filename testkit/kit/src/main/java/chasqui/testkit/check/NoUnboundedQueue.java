package chasqui.testkit.check;

import chasqui.testkit.history.Observation;
import chasqui.testkit.history.Observation.MemorySample;
import chasqui.testkit.history.Observation.QueueSample;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/// NoUnboundedQueue: every gauge names a bound and stays below it, and those that a run must watch were really sampled.
final class NoUnboundedQueue implements Checker {
  private record Worst(long value, long bound, long samplesAbove) {}

  private final Set<String> expected;
  private final Map<String, Worst> gauges = new TreeMap<>();

  NoUnboundedQueue(Set<String> expected) {
    this.expected = Set.copyOf(expected);
  }

  @Override
  public Promise promise() {
    return Promise.NO_UNBOUNDED_QUEUE;
  }

  @Override
  public void observe(Observation observation, Facts past, Findings findings) {
    switch (observation) {
      case QueueSample o -> sample(o.name(), o.depth(), o.bound());
      case MemorySample o -> sample(o.name(), o.bytes(), o.boundBytes());
      default -> {}
    }
  }

  private void sample(String name, long value, long bound) {
    boolean above = value > bound || bound <= 0;
    Worst before = gauges.getOrDefault(name, new Worst(Long.MIN_VALUE, bound, 0));
    boolean worse = value - bound > before.value() - before.bound() || before.value() == Long.MIN_VALUE;
    gauges.put(
        name,
        new Worst(
            worse ? value : before.value(),
            worse ? bound : before.bound(),
            before.samplesAbove() + (above ? 1 : 0)));
  }

  @Override
  public void conclude(Facts facts, Findings findings) {
    gauges.forEach((name, worst) -> {
      if (worst.samplesAbove() > 0) {
        findings.broke(
            promise(),
            "%s reached %d of a bound of %d, %d samples above",
            name,
            worst.value(),
            worst.bound(),
            worst.samplesAbove());
      }
    });
    expected.stream().filter(name -> !gauges.containsKey(name)).sorted().forEach(name ->
        findings.broke(promise(), "%s was never sampled", name));
  }
}
