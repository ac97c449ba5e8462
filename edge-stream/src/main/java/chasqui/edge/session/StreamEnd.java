package chasqui.edge.session;

import chasqui.error.v1.Reason;
import java.time.Duration;
import java.util.Map;

/// How a stream ends.
///
/// @param reason `REASON_UNSPECIFIED` for a good end, without an error
/// @param message in words, for logs; never anything of a token or a message
/// @param metadata facts for the client by name
/// @param retryAfter how long the client should wait before it connects again; zero tells nothing
public record StreamEnd(Reason reason, String message, Map<String, String> metadata, Duration retryAfter) {

  /// The end that the client asked for.
  public static final StreamEnd OK = new StreamEnd(Reason.REASON_UNSPECIFIED, "", Map.of(), Duration.ZERO);

  static StreamEnd of(Reason reason, String message) {
    return new StreamEnd(reason, message, Map.of(), Duration.ZERO);
  }

  static StreamEnd retry(Reason reason, String message, Duration after) {
    return new StreamEnd(reason, message, Map.of(), after);
  }

  public boolean isOk() {
    return reason == Reason.REASON_UNSPECIFIED;
  }
}
