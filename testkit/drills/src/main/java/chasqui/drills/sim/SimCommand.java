package chasqui.drills.sim;

import chasqui.testkit.sim.Outcome;
import chasqui.testkit.sim.SimRun;
import chasqui.testkit.sim.Trace;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// Runs seeds of the simulated mesh.
@Command(name = "sim", mixinStandardHelpOptions = true, description = "Runs seeds of the simulated mesh.")
public final class SimCommand implements Callable<Integer> {

  @Option(names = "--seeds", defaultValue = "100", description = "How many seeds (${DEFAULT-VALUE}).")
  private long seeds;

  @Option(names = "--from", defaultValue = "1", description = "The first seed (${DEFAULT-VALUE}).")
  private long from;

  @Option(names = "--trace", description = "Print everything that happens.")
  private boolean trace;

  @Override
  public Integer call() {
    BugLog.install();
    int failed = 0;
    for (long seed = from; seed < from + seeds; seed++) {
      long began = System.nanoTime();
      Outcome outcome = SimRun.of(seed, new MeshSimulation(trace ? System.out::println : null), trace ? Trace.to(System.out::println) : Trace.silent());
      System.out.printf("seed %d: %s %d events %d ms simulated, %d ms%n", seed, outcome.traceHash(), outcome.events(),
          outcome.simulatedMillis(), (System.nanoTime() - began) / 1_000_000);
      outcome.violations().stream().limit(4).forEach(System.out::println);
      failed += outcome.holds() ? 0 : 1;
    }
    return failed == 0 ? 0 : 1;
  }
}
