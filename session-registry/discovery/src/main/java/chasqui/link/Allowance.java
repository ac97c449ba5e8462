package chasqui.link;

/// How often something may be done: a token bucket, refilled steadily, never above its burst. The caller brings the time;
/// a clock that is put back adds nothing. Not thread-safe.
///
/// What a thing costs may be known only afterwards: {@link #charge} takes it even where it is not there, and what is owed
/// then has to come back first.
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
    if (!isOpen(now)) {
      return false;
    }
    left -= 1;
    return true;
  }

  /// Whether one could be taken.
  public boolean isOpen(long now) {
    refill(now);
    return left >= 1;
  }

  /// Takes `cost`, whether it is there or not; a negative one gives back.
  public void charge(double cost, long now) {
    refill(now);
    left = Math.min(burst, left - cost);
  }

  /// Takes one, whether it is there or not; never are more than a burst owed.
  public void owe(long now) {
    refill(now);
    left = Math.max(Math.min(left, -burst), left - 1);
  }

  /// How long until one can be taken, to the tick; 0 where it can be now.
  public long pause(long now) {
    refill(now);
    return left >= 1 ? 0 : (long) Math.ceil((1 - left) / perTick);
  }

  /// Whether it is as if nothing had ever been taken, so that it can be forgotten.
  public boolean isFull(long now) {
    refill(now);
    return left >= burst;
  }

  private void refill(long now) {
    left = Math.min(burst, left + Math.max(0, now - at) * perTick);
    at = now;
  }
}
