package chasqui.drills.fuzz;

/// What inputs are thrown at. For one thread.
public interface Target {

  /// Takes one input.
  ///
  /// @throws Breach if it did what none may do; any other exception is one too
  void take(byte[] input);

  /// How many of the latest inputs, this one included, it takes to come to where it is now.
  default int memory() {
    return 1;
  }
}
