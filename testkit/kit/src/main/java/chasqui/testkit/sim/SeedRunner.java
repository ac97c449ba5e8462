package chasqui.testkit.sim;

import chasqui.testkit.history.PayloadHash;
import chasqui.testkit.json.Json;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;

/// Runs many seeds of a simulation, one after the other, and says which fail and how to run those again.
public final class SeedRunner {
  /// Every so many seeds one is run twice, to see that it repeats itself.
  static final int REPEAT_EVERY = 50;

  private static final int FAILURES_EXPLAINED_MAX = 5;

  private final Simulation simulation;
  private final String command;
  private final PrintStream progress;

  /// @param seeds how many ran
  /// @param from the first
  /// @param violations found in all of them
  /// @param traceHash of all traces in order
  /// @param events scheduler events run
  /// @param simulatedSeconds time that passed in there
  /// @param failingSeeds those with violations
  public record Summary(
      long seeds,
      long from,
      long violations,
      String traceHash,
      long events,
      long simulatedSeconds,
      List<Long> failingSeeds) {

    public Summary {
      failingSeeds = List.copyOf(failingSeeds);
    }

    public String toJson() {
      return Json.write(this);
    }
  }

  /// @param command what a person types to run a simulation; the seed is appended
  /// @param progress lines for people, standard error as a rule
  public SeedRunner(Simulation simulation, String command, PrintStream progress) {
    this.simulation = simulation;
    this.command = command;
    this.progress = progress;
  }

  public Summary run(long from, long seeds) {
    StringBuilder hashes = new StringBuilder();
    List<Long> failing = new ArrayList<>();
    long violations = 0;
    long events = 0;
    long simulatedMillis = 0;
    long every = Math.max(1, seeds / 10);
    for (long i = 0; i < seeds; i++) {
      long seed = from + i;
      Outcome outcome = i % REPEAT_EVERY == 0 ? SimRun.twice(seed, simulation) : SimRun.of(seed, simulation);
      hashes.append(outcome.traceHash());
      violations += outcome.violations().size();
      events += outcome.events();
      simulatedMillis += outcome.simulatedMillis();
      if (!outcome.holds()) {
        failing.add(seed);
        explain(outcome, failing.size());
      }
      if ((i + 1) % every == 0) {
        progress.printf("%d of %d seeds, %d violations%n", i + 1, seeds, violations);
      }
    }
    String hash = String.format("%016x", PayloadHash.of(hashes.toString()));
    return new Summary(seeds, from, violations, hash, events, simulatedMillis / 1000, failing);
  }

  private void explain(Outcome outcome, int failures) {
    progress.printf("seed %d: %d violations. Again: %s --seeds 1 --from %d%n",
        outcome.seed(), outcome.violations().size(), command, outcome.seed());
    if (failures > FAILURES_EXPLAINED_MAX) {
      return;
    }
    outcome.violations().stream().limit(3).forEach(violation -> progress.println("  " + violation));
    FaultPlan smallest = SimRun.smallestPlan(outcome.seed(), simulation);
    progress.println("  fails with " + (smallest.faults().isEmpty() ? "no fault at all" : smallest.faults()));
  }
}
