package chasqui.testkit.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import chasqui.testkit.sim.ToyChat.Bug;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class SimRunTest {
  private final ByteArrayOutputStream progress = new ByteArrayOutputStream();

  private SeedRunner runner(Bug bug) {
    return new SeedRunner(new ToyChat(bug), "toy", new PrintStream(progress, true, StandardCharsets.UTF_8));
  }

  @Test
  void aRightProgramSurvivesAllSeeds() {
    SeedRunner.Summary summary = runner(Bug.NONE).run(0, 200);
    assertEquals(0, summary.violations(), progress.toString(StandardCharsets.UTF_8));
    assertTrue(summary.simulatedSeconds() > 200 * 100);
    assertTrue(summary.toJson().startsWith("{\"seeds\":200,\"from\":0,\"violations\":0,\"trace_hash\":\""));
  }

  @Test
  void theSameSeedsGiveTheSameHashAndOthersAnother() {
    assertEquals(runner(Bug.NONE).run(5, 10), runner(Bug.NONE).run(5, 10));
    assertNotEquals(runner(Bug.NONE).run(5, 10).traceHash(), runner(Bug.NONE).run(6, 10).traceHash());
  }

  @Test
  void anAckBeforeTheSyncIsFound() {
    SeedRunner.Summary summary = runner(Bug.ACKS_TOO_EARLY).run(0, 100);
    assertTrue(summary.violations() > 0);
    long seed = summary.failingSeeds().getFirst();
    String said = progress.toString(StandardCharsets.UTF_8);
    assertTrue(said.contains("Again: toy --seeds 1 --from " + seed), said);
    assertTrue(said.contains("broke "), said);
  }

  @Test
  void forgettingIdsIsFoundAndTheFaultsShrinkToTheCulprits() {
    ToyChat forgetful = new ToyChat(Bug.FORGETS_IDS);
    SeedRunner.Summary summary = runner(Bug.FORGETS_IDS).run(0, 100);
    assertTrue(progress.toString(StandardCharsets.UTF_8).contains("broke NoDuplicate - "));
    long seed = summary.failingSeeds().getFirst();
    FaultPlan smallest = SimRun.smallestPlan(seed, forgetful);
    assertFalse(SimRun.of(seed, forgetful, smallest).holds());
    for (int i = 0; i < smallest.faults().size(); i++) {
      assertTrue(SimRun.of(seed, forgetful, smallest.without(i, i + 1)).holds(), "fault " + i + " is not needed");
    }
  }

  @Test
  void aProgramThatDoesNotRepeatItselfIsFound() {
    assertTrue(SimRun.twice(3, new ToyChat(Bug.NONE)).holds());
    Outcome outcome = SimRun.twice(3, new ToyChat(Bug.LOOKS_OUTSIDE));
    assertTrue(outcome.violations().getFirst().startsWith("not repeatable: trace "), outcome.toString());
  }

  @Test
  void aBugThatThrowsIsAViolation() {
    Outcome outcome = SimRun.of(1, world -> world.scheduler().step(), Trace.silent());
    assertTrue(outcome.holds());
    outcome = SimRun.of(1, _ -> {
      throw new IllegalStateException("impossible");
    });
    assertTrue(outcome.violations().getFirst().startsWith("threw java.lang.IllegalStateException: impossible"));
  }

  @Test
  void theTraceAsText() {
    List<String> lines = new ArrayList<>();
    Outcome spoken = SimRun.of(2, new ToyChat(Bug.NONE), Trace.to(lines::add));
    assertEquals(SimRun.of(2, new ToyChat(Bug.NONE)).traceHash(), spoken.traceHash());
    assertTrue(lines.getFirst().startsWith("0.000000000 start server 1"), lines.getFirst());
    assertTrue(lines.stream().anyMatch(line -> line.contains("connected writer to server")));
  }
}
