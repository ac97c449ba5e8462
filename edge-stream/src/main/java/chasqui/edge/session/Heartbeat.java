package chasqui.edge.session;

/// When to give a sign of life, and when the other side counts as dead.
final class Heartbeat {

  /// What to do now.
  enum Due {
    NOTHING,
    GIVE,
    DEAD
  }

  private final long intervalMillis;
  private final long timeoutMillis;
  private long heardMillis;

  Heartbeat(long intervalMillis, long timeoutMillis, long nowMillis) {
    this.intervalMillis = intervalMillis;
    this.timeoutMillis = timeoutMillis;
    this.heardMillis = nowMillis;
  }

  /// A frame came. Also called while we ourselves do not read: that silence is not the device's.
  void heard(long nowMillis) {
    heardMillis = nowMillis;
  }

  /// How long nothing was heard.
  long silentMillis(long nowMillis) {
    return nowMillis - heardMillis;
  }

  Due due(long writtenMillis, long nowMillis) {
    if (nowMillis - heardMillis >= timeoutMillis) {
      return Due.DEAD;
    }
    return nowMillis - writtenMillis >= intervalMillis ? Due.GIVE : Due.NOTHING;
  }
}
