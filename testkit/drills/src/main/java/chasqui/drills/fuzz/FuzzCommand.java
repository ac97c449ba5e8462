package chasqui.drills.fuzz;

import chasqui.drills.fleet.Keeping;
import chasqui.drills.sim.BugLog;
import chasqui.testkit.process.TempDirs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// The command line of the fuzzer.
@Command(name = "fuzz", mixinStandardHelpOptions = true, description = {
    "Throws inputs at a node that whoever is drawn on by new code in it thinks of (Jazzer): what an authenticated peer sends,",
    "frames, tokens. Exit 0 only if nothing was found."})
public final class FuzzCommand implements Callable<Integer> {

  private static final Pattern PROGRESS = Pattern.compile("#\\d+\\s+(INITED|pulse|DONE) .*|== .*|\\s+at chasqui.*");
  private static final Duration MERGE_MAX = Duration.ofMinutes(10);

  @Option(names = "--target", paramLabel = "NAME", description = "One of ${COMPLETION-CANDIDATES}; all if none is named.")
  private Targets target;

  @Option(names = "--minutes", defaultValue = "1", paramLabel = "N", description = "How long, for each target (default ${DEFAULT-VALUE}).")
  private int minutes;

  @Option(names = "--seed", defaultValue = "1", description = "Of all choices (default ${DEFAULT-VALUE}).")
  private long seed;

  @Option(names = "--keep", paramLabel = "DIR", description = {
      "Where what is found is written, and, as TARGET.hex, the smallest corpus that reaches all that was reached."})
  private Path keep;

  @Option(names = "--repeat", paramLabel = "FILE", description = "Plays the inputs of a file, such as a finding, one after the other, without the fuzzer.")
  private Path repeat;

  @Override
  public Integer call() throws IOException {
    if (repeat != null) {
      BugLog.install();
      Target played = (target == null ? Targets.PEER : target).target(new Cost());
      Corpus.read(Files.readAllLines(repeat)).forEach(played::take);
      System.out.println("nothing was found");
      return 0;
    }
    TempDirs folder = TempDirs.create("chasqui-fuzz-");
    boolean holds = false;
    try {
      holds = true;
      for (Targets one : target == null ? Targets.values() : new Targets[] {target}) {
        holds &= fuzz(one, folder.root());
      }
      return holds ? 0 : 1;
    } finally {
      Keeping.close(folder, !holds);
    }
  }

  private boolean fuzz(Targets one, Path folder) throws IOException {
    FuzzRun run = new FuzzRun(one, folder, FuzzCommand::show);
    FuzzReport report = run.run(Long.MAX_VALUE, Duration.ofMinutes(minutes), seed);
    System.out.println(report.text());
    if (!report.holds()) {
      report.finding().forEach(System.out::println);
      System.out.println("again: ./chasqui fuzz --target " + one.word() + " --repeat " + run.finding());
    }
    if (keep != null) {
      Files.createDirectories(keep);
      if (Files.exists(run.finding())) {
        Files.write(keep.resolve(run.finding().getFileName()), Files.readAllLines(run.finding()));
      }
      List<byte[]> smallest = run.smallest(MERGE_MAX);
      Files.write(keep.resolve(one.word() + ".hex"), Corpus.lines(smallest));
    }
    return report.holds();
  }

  private static void show(String line) {
    if (PROGRESS.matcher(line).matches()) {
      System.err.println("-- " + line.strip());
    }
  }
}
