package chasqui.drills;

import chasqui.discovery.CrashPoint;
import chasqui.discovery.CrashPoints;
import chasqui.testkit.crash.CrashAt;

/// The crash points of a node that runs with the drills on its class path: ends the process where
/// [CrashAt] was asked to. Found by the service loader; does nothing unless asked.
public final class HaltAtCrashPoint implements CrashPoints {
  private final CrashPoints points =
      CrashAt.asked().<CrashPoints>map(crash -> point -> crash.reach(point.id())).orElse(NONE);

  @Override
  public void reach(CrashPoint point) {
    points.reach(point);
  }
}
