package chasqui.testkit.check;

import static chasqui.testkit.check.Verdicts.assertBroke;
import static chasqui.testkit.check.Verdicts.assertHolds;

import chasqui.testkit.history.Observation;
import chasqui.testkit.history.Observation.MemorySample;
import chasqui.testkit.history.Observation.QueueSample;
import java.util.Set;
import org.junit.jupiter.api.Test;

class NoUnboundedQueueTest {
  private static Verdict judge(Observation... samples) {
    Judge judge = new Judge(Set.of("outbound"));
    for (Observation sample : samples) {
      judge.accept(sample);
    }
    return judge.verdict();
  }

  @Test
  void fullToTheBrimIsLawful() {
    assertHolds(judge(new QueueSample("outbound", 256, 256, 1), new MemorySample("session", 60, 64, 1)));
  }

  @Test
  void aboveItsBound() {
    assertBroke(
        judge(
            new QueueSample("outbound", 10, 256, 1),
            new QueueSample("outbound", 300, 256, 2),
            new QueueSample("outbound", 270, 256, 3)),
        "broke NoUnboundedQueue - outbound reached 300 of a bound of 256, 2 samples above",
        Promise.NO_UNBOUNDED_QUEUE);
  }

  @Test
  void memoryAboveItsBound() {
    assertBroke(
        judge(new QueueSample("outbound", 0, 256, 1), new MemorySample("session", 65, 64, 2)),
        "broke NoUnboundedQueue - session reached 65 of a bound of 64, 1 samples above",
        Promise.NO_UNBOUNDED_QUEUE);
  }

  @Test
  void withoutABound() {
    assertBroke(
        judge(new QueueSample("outbound", 0, 0, 1)),
        "broke NoUnboundedQueue - outbound reached 0 of a bound of 0, 1 samples above",
        Promise.NO_UNBOUNDED_QUEUE);
  }

  @Test
  void neverSampled() {
    assertBroke(judge(), "broke NoUnboundedQueue - outbound was never sampled", Promise.NO_UNBOUNDED_QUEUE);
  }
}
