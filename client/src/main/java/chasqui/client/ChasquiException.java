package chasqui.client;

import chasqui.client.session.StreamEnd;
import chasqui.error.v1.Reason;
import java.time.Duration;
import java.util.Map;

/// A call or a message failed. Decide by [#reason], never by the text.
public class ChasquiException extends RuntimeException {
  private final Reason reason;
  private final transient Map<String, String> metadata;
  private final Duration retryAfter;

  ChasquiException(Reason reason, String message, Map<String, String> metadata) {
    this(new StreamEnd(reason, message, metadata, 0));
  }

  ChasquiException(StreamEnd end) {
    super(end.reason().name().substring("REASON_".length()) + ": " + end.message());
    this.reason = end.reason();
    this.metadata = Map.copyOf(end.metadata());
    this.retryAfter = Duration.ofMillis(end.retryAfterMs());
  }

  public final Reason reason() {
    return reason;
  }

  /// How long to wait before the same makes sense again, such as with `REASON_RATE_LIMITED`; zero where nothing was said.
  public final Duration retryAfter() {
    return retryAfter;
  }

  /// The variable parts of the reason, as `chasqui.error.v1.Reason` names them.
  public final Map<String, String> metadata() {
    return metadata;
  }
}
