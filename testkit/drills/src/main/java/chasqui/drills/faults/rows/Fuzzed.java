package chasqui.drills.faults.rows;

import chasqui.drills.faults.ground.Drill;
import chasqui.drills.faults.ground.Finding;
import chasqui.drills.faults.ground.Ground;
import chasqui.drills.fuzz.FuzzReport;
import chasqui.drills.fuzz.FuzzRun;
import chasqui.drills.fuzz.Targets;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/// Inputs that a coverage-guided fuzzer thinks of, from the tree's corpus on: a fixed number by a fixed seed. What is
/// attacked is a node in simulated time with neighbours of its own; the ground's node stands beside it.
public final class Fuzzed implements Drill {

  private static final long SEED = 1;

  @Override
  public void run(Ground ground, Finding finding) {
    int times = ground.effort().of(1, 40);
    Duration most = Duration.ofSeconds(ground.effort().of(20, 150));
    Map<FuzzRun, CompletableFuture<FuzzReport>> reports = new LinkedHashMap<>();
    for (Targets target : Targets.values()) {
      FuzzRun run = new FuzzRun(target, folder(ground, target), _ -> {});
      reports.put(run, CompletableFuture.supplyAsync(
          () -> run.run((long) times * target.inputs(), most, SEED), Thread.ofVirtual()::start));
    }
    reports.forEach((run, report) -> judge(run, report.join(), finding));
  }

  private static void judge(FuzzRun run, FuzzReport report, Finding finding) {
    String target = report.target().word();
    finding.figure("fuzz_" + target, report.figures());
    finding.require(report.holds(), target + ": " + String.join(" ", report.finding())
        + "; again: ./chasqui fuzz --target " + target + " --repeat " + run.finding());
  }

  private static Path folder(Ground ground, Targets target) {
    try {
      return Files.createDirectories(ground.folder("fuzz-" + target.word()));
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }
}
