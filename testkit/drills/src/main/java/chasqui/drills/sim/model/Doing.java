package chasqui.drills.sim.model;

import chasqui.error.v1.Reason;

/// Something under way in the mesh, and what came of it.
final class Doing {

  private final Op op;
  private final Actor actor;
  private Reason refusal;
  private long seq;
  private long stampMicros;
  private boolean over;

  /// @param actor whose device does it; null for a call
  Doing(Op op, Actor actor) {
    this.op = op;
    this.actor = actor;
  }

  Op op() {
    return op;
  }

  Actor actor() {
    return actor;
  }

  void done(long atSeq, long atMicros) {
    seq = atSeq;
    stampMicros = atMicros;
    over = true;
  }

  void refused(Reason why) {
    refusal = why;
    over = true;
  }

  boolean isOver() {
    return over;
  }

  /// Null if it was done.
  Reason refusal() {
    return refusal;
  }

  /// Its place.
  long seq() {
    return seq;
  }

  /// 0 where it is not told.
  long stampMicros() {
    return stampMicros;
  }

  @Override
  public String toString() {
    return op + (over ? refusal == null ? " stands at " + seq : " was refused with " + refusal : " is under way");
  }
}
