package chasqui.drills.sim;

import chasqui.testkit.sim.FaultPlan;
import chasqui.testkit.sim.Outcome;
import chasqui.testkit.sim.SimRun;
import chasqui.testkit.sim.TimedFault;
import chasqui.testkit.sim.Trace;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// The command line of the simulation.
@Command(name = "sim", mixinStandardHelpOptions = true, description = {
    "Runs a whole mesh on simulated time, network and store, once for each seed, while everything fails that may.",
    "The same seed does the same in every process. Exit 0 only if no promise was broken."})
public final class SimCommand implements Callable<Integer> {

  @Option(names = "--seeds", defaultValue = "100", description = "How many seeds (default ${DEFAULT-VALUE}).")
  private long seeds;

  @Option(names = "--from", defaultValue = "1", description = "The first seed (default ${DEFAULT-VALUE}).")
  private long from;

  @Option(names = "--threads", description = "Seeds run at a time (default: one for each core).")
  private Integer threads;

  @Option(names = "--json", description = "Print one JSON object on standard output, nothing else.")
  private boolean json;

  @Option(names = "--trace", description = "Print all that happens in the first seed.")
  private boolean trace;

  @Option(names = "--shrink", description = "Find the fewest faults with which the first seed still fails.")
  private boolean shrink;

  @Option(names = "--shape", defaultValue = "any", description =
      "One mailbox on an embedded store, several over a shared one, or the one for odd and the other for even seeds:"
          + " ${COMPLETION-CANDIDATES} (default ${DEFAULT-VALUE}).")
  private MeshShape shape;

  @Option(names = "--model", description = "Ten people take random steps; all that is decided and seen is held against a model.")
  private boolean model;

  @Option(names = "--steps", defaultValue = "" + ModelSimulation.STEPS,
      description = "With --model: how many steps (default ${DEFAULT-VALUE}).")
  private int steps;

  @Override
  public Integer call() {
    BugLog.install();
    if (trace) {
      return traced();
    }
    if (shrink) {
      return shrunk();
    }
    int atATime = threads == null ? Runtime.getRuntime().availableProcessors() : threads;
    SeedSweep sweep = new SeedSweep(atATime, line -> System.err.println("-- " + line));
    SimReport report = sweep.run(Trial.range(from, seeds, this::trial), seeds > 1 ? before() : List.of());
    System.out.println(json ? report.json() : report.text());
    return report.holds() ? 0 : 1;
  }

  private Trial trial(long seed) {
    return model ? Trial.model(seed, steps) : Trial.mesh(seed, shape);
  }

  private List<Trial> before() {
    List<Trial> before = new ArrayList<>();
    if (model) {
      FailedSeeds.ofModel().forEach(seed -> before.add(trial(seed)));
    }
    if (!model && shape != MeshShape.SHARED) {
      FailedSeeds.ofMesh().forEach(seed -> before.add(Trial.mesh(seed, MeshShape.EMBEDDED)));
    }
    if (!model && shape != MeshShape.EMBEDDED) {
      FailedSeeds.ofSharedMesh().forEach(seed -> before.add(Trial.mesh(seed, MeshShape.SHARED)));
    }
    return before;
  }

  private JudgedSimulation simulation(Consumer<String> talk) {
    return model ? new ModelSimulation(steps) : new MeshSimulation(shape.of(from), talk, false);
  }

  private int traced() {
    Outcome outcome = SimRun.of(from, simulation(System.out::println), Trace.to(System.out::println));
    System.out.println("trace hash " + outcome.traceHash());
    outcome.violations().forEach(System.out::println);
    return outcome.holds() ? 0 : 1;
  }

  private int shrunk() {
    FaultPlan plan = SimRun.smallestPlan(from, simulation(null));
    plan.faults().stream().map(TimedFault::toString).forEach(System.out::println);
    Outcome outcome = SimRun.of(from, simulation(null), plan);
    outcome.violations().forEach(System.out::println);
    return outcome.holds() ? 0 : 1;
  }
}
