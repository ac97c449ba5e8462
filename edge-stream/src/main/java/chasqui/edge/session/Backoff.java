package chasqui.edge.session;

/// Waits longer after each refusal in a row.
final class Backoff {

  private final long firstMillis;
  private final long maxMillis;
  private long notBeforeMillis = Long.MIN_VALUE;
  private int failures;

  Backoff(SessionLimits.Timing timing) {
    firstMillis = timing.retryFirst().toMillis();
    maxMillis = timing.retryMax().toMillis();
  }

  boolean ready(long nowMillis) {
    return failures == 0 || nowMillis >= notBeforeMillis;
  }

  void failed(long nowMillis) {
    // Refusals of requests that were sent together count once.
    if (ready(nowMillis)) {
      notBeforeMillis = nowMillis + Math.min(maxMillis, firstMillis << Math.min(failures, 20));
      failures++;
    }
  }

  void worked() {
    failures = 0;
  }
}
