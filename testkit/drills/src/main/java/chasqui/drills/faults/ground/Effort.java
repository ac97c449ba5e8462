package chasqui.drills.faults.ground;

/// How much is put into each row.
public enum Effort {
  /// Everything within a minute: what every change is held against.
  SHORT,
  /// The figures that the claims name.
  FULL;

  /// Picks a size.
  public int of(int small, int full) {
    return this == SHORT ? small : full;
  }
}
