package chasqui.drills.mesh.ground;

import chasqui.drills.mesh.crowd.Crowd;
import chasqui.testkit.history.Observation;

/// A fault in force, as the crowd's history tells it. For one thread.
public final class Fault {

  private final Crowd crowd;
  private final String name;
  private final long beganNanos = System.nanoTime();

  Fault(Crowd crowd, String name, Observation.FaultKind kind) {
    this.crowd = crowd;
    this.name = name;
    crowd.note(new Observation.FaultBegan(name, kind, beganNanos / 1_000));
  }

  public long beganNanos() {
    return beganNanos;
  }

  /// It is over.
  public void heal() {
    crowd.note(new Observation.FaultEnded(name, System.nanoTime() / 1_000));
  }
}
