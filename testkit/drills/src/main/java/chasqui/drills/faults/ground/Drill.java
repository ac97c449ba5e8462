package chasqui.drills.faults.ground;

/// One row, as it is fought.
@FunctionalInterface
public interface Drill {

  /// Attacks the node of the ground and writes down what came of it. An exception counts as a breach.
  void run(Ground ground, Finding finding);

  /// This one, then another, as one row.
  default Drill then(Drill next) {
    return (ground, finding) -> {
      run(ground, finding);
      next.run(ground, finding);
    };
  }
}
