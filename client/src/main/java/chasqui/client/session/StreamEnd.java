package chasqui.client.session;

import chasqui.error.v1.Reason;
import java.util.Map;

/// How a stream ended.
///
/// @param reason from the status' `ErrorInfo`, or the nearest one to its code; unspecified for a clean end
/// @param message for logs
/// @param metadata of the `ErrorInfo`
/// @param retryAfterMs the delay that the server asked for, or 0
public record StreamEnd(Reason reason, String message, Map<String, String> metadata, long retryAfterMs) {

  public static StreamEnd of(Reason reason, String message) {
    return new StreamEnd(reason, message, Map.of(), 0);
  }
}
