package chasqui.drills.faults;

import chasqui.drills.faults.ground.Effort;
import chasqui.drills.fleet.Keeping;
import chasqui.testkit.process.TempDirs;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// The command line of the faults.
@Command(name = "faults", mixinStandardHelpOptions = true, description = {
    "Attacks a node or a mesh, row by row, while honest clients chat: passed, failed, not measurable here, or later.",
    "Exit 0 only if nothing that was asked for failed. A failed row keeps the logs of it."})
public final class FaultsCommand implements Callable<Integer> {

  private static final Duration SHORT_BELOW = Duration.ofMinutes(5);

  @Spec
  private CommandSpec spec;

  @Parameters(arity = "0..*", paramLabel = "ROW", description = "Rows, such as S10; --list names them.")
  private List<String> ids = new ArrayList<>();

  @Option(names = "--all", description = "Every row.")
  private boolean all;

  @Option(names = "--on", paramLabel = "GROUND", description = "With --all: only the rows on one `node`, or those on a `mesh` of processes.")
  private String ground;

  @Option(names = "--list", description = "Name the rows and end.")
  private boolean list;

  @Option(names = "--budget", defaultValue = "10m", paramLabel = "TIME",
      description = "Time for all, as 90s or 10m (default ${DEFAULT-VALUE}); below 5m each row has its short form.")
  private String budget;

  @Option(names = "--seed", description = "Repeats the random choices of an earlier run.")
  private Long seed;

  @Option(names = "--json", description = "Print one JSON object on standard output, nothing else.")
  private boolean json;

  @Option(names = "--keep", description = "Keep the folder with the node's data and log.")
  private boolean keep;

  @Override
  public Integer call() {
    if (list) {
      Catalogue.rows().forEach(row -> System.out.println(
          String.format(Locale.ROOT, "%-4s %s%s", row.id(), row.title(), row.fight() instanceof Row.Later ? " (later)" : "")));
      return 0;
    }
    List<Row> rows = chosen();
    Duration time = time();
    Effort effort = time.compareTo(SHORT_BELOW) < 0 ? Effort.SHORT : Effort.FULL;
    long drawn = seed == null ? RandomGenerator.getDefault().nextLong() : seed;
    RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(drawn);
    TempDirs folder = TempDirs.create("chasqui-faults-");
    boolean failed = true;
    try {
      long begin = System.nanoTime();
      List<Result> results =
          new Campaign(folder.root(), effort, time, random, line -> System.err.println("-- " + line)).run(rows);
      FaultsReport report = new FaultsReport(results, (System.nanoTime() - begin) / 1e9, drawn);
      System.out.println(json ? report.json() : report.text());
      failed = !report.holds();
      return failed ? 1 : 0;
    } finally {
      Keeping.close(folder, keep || failed);
    }
  }

  private List<Row> chosen() {
    if (all) {
      return Catalogue.rows().stream().filter(this::isOnGround).toList();
    }
    if (ids.isEmpty()) {
      throw new ParameterException(spec.commandLine(), "Name rows, or --all; --list names them.");
    }
    return ids.stream()
        .map(id -> Catalogue.row(id).orElseThrow(() ->
            new ParameterException(spec.commandLine(), "There is no row '" + id + "'; --list names them.")))
        .toList();
  }

  private boolean isOnGround(Row row) {
    return switch (ground) {
      case null -> true;
      case "node" -> row.fight() instanceof Row.OnNode;
      case "mesh" -> row.fight() instanceof Row.OnMesh;
      default -> throw new ParameterException(spec.commandLine(), "--on takes node or mesh, got '" + ground + "'");
    };
  }

  private Duration time() {
    try {
      return Duration.parse("PT" + budget.toUpperCase(Locale.ROOT));
    } catch (java.time.format.DateTimeParseException unreadable) {
      throw new ParameterException(spec.commandLine(), "--budget takes a time such as 90s or 10m, got '" + budget + "'");
    }
  }
}
