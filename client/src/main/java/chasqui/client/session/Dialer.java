package chasqui.client.session;

import chasqui.client.session.SessionBounds.RetryBounds;
import chasqui.error.v1.Reason;

/// When the next stream is opened, to which endpoint, under which number and with which token.
final class Dialer {
  private static final String HIGHEST = "highest";

  /// What the end of a stream means.
  sealed interface Verdict {

    /// Try again, here or elsewhere.
    record Redial(long delayMs) implements Verdict {}

    /// Do not try again.
    record Stop(StopCause cause, Reason reason, String message) implements Verdict {}
  }

  private final RetryBounds bounds;
  private final Backoff backoff;
  private final int endpoints;
  private long connectNumber;
  private int endpoint;
  private long dueMs = Long.MAX_VALUE;
  private String token;
  private boolean tokenAsked;
  private boolean tokenWasBad;
  private int tokenRefusals;
  private int staleAnswers;

  Dialer(RetryBounds bounds, Backoff backoff, int endpoints, long connectNumber) {
    this.bounds = bounds;
    this.backoff = backoff;
    this.endpoints = endpoints;
    this.connectNumber = connectNumber;
  }

  /// Asks for the next stream at a time; an earlier wish stands.
  void schedule(long atMs) {
    dueMs = Math.min(dueMs, atMs);
  }

  void postpone(long atMs) {
    dueMs = atMs;
  }

  boolean isDue(long nowMs) {
    return dueMs <= nowMs;
  }

  boolean isScheduled() {
    return dueMs != Long.MAX_VALUE;
  }

  long dueMs() {
    return dueMs;
  }

  /// Takes the number for the stream that is opened now.
  long dial() {
    dueMs = Long.MAX_VALUE;
    return ++connectNumber;
  }

  int endpoint() {
    return endpoint;
  }

  void nextEndpoint() {
    endpoint = (endpoint + 1) % endpoints;
  }

  /// Decides what the end of the newest stream means.
  Verdict ended(StreamEnd end, boolean welcomed) {
    return switch (end.reason()) {
      case REASON_SUPERSEDED, REASON_DEVICE_CAP, REASON_REVOKED ->
          new Verdict.Stop(StopCause.EVICTED, end.reason(), end.message());
      case REASON_PROTOCOL_VERSION_UNSUPPORTED ->
          new Verdict.Stop(StopCause.INCOMPATIBLE, end.reason(), end.message());
      case REASON_INVALID_FIELD, REASON_PROTOCOL_VIOLATION -> welcomed
          ? redialLater(end, welcomed)
          : new Verdict.Stop(StopCause.INCOMPATIBLE, end.reason(), end.message());
      case REASON_UNAUTHENTICATED, REASON_TOKEN_EXPIRED -> tokenRefused(end, welcomed);
      case REASON_STALE_CONNECT_NUMBER -> stale(end);
      default -> redialLater(end, welcomed);
    };
  }

  private Verdict redialLater(StreamEnd end, boolean welcomed) {
    if (!welcomed) {
      nextEndpoint();
    }
    // A delay that the server asks of everybody alike is spread out here.
    long ownMs = backoff.nextMs();
    return new Verdict.Redial(
        end.retryAfterMs() == 0 ? ownMs : Math.max(ownMs, end.retryAfterMs() + backoff.delayMs(0)));
  }

  private Verdict tokenRefused(StreamEnd end, boolean welcomed) {
    badToken();
    if (!welcomed && ++tokenRefusals > bounds.tokenRefusalsMax()) {
      return new Verdict.Stop(StopCause.AUTHENTICATION_FAILED, end.reason(), end.message());
    }
    // The first fresh token is tried at once.
    return new Verdict.Redial(tokenRefusals <= 1 ? 0 : backoff.nextMs());
  }

  private Verdict stale(StreamEnd end) {
    connectNumber = Math.max(connectNumber, parse(end.metadata().get(HIGHEST)));
    return new Verdict.Redial(staleAnswers++ == 0 ? 0 : backoff.nextMs());
  }

  private static long parse(String number) {
    try {
      return number == null ? 0 : Long.parseUnsignedLong(number);
    } catch (NumberFormatException _) {
      return 0;
    }
  }

  /// A stream was welcomed: number and token are good.
  void welcomed() {
    tokenRefusals = 0;
    staleAnswers = 0;
  }

  /// A stream has caught up: the server is well.
  void healthy() {
    backoff.reset();
  }

  long retryDelayMs() {
    return backoff.nextMs();
  }

  String token() {
    return token;
  }

  boolean hasToken() {
    return token != null;
  }

  void badToken() {
    token = null;
    tokenWasBad = true;
  }

  /// Whether a token is to be requested now; at most one request is under way.
  boolean askForToken() {
    boolean ask = !tokenAsked;
    tokenAsked = true;
    return ask;
  }

  boolean tokenWasBad() {
    return tokenWasBad;
  }

  void gotToken(String fresh) {
    token = fresh;
    tokenAsked = false;
    tokenWasBad = false;
  }

  void noToken() {
    tokenAsked = false;
  }
}
