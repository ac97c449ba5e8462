package chasqui.client.session;

import java.util.random.RandomGenerator;

/// Full jitter: a delay anywhere between 0 and a ceiling that doubles with every failure up to a cap.
final class Backoff {
  private static final int DOUBLINGS_MAX = 20;

  private final long baseMs;
  private final long capMs;
  private final RandomGenerator random;
  private int failures;

  Backoff(long baseMs, long capMs, RandomGenerator random) {
    this.baseMs = baseMs;
    this.capMs = capMs;
    this.random = random;
  }

  long nextMs() {
    long ceiling = ceilingMs(failures);
    failures++;
    return random.nextLong(ceiling + 1);
  }

  /// A delay for something that failed `count` times before, without remembering it here.
  long delayMs(int count) {
    return delayMs(count, capMs);
  }

  /// The same with a lower cap.
  long delayMs(int count, long lowerCapMs) {
    return random.nextLong(Math.min(lowerCapMs, ceilingMs(count)) + 1);
  }

  private long ceilingMs(int count) {
    return Math.min(capMs, baseMs << Math.min(count, DOUBLINGS_MAX));
  }

  void reset() {
    failures = 0;
  }
}
