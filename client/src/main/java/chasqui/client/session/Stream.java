package chasqui.client.session;

import chasqui.edge.v1.Limits;
import com.google.protobuf.Duration;

/// One stream as the session sees it. `OPENING` until `Welcome`, `LIVE` until half-closed, then `LEAVING`.
final class Stream {
  static final long HEARTBEAT_DEFAULT_MS = 15_000;
  static final long TIMEOUT_DEFAULT_MS = 30_000;

  enum Phase {
    OPENING,
    LIVE,
    LEAVING
  }

  /// The connect number.
  final long number;

  final int endpoint;
  Phase phase = Phase.OPENING;
  boolean helloSent;
  boolean caughtUp;
  boolean draining;
  boolean tokenDue;
  boolean creditDue;
  int unanswered;
  int unansweredMax;
  long heartbeatIntervalMs = HEARTBEAT_DEFAULT_MS;
  long timeoutMs = TIMEOUT_DEFAULT_MS;
  long heardAtMs;
  long heartbeatDueMs;
  long heartbeats;

  /// When the present phase may be given up: the welcome did not come, or the half-close was not answered.
  long phaseDeadlineMs;

  Stream(long number, int endpoint, long phaseDeadlineMs) {
    this.number = number;
    this.endpoint = endpoint;
    this.phaseDeadlineMs = phaseDeadlineMs;
  }

  void welcomed(Limits limits, int ownUnansweredMax, long nowMs) {
    phase = Phase.LIVE;
    heartbeatIntervalMs = millisOr(limits.getHeartbeatInterval(), HEARTBEAT_DEFAULT_MS);
    timeoutMs = millisOr(limits.getStreamTimeout(), TIMEOUT_DEFAULT_MS);
    unansweredMax = limits.getUnansweredSendsMax() == 0
        ? ownUnansweredMax
        : Math.min(ownUnansweredMax, limits.getUnansweredSendsMax());
    heardAtMs = nowMs;
    heartbeatDueMs = nowMs + heartbeatIntervalMs;
  }

  /// When this stream wants attention next.
  long deadlineMs(long nowMs) {
    return phase == Phase.LIVE
        ? Math.min(StreamKeeper.later(heartbeatDueMs, nowMs), heardAtMs + timeoutMs + 1)
        : phaseDeadlineMs;
  }

  boolean silentTooLong(long nowMs) {
    return phase == Phase.LIVE ? nowMs > heardAtMs + timeoutMs : nowMs >= phaseDeadlineMs;
  }

  private static long millisOr(Duration duration, long absent) {
    long millis = duration.getSeconds() * 1_000 + duration.getNanos() / 1_000_000;
    return millis > 0 ? millis : absent;
  }
}
