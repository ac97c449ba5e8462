package chasqui.testkit.sim;

/// How one direction between two nodes behaves.
///
/// @param delayMinNanos the least time from send to arrival
/// @param delayMaxNanos the most; drawn anew for every datagram, which reorders them
/// @param dropRate probability that a datagram is lost, or that a connection's frame has to be sent once more
/// @param duplicateRate probability that a datagram arrives twice
public record Shape(long delayMinNanos, long delayMaxNanos, double dropRate, double duplicateRate) {
  /// A network inside one building.
  public static final Shape NEAR = new Shape(50_000, 500_000, 0, 0);

  public Shape {
    if (delayMinNanos < 0 || delayMaxNanos < delayMinNanos || dropRate < 0 || dropRate >= 1) {
      throw new IllegalArgumentException("delays " + delayMinNanos + " to " + delayMaxNanos + ", drops " + dropRate);
    }
  }
}
