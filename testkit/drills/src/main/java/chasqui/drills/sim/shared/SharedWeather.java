package chasqui.drills.sim.shared;

/// How a shared store treats what it is asked for a while. Rates are probabilities of one request.
///
/// @param delayMaxNanos the most that a step of an operation takes
/// @param lostRate the request, or its answer, is lost
/// @param lateRate it is done up to `LATE_MAX_NANOS` later
/// @param twiceRate it is done twice, the second time up to `LATE_MAX_NANOS` later
/// @param missedRate a copy misses a write, and gets it up to `LATE_MAX_NANOS` later
/// @param busyRate the client refuses: certainly not done
public record SharedWeather(
    long delayMaxNanos, double lostRate, double lateRate, double twiceRate, double missedRate, double busyRate) {
  static final long LATE_MAX_NANOS = 12_000_000_000L;

  /// Quick and without a fault.
  public static final SharedWeather FAIR = new SharedWeather(400_000, 0, 0, 0, 0, 0);
}
