package chasqui.drills.sim;

import chasqui.testkit.check.Verdict;
import chasqui.testkit.history.PayloadHash;
import chasqui.testkit.sim.Outcome;
import chasqui.testkit.sim.SimRun;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.LongStream;

/// Runs many seeds, one on each thread, and says which fail and how to run those again.
final class SeedSweep {
  /// Every so many seeds one is run twice, to see that it repeats itself.
  private static final int REPEAT_EVERY = 50;

  private static final int EXPLAINED_MAX = 10;
  private static final int VIOLATIONS_TOLD_MAX = 4;

  private record Ran(Outcome outcome, Verdict verdict) {}

  private final Supplier<JudgedSimulation> simulations;
  private final String command;
  private final int threads;
  private final Consumer<String> progress;

  /// @param simulations makes one for each seed
  /// @param command runs them, but for the seeds
  /// @param progress lines for people
  SeedSweep(Supplier<JudgedSimulation> simulations, String command, int threads, Consumer<String> progress) {
    this.simulations = simulations;
    this.command = command;
    this.threads = threads;
    this.progress = progress;
  }

  /// @param before seeds that are run as well, first
  SimReport run(long from, long seeds, List<Long> before) {
    long began = System.nanoTime();
    List<Long> all = new ArrayList<>(before);
    LongStream.range(from, from + seeds).filter(seed -> !before.contains(seed)).forEach(all::add);
    List<Ran> ran = runAll(all);
    StringBuilder hashes = new StringBuilder();
    List<SimReport.Failing> failing = new ArrayList<>();
    for (Ran one : ran) {
      Outcome outcome = one.outcome();
      hashes.append(outcome.traceHash());
      if (!outcome.holds()) {
        failing.add(new SimReport.Failing(outcome.seed(), outcome.violations().size(), command(outcome.seed())));
      }
    }
    return new SimReport(
        seeds, from, ran.stream().mapToLong(one -> one.outcome().violations().size()).sum(),
        String.format(Locale.ROOT, "%016x", PayloadHash.of(hashes.toString())),
        (System.nanoTime() - began) / 1_000_000 / 1e3,
        ran.stream().mapToLong(one -> one.outcome().simulatedMillis()).sum() / 1_000, before.size(),
        ran.stream().mapToLong(one -> one.outcome().events()).sum(),
        ran.stream().mapToLong(one -> one.verdict() == null ? 0 : one.verdict().acked()).sum(),
        ran.stream().mapToLong(one -> one.verdict() == null ? 0 : one.verdict().redelivered()).sum(), failing);
  }

  private List<Ran> runAll(List<Long> seeds) {
    List<Ran> ran = new ArrayList<>();
    try (ExecutorService executor = Executors.newFixedThreadPool(threads)) {
      List<CompletableFuture<Ran>> runs = new ArrayList<>();
      for (int i = 0; i < seeds.size(); i++) {
        long seed = seeds.get(i);
        boolean twice = i % REPEAT_EVERY == 0;
        runs.add(CompletableFuture.supplyAsync(() -> run(seed, twice), executor));
      }
      int every = Math.max(1, seeds.size() / 10);
      int failed = 0;
      for (CompletableFuture<Ran> run : runs) {
        ran.add(run.join());
        Outcome outcome = ran.getLast().outcome();
        failed += outcome.holds() ? 0 : 1;
        if (!outcome.holds() && failed <= EXPLAINED_MAX) {
          explain(outcome);
        }
        if (ran.size() % every == 0) {
          progress.accept(ran.size() + " of " + seeds.size() + " seeds, " + failed + " failed");
        }
      }
    }
    return ran;
  }

  private Ran run(long seed, boolean twice) {
    JudgedSimulation simulation = simulations.get();
    Outcome outcome = twice ? SimRun.twice(seed, simulation) : SimRun.of(seed, simulation);
    return new Ran(outcome, simulation.verdict());
  }

  private void explain(Outcome outcome) {
    progress.accept("seed " + outcome.seed() + ": " + outcome.violations().size() + " violations. Again: "
        + command(outcome.seed()));
    outcome.violations().stream().limit(VIOLATIONS_TOLD_MAX).forEach(violation -> progress.accept("  " + violation));
  }

  private String command(long seed) {
    return command + " --seeds 1 --from " + seed;
  }
}
