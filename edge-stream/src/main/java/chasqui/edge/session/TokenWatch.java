package chasqui.edge.session;

/// Watches the end of a session's token, by the wall clock.
final class TokenWatch {

  /// What to do now.
  enum Due {
    NOTHING,
    /// Tell the device, once per token.
    WARN,
    EXPIRED
  }

  private final long warningMillis;
  private long expiresMillis;
  private boolean warned;

  TokenWatch(long warningMillis, long expiresSeconds) {
    this.warningMillis = warningMillis;
    refreshed(expiresSeconds);
  }

  /// A fresh token took the old one's place.
  void refreshed(long expiresSeconds) {
    // A token without a sensible end would overflow.
    expiresMillis = Math.min(expiresSeconds, Long.MAX_VALUE / 2000) * 1000;
    warned = false;
  }

  Due due(long wallMillis) {
    if (wallMillis >= expiresMillis) {
      return Due.EXPIRED;
    }
    if (warned || wallMillis < expiresMillis - warningMillis) {
      return Due.NOTHING;
    }
    warned = true;
    return Due.WARN;
  }

  long expiresMillis() {
    return expiresMillis;
  }
}
