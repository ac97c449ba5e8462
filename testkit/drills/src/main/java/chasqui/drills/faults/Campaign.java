package chasqui.drills.faults;

import chasqui.drills.faults.ground.Effort;
import chasqui.drills.faults.ground.Finding;
import chasqui.drills.faults.ground.Ground;
import chasqui.drills.faults.ground.Outcome;
import chasqui.drills.mesh.ground.MeshGround;
import chasqui.drills.mesh.process.MeshStartException;
import chasqui.drills.mesh.process.Topology;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

/// Fights rows one after the other. On a node, under the eyes of its neighbours; after each: no line in the node's log that
/// only a bug writes, the node lives, and the neighbours noticed nothing. On a mesh, while a crowd talks that is judged
/// after each.
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
    int from = 0;
    while (from < rows.size()) {
      int to = from + 1;
      while (to < rows.size() && rows.get(to).isLike(rows.get(from))) {
        to++;
      }
      results.addAll(runAlike(rows.subList(from, to), folder.resolve("ground-" + from)));
      from = to;
    }
    return results;
  }

  /// Rows that are fought on ground of one kind.
  private List<Result> runAlike(List<Row> rows, Path place) {
    if (isOver()) {
      return rows.stream().map(row -> Result.unmeasured(row, "the budget of time was spent before it")).toList();
    }
    return switch (rows.getFirst().fight()) {
      case Row.OnNode(var settings, _) -> onNode(rows, settings, place);
      case Row.OnMesh(var topology, _) -> onMesh(rows, topology, place);
      case Row.Later _ -> rows.stream().map(Result::later).toList();
    };
  }

  private List<Result> onNode(List<Row> rows, List<String> settings, Path place) {
    List<Result> results = new ArrayList<>();
    progress.accept("starting a node and its neighbours");
    try (Ground ground = Ground.open(place, settings, effort, random)) {
      for (Row row : rows) {
        results.add(run(row, finding -> fight(row, ground, finding)));
        if (results.getLast().outcome() == Outcome.FAILED) {
          keepLog(row, ground);
        }
      }
    }
    return results;
  }

  private static void fight(Row row, Ground ground, Finding finding) {
    ground.begin();
    guarded(finding, () -> ((Row.OnNode) row.fight()).drill().get().run(ground, finding));
    ground.end(finding);
  }

  private List<Result> onMesh(List<Row> rows, Topology topology, Path place) {
    progress.accept("starting a mesh: " + topology.words());
    try (MeshGround ground = MeshGround.open(place, topology, effort, random, progress)) {
      List<Result> results = new ArrayList<>();
      for (Row row : rows) {
        results.add(run(row, finding -> fight(row, ground, finding)));
        if (results.getLast().outcome() == Outcome.FAILED) {
          progress.accept(row.id() + " FAILED; the logs of the mesh: " + place.resolve("logs"));
        }
      }
      return results;
    } catch (MeshStartException failure) {
      failure.tail().forEach(line -> progress.accept("   " + line));
      return rows.stream().map(row -> Result.unmeasured(row, failure.getMessage())).toList();
    }
  }

  private static void fight(Row row, MeshGround ground, Finding finding) {
    try {
      guarded(finding, () -> {
        ground.begin();
        ((Row.OnMesh) row.fight()).drill().get().run(ground, finding);
      });
      guarded(finding, () -> ground.end(finding));
    } finally {
      ground.hangUp();
    }
  }

  private Result run(Row row, Consumer<Finding> fight) {
    if (isOver()) {
      return Result.unmeasured(row, "the budget of time was spent before it");
    }
    progress.accept(row.id() + ": " + row.title());
    Finding finding = new Finding();
    long begin = System.nanoTime();
    fight.accept(finding);
    return Result.of(row, finding, System.nanoTime() - begin);
  }

  private static void guarded(Finding finding, Runnable step) {
    try {
      step.run();
    } catch (RuntimeException | AssertionError broken) {
      finding.require(false, "the drill broke off: " + broken);
    }
  }

  private boolean isOver() {
    return System.nanoTime() - endNanos > 0;
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
