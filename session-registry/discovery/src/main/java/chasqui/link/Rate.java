package chasqui.link;

/// A budget: how much in the long run, and how much at once.
///
/// @param perMinute what a minute adds
/// @param burst what may be taken at once, after a pause
public record Rate(int perMinute, int burst) {

  private static final double MILLIS_PER_MINUTE = 60e3;

  public Rate {
    if (perMinute < 1 || burst < 1) {
      throw new IllegalArgumentException("a budget needs per-minute >= 1 and burst >= 1: without, nothing could ever be done");
    }
  }

  /// A full allowance of it, for a clock of milliseconds.
  public Allowance allowance(long nowMillis) {
    return new Allowance(perMinute / MILLIS_PER_MINUTE, burst, nowMillis);
  }

  /// So many times as much.
  public Rate times(int factor) {
    return new Rate(Math.multiplyExact(perMinute, factor), Math.multiplyExact(burst, factor));
  }
}
