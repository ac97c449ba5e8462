package chasqui.drills.faults;

import chasqui.drills.faults.ground.Effort;
import chasqui.drills.faults.ground.Finding;
import chasqui.drills.faults.ground.Ground;
import chasqui.drills.faults.ground.Outcome;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

/// Fights rows one after the other, on one node unless a row needs another kind, under the eyes of its neighbours. After each: no line in the node's log
/// that only a bug writes, the node lives, and the neighbours noticed nothing.
final class Campaign {

  private final Path folder;
  private final Effort effort;
  private final long endNanos;
  private final RandomGenerator random;
  private final Consumer<String> progress;

  /// @param folder keeps the logs of failed rows
  Campaign(Path folder, Effort effort, Duration budget, RandomGenerator random, Consumer<String> progress) {
    this.folder = folder;
    this.effort = effort;
    this.endNanos = System.nanoTime() + budget.toNanos();
    this.random = random;
    this.progress = progress;
  }

  List<Result> run(List<Row> rows) {
    List<Result> results = new ArrayList<>();
    if (rows.stream().allMatch(row -> row.drill() == null)) {
      rows.forEach(row -> results.add(Result.later(row)));
      return results;
    }
    int from = 0;
    while (from < rows.size()) {
      int to = from + 1;
      while (to < rows.size() && rows.get(to).settings().equals(rows.get(from).settings())) {
        to++;
      }
      results.addAll(runAlike(rows.subList(from, to), folder.resolve("ground-" + from)));
      from = to;
    }
    return results;
  }

  /// Rows that are fought on nodes of one kind.
  private List<Result> runAlike(List<Row> rows, Path place) {
    List<Result> results = new ArrayList<>();
    progress.accept("starting a node and its neighbours");
    try (Ground ground = Ground.open(place, rows.getFirst().settings(), effort, random)) {
      rows.forEach(row -> results.add(run(row, ground)));
    }
    return results;
  }

  private Result run(Row row, Ground ground) {
    if (row.drill() == null) {
      return Result.later(row);
    }
    if (System.nanoTime() - endNanos > 0) {
      return Result.unmeasured(row, "the budget of time was spent before it");
    }
    progress.accept(row.id() + ": " + row.title());
    Finding finding = new Finding();
    long begin = System.nanoTime();
    ground.begin();
    try {
      row.drill().get().run(ground, finding);
    } catch (RuntimeException | AssertionError broken) {
      finding.require(false, "the drill broke off: " + broken);
    }
    ground.end(finding);
    Result result = Result.of(row, finding, System.nanoTime() - begin);
    if (result.outcome() == Outcome.FAILED) {
      keepLog(row, ground);
    }
    return result;
  }

  private void keepLog(Row row, Ground ground) {
    Path log = folder.resolve("failed-" + row.id() + ".log");
    try {
      Files.write(log, ground.log().lines());
      progress.accept(row.id() + " FAILED; the node's log of it: " + log);
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }
}
