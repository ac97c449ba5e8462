package chasqui.drills.sim;

import chasqui.testkit.check.Verdict;
import chasqui.testkit.sim.Simulation;
import java.util.Map;

/// A simulation whose history is judged.
interface JudgedSimulation extends Simulation {

  /// Of the last run; null if it did not come to one.
  Verdict verdict();

  /// How often what happened in the last run, in words.
  default Map<String, Long> happenings() {
    return Map.of();
  }
}
