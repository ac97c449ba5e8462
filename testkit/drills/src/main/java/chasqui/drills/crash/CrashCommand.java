package chasqui.drills.crash;

import chasqui.drills.fleet.Keeping;
import chasqui.testkit.process.TempDirs;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.random.RandomGenerator;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// The command line of the crash loop.
@Command(name = "crash", mixinStandardHelpOptions = true, description = {
    "Kills the node (kill -9) at random moments under load, restarts it, and checks every promise from the clients' histories.",
    "Exit 0 only if every promise held and enough was acked."})
public final class CrashCommand implements Callable<Integer> {

  @Option(names = "--kills", defaultValue = "20", description = "How often (default ${DEFAULT-VALUE}).")
  private int kills;

  @Option(names = "--clients", defaultValue = "200", description = "Devices, an even number (default ${DEFAULT-VALUE}).")
  private int clients;

  @Option(names = "--acked", defaultValue = "50000", description = "Messages that must be acked (default ${DEFAULT-VALUE}).")
  private long acked;

  @Option(names = "--in-flight", defaultValue = "4", description = "Messages that each client keeps under way (default ${DEFAULT-VALUE}).")
  private int inFlight;

  @Option(names = "--up-min-ms", defaultValue = "500", description = "Shortest time between kills (default ${DEFAULT-VALUE}).")
  private long upMinMs;

  @Option(names = "--up-max-ms", defaultValue = "4000", description = "Longest time between kills (default ${DEFAULT-VALUE}).")
  private long upMaxMs;

  @Option(names = "--seed", description = "Repeats the random moments of an earlier run.")
  private Long seed;

  @Option(names = "--json", description = "Print one JSON object on standard output, nothing else.")
  private boolean json;

  @Option(names = "--keep", description = "Keep the folder with the node's data and log.")
  private boolean keep;

  @Override
  public Integer call() throws Exception {
    CrashPlan plan = new CrashPlan(
        clients, kills, acked, Duration.ofMillis(upMinMs), Duration.ofMillis(upMaxMs), inFlight, Duration.ofSeconds(120));
    long drawn = seed == null ? RandomGenerator.getDefault().nextLong() : seed;
    TempDirs folder = TempDirs.create("chasqui-crash-");
    try (CrashLoop loop = new CrashLoop(plan, drawn, folder.root(), line -> System.err.println("-- " + line))) {
      CrashReport report = loop.run();
      System.out.println(json ? report.json() : report.text());
      return report.holds() ? 0 : 1;
    } finally {
      Keeping.close(folder, keep);
    }
  }
}
