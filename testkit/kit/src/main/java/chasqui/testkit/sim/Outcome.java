package chasqui.testkit.sim;

import java.util.List;

/// What one seed came to.
///
/// @param traceHash the same in every run of the same seed
/// @param events scheduler events run
/// @param simulatedMillis how long it took in there
/// @param plan the faults that happened
/// @param violations none if all is well
public record Outcome(
    long seed, String traceHash, long events, long simulatedMillis, FaultPlan plan, List<String> violations) {
  public Outcome {
    violations = List.copyOf(violations);
  }

  public boolean holds() {
    return violations.isEmpty();
  }
}
