package chasqui.testkit.sim;

/// A simulation: sets a world up, runs it, judges it by [SimWorld#violation] and [SimWorld#judge]. It must be a function
/// of the world's seed alone.
@FunctionalInterface
public interface Simulation {
  void play(SimWorld world);
}
