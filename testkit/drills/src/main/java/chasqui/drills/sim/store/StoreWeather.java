package chasqui.drills.sim.store;

/// How the store behaves for a while.
///
/// @param readMinNanos the least time that a read takes
/// @param readMaxNanos the most
/// @param unknownRate how often a write ends without anybody knowing whether it is stored; half of them are
/// @param silentRate how often a read gets no answer
public record StoreWeather(long readMinNanos, long readMaxNanos, double unknownRate, double silentRate) {
  /// Quick and without a fault.
  public static final StoreWeather FAIR = new StoreWeather(20_000, 400_000, 0, 0);
}
