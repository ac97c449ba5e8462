package chasqui.client;

import chasqui.error.v1.Reason;
import java.util.Map;

/// A call or a message failed. Decide by [#reason], never by the text.
public class ChasquiException extends RuntimeException {
  private final Reason reason;
  private final transient Map<String, String> metadata;

  ChasquiException(Reason reason, String message, Map<String, String> metadata) {
    super(reason.name().substring("REASON_".length()) + ": " + message);
    this.reason = reason;
    this.metadata = Map.copyOf(metadata);
  }

  public final Reason reason() {
    return reason;
  }

  /// The variable parts of the reason, as `chasqui.error.v1.Reason` names them.
  public final Map<String, String> metadata() {
    return metadata;
  }
}
