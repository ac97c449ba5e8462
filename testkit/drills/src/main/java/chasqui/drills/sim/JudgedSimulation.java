package chasqui.drills.sim;

import chasqui.testkit.check.Verdict;
import chasqui.testkit.sim.Simulation;

/// A simulation whose history is judged.
interface JudgedSimulation extends Simulation {

  /// Of the last run; null if it did not come to one.
  Verdict verdict();
}
