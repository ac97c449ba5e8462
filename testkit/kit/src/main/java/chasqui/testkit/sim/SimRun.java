package chasqui.testkit.sim;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/// Runs one seed of a simulation.
public final class SimRun {
  private SimRun() {}

  public static Outcome of(long seed, Simulation simulation) {
    return run(seed, simulation, Trace.silent(), UnaryOperator.identity());
  }

  /// Runs the seed and writes down all that happens.
  public static Outcome of(long seed, Simulation simulation, Trace trace) {
    return run(seed, simulation, trace, UnaryOperator.identity());
  }

  /// Runs the seed with these faults instead of the ones it draws.
  public static Outcome of(long seed, Simulation simulation, FaultPlan plan) {
    return run(seed, simulation, Trace.silent(), _ -> plan);
  }

  /// Runs the seed twice; two different traces are a violation like any other.
  public static Outcome twice(long seed, Simulation simulation) {
    Outcome first = of(seed, simulation);
    Outcome second = of(seed, simulation);
    if (first.traceHash().equals(second.traceHash())) {
      return first;
    }
    List<String> violations = new ArrayList<>(first.violations());
    violations.add("not repeatable: trace " + first.traceHash() + " with " + first.events() + " events, then "
        + second.traceHash() + " with " + second.events());
    return new Outcome(
        seed, first.traceHash(), first.events(), first.simulatedMillis(), first.plan(), violations);
  }

  /// The smallest part of the seed's faults with which it still fails; runs it up to 100 times.
  public static FaultPlan smallestPlan(long seed, Simulation simulation) {
    return of(seed, simulation).plan().shrink(plan -> !of(seed, simulation, plan).holds(), 100);
  }

  private static Outcome run(long seed, Simulation simulation, Trace trace, UnaryOperator<FaultPlan> editor) {
    SimWorld world = new SimWorld(seed, trace, editor);
    try {
      simulation.play(world);
    } catch (RuntimeException | Error bug) {
      StringWriter stack = new StringWriter();
      bug.printStackTrace(new PrintWriter(stack));
      world.violation("threw " + bug.getClass().getName());
      return outcome(world, List.of("threw " + stack));
    }
    return outcome(world, world.violations());
  }

  private static Outcome outcome(SimWorld world, List<String> violations) {
    return new Outcome(
        world.seed(),
        world.trace().hash(),
        world.scheduler().executed(),
        world.scheduler().nowNanos() / 1_000_000,
        world.plan(),
        violations);
  }
}
