package chasqui.link;

/// How often something may be done: refilled steadily, never above its burst. The caller brings the time, of a clock that
/// only goes forward. Not thread-safe.
public final class Allowance {

  private final double perTick;
  private final int burst;
  private double left;
  private long at;

  /// @param perTick what one unit of the caller's time adds
  /// @param burst how much may be done at once; there from the beginning
  public Allowance(double perTick, int burst, long now) {
    this.perTick = perTick;
    this.burst = burst;
    this.left = burst;
    this.at = now;
  }

  /// Takes one; false where there is none.
  public boolean take(long now) {
    left = Math.min(burst, left + (now - at) * perTick);
    at = now;
    if (left < 1) {
      return false;
    }
    left -= 1;
    return true;
  }
}
