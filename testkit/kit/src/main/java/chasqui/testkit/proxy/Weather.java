package chasqui.testkit.proxy;

import java.time.Duration;
import java.util.EnumSet;
import java.util.Set;

/// How the proxy treats what goes through it. A value: change it by [FaultProxy#weather].
///
/// @param latency added to every byte in each direction
/// @param jitter up to so much more, drawn for every chunk; order is kept
/// @param bytesPerSecond the most that passes per connection and direction; 0 for no limit
/// @param stalled directions in which nothing is read: the sender's buffers fill up, nobody is told
/// @param closeDelay how much later than one side the other hears of an orderly close
/// @param dropAfterBytes a connection is reset once it has carried so much, both directions together; 0 for never
public record Weather(
    Duration latency,
    Duration jitter,
    long bytesPerSecond,
    Set<Direction> stalled,
    Duration closeDelay,
    long dropAfterBytes) {

  /// Nothing is done to anything.
  public static final Weather CALM = new Weather(Duration.ZERO, Duration.ZERO, 0, Set.of(), Duration.ZERO, 0);

  public Weather {
    stalled = Set.copyOf(stalled);
  }

  public Weather withLatency(Duration least, Duration jitterMost) {
    return new Weather(least, jitterMost, bytesPerSecond, stalled, closeDelay, dropAfterBytes);
  }

  public Weather withBytesPerSecond(long limit) {
    return new Weather(latency, jitter, limit, stalled, closeDelay, dropAfterBytes);
  }

  public Weather withStall(Direction... directions) {
    Set<Direction> all = EnumSet.noneOf(Direction.class);
    all.addAll(Set.of(directions));
    return new Weather(latency, jitter, bytesPerSecond, all, closeDelay, dropAfterBytes);
  }

  public Weather withCloseDelay(Duration delay) {
    return new Weather(latency, jitter, bytesPerSecond, stalled, delay, dropAfterBytes);
  }

  public Weather withDropAfterBytes(long bytes) {
    return new Weather(latency, jitter, bytesPerSecond, stalled, closeDelay, bytes);
  }
}
