package chasqui.drills.faults.ground;

/// One row, as it is fought.
@FunctionalInterface
public interface Drill {

  /// Attacks the node of the ground and writes down what came of it. An exception counts as a breach.
  void run(Ground ground, Finding finding);
}
