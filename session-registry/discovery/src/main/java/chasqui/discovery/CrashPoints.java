package chasqui.discovery;

import java.util.ServiceLoader;

/// What code on the path of a message calls at the named points. Production gets [#NONE]; drills and the simulator bring
/// implementations that crash.
@FunctionalInterface
public interface CrashPoints {
  /// Does nothing.
  CrashPoints NONE = _ -> {};

  /// Says that `point` is reached. May not return.
  void reach(CrashPoint point);

  /// The implementation that a drill put on the class path, else [#NONE]. For the wiring of a process only.
  static CrashPoints installed() {
    return ServiceLoader.load(CrashPoints.class).findFirst().orElse(NONE);
  }
}
