package chasqui.bench;

import chasqui.testkit.cassandra.CqlServer;
import chasqui.testkit.process.TempDirs;
import java.util.concurrent.Callable;
import java.util.random.RandomGenerator;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// The bench's command line; the launcher calls it.
@Command(name = "bench", mixinStandardHelpOptions = true, subcommands = {Main.Direct.class, Main.Store.class},
    description = "Measures Chasqui against a bare relay, and its journal against plain writes.")
public final class Main {

  private Main() {}

  static void main(String[] arguments) {
    System.exit(new CommandLine(new Main()).execute(arguments));
  }

  /// `bench direct`.
  @Command(name = "direct", mixinStandardHelpOptions = true, description = {
      "1:1 messages: server CPU per message of the whole durable path over that of a bare relay, interleaved.",
      "A run that loses a message, or whose generator cannot offer the load, has no figure and exits with 1."})
  static final class Direct implements Callable<Integer> {

    @Option(names = "--pairs", defaultValue = "50", description = "Pairs of clients, a connection each (default ${DEFAULT-VALUE}).")
    private int pairs;

    @Option(names = "--rate", defaultValue = "2000", description = "Messages offered per second (default ${DEFAULT-VALUE}).")
    private double rate;

    @Option(names = "--repeats", defaultValue = "5", description = "Interleaved pairs of intervals (default ${DEFAULT-VALUE}).")
    private int repeats;

    @Option(names = "--seconds", defaultValue = "6", description = "Length of an interval (default ${DEFAULT-VALUE}).")
    private double seconds;

    @Option(names = "--warm-up", defaultValue = "8", description = "Seconds of each warm-up interval (default ${DEFAULT-VALUE}).")
    private double warmUp;

    @Option(names = "--payload", defaultValue = "200", description = "Bytes of text in a message (default ${DEFAULT-VALUE}).")
    private int payload;

    @Option(names = "--json", description = "Print one JSON object on standard output, nothing else.")
    private boolean json;

    @Override
    public Integer call() throws Exception {
      var plan = new DirectBench.Plan(pairs, rate, repeats, warmUp, seconds, payload);
      try (TempDirs folder = TempDirs.create("chasqui-bench-");
          DirectBench bench = new DirectBench(
              plan, folder.root(), RandomGenerator.getDefault(), line -> System.err.println("-- " + line))) {
        DirectReport report = bench.run();
        System.out.println(json ? report.json() : report.table());
        return report.valid() ? 0 : 1;
      }
    }
  }

  /// `bench store`.
  @Command(name = "store", mixinStandardHelpOptions = true, description = {
      "A CQL server under many waiting senders, interleaved: one conditional insert per message, the journal, plain writes.",
      "All write the same rows and acknowledge what is synced. A run with failures has no figure and exits with 1."})
  static final class Store implements Callable<Integer> {

    @Option(names = "--senders", defaultValue = "1024", description = "Senders, each with one message under way (default ${DEFAULT-VALUE}).")
    private int senders;

    @Option(names = "--stripes", defaultValue = "4", description = "Journals (default ${DEFAULT-VALUE}).")
    private int stripes;

    @Option(names = "--repeats", defaultValue = "3", description = "Interleaved rounds (default ${DEFAULT-VALUE}).")
    private int repeats;

    @Option(names = "--seconds", defaultValue = "8", description = "Length of an interval (default ${DEFAULT-VALUE}).")
    private double seconds;

    @Option(names = "--warm-up", defaultValue = "6", description = "Seconds of each warm-up interval (default ${DEFAULT-VALUE}).")
    private double warmUp;

    @Option(names = "--payload", defaultValue = "200", description = "Random bytes in a message (default ${DEFAULT-VALUE}).")
    private int payload;

    @Option(names = "--commit-log", defaultValue = "BATCH", description = {
        "When a server that is started here syncs: ${COMPLETION-CANDIDATES} (default ${DEFAULT-VALUE}).",
        "PERIODIC is Cassandra's default; then no way acknowledges what is synced."})
    private CqlServer.CommitLog commitLog;

    @Option(names = "--json", description = "Print one JSON object on standard output, nothing else.")
    private boolean json;

    @Override
    public Integer call() throws Exception {
      var plan = new StoreBench.Plan(senders, stripes, repeats, warmUp, seconds, payload, commitLog);
      StoreReport report = StoreBench.run(plan, RandomGenerator.getDefault(), line -> System.err.println("-- " + line));
      System.out.println(json ? report.json() : report.table());
      return report.valid() ? 0 : 1;
    }
  }
}
