package chasqui.drills.sim.store;

/// How the store behaves for a while.
///
/// @param readMinNanos the least time that a read takes
/// @param readMaxNanos the most
/// @param unknownRate how often a write ends without anybody knowing whether it is stored; half of them are
/// @param silentRate how often a read gets no answer
/// @param hasty whether commits are answered before they are synced: a lie, to see that it is found out
public record StoreWeather(long readMinNanos, long readMaxNanos, double unknownRate, double silentRate, boolean hasty) {
  /// Quick and without a fault.
  public static final StoreWeather FAIR = new StoreWeather(20_000, 400_000, 0, 0, false);

  public StoreWeather hasty(boolean isHasty) {
    return new StoreWeather(readMinNanos, readMaxNanos, unknownRate, silentRate, isHasty);
  }
}
