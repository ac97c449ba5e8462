package chasqui.testkit.check;

import chasqui.testkit.history.Observation;

/// Judges one promise. Given every observation once, in order, then asked for its conclusion.
interface Checker {
  Promise promise();

  /// Looks at the next observation; `past` knows everything before it and not yet the observation itself.
  default void observe(Observation observation, Facts past, Findings findings) {}

  /// What can only be said when the whole history is known.
  default void conclude(Facts facts, Findings findings) {}
}
