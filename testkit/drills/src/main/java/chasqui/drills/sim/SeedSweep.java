package chasqui.drills.sim;

import chasqui.testkit.check.Verdict;
import chasqui.testkit.history.PayloadHash;
import chasqui.testkit.sim.Outcome;
import chasqui.testkit.sim.SimRun;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;

/// Runs many seeds, one on each thread, and says which fail and how to run those again.
final class SeedSweep {
  /// Every so many seeds one is run twice, to see that it repeats itself.
  private static final int REPEAT_EVERY = 50;

  private static final int EXPLAINED_MAX = 10;
  private static final int VIOLATIONS_TOLD_MAX = 4;

  private record Ran(Trial trial, Outcome outcome, Verdict verdict, Map<String, Long> happenings) {}

  private final int threads;
  private final Consumer<String> progress;

  /// @param progress lines for people
  SeedSweep(int threads, Consumer<String> progress) {
    this.threads = threads;
    this.progress = progress;
  }

  /// @param before what is run as well, first
  SimReport run(List<Trial> asked, List<Trial> before) {
    long began = System.nanoTime();
    List<Trial> all = new ArrayList<>(before);
    asked.stream().filter(trial -> before.stream().noneMatch(other -> isSame(trial, other))).forEach(all::add);
    List<Ran> ran = runAll(all);
    StringBuilder hashes = new StringBuilder();
    List<SimReport.Failing> failing = new ArrayList<>();
    TreeMap<String, Long> kinds = new TreeMap<>();
    TreeMap<String, Long> happenings = new TreeMap<>();
    for (Ran one : ran) {
      Outcome outcome = one.outcome();
      hashes.append(outcome.traceHash());
      one.happenings().forEach((what, times) -> happenings.merge(what, times, Long::sum));
      kinds.merge(one.trial().kind(), 1L, Long::sum);
      if (!outcome.holds()) {
        failing.add(new SimReport.Failing(outcome.seed(), outcome.violations().size(), one.trial().command()));
      }
    }
    return new SimReport(
        asked.size(), asked.getFirst().seed(), ran.stream().mapToLong(one -> one.outcome().violations().size()).sum(),
        String.format(Locale.ROOT, "%016x", PayloadHash.of(hashes.toString())),
        (System.nanoTime() - began) / 1_000_000 / 1e3,
        ran.stream().mapToLong(one -> one.outcome().simulatedMillis()).sum() / 1_000, before.size(), kinds,
        ran.stream().mapToLong(one -> one.outcome().events()).sum(),
        ran.stream().mapToLong(one -> one.verdict() == null ? 0 : one.verdict().acked()).sum(),
        ran.stream().mapToLong(one -> one.verdict() == null ? 0 : one.verdict().redelivered()).sum(), happenings, failing);
  }

  private static boolean isSame(Trial one, Trial other) {
    return one.seed() == other.seed() && one.kind().equals(other.kind());
  }

  private List<Ran> runAll(List<Trial> trials) {
    List<Ran> ran = new ArrayList<>();
    try (ExecutorService executor = Executors.newFixedThreadPool(threads)) {
      List<CompletableFuture<Ran>> runs = new ArrayList<>();
      for (int i = 0; i < trials.size(); i++) {
        Trial trial = trials.get(i);
        boolean twice = i % REPEAT_EVERY == 0;
        runs.add(CompletableFuture.supplyAsync(() -> run(trial, twice), executor));
      }
      int every = Math.max(1, trials.size() / 10);
      int failed = 0;
      for (CompletableFuture<Ran> run : runs) {
        ran.add(run.join());
        Outcome outcome = ran.getLast().outcome();
        failed += outcome.holds() ? 0 : 1;
        if (!outcome.holds() && failed <= EXPLAINED_MAX) {
          explain(ran.getLast());
        }
        if (ran.size() % every == 0) {
          progress.accept(ran.size() + " of " + trials.size() + " seeds, " + failed + " failed");
        }
      }
    }
    return ran;
  }

  private static Ran run(Trial trial, boolean twice) {
    JudgedSimulation simulation = trial.simulation().get();
    Outcome outcome = twice ? SimRun.twice(trial.seed(), simulation) : SimRun.of(trial.seed(), simulation);
    return new Ran(trial, outcome, simulation.verdict(), simulation.happenings());
  }

  private void explain(Ran ran) {
    Outcome outcome = ran.outcome();
    progress.accept("seed " + outcome.seed() + ": " + outcome.violations().size() + " violations. Again: "
        + ran.trial().command());
    outcome.violations().stream().limit(VIOLATIONS_TOLD_MAX).forEach(violation -> progress.accept("  " + violation));
  }
}
