package chasqui.client;

import chasqui.error.v1.Reason;
import java.util.Map;

/// The client ended before the message was answered. With a data folder the message stays in the outbox and goes out
/// when the folder is opened again.
public final class ClientEndedException extends ChasquiException {
  private final boolean mayBeStored;

  ClientEndedException(String message, boolean mayBeStored) {
    super(Reason.REASON_UNAVAILABLE, message, Map.of());
    this.mayBeStored = mayBeStored;
  }

  /// Whether an attempt was made, so that the message may be stored already.
  public boolean mayBeStored() {
    return mayBeStored;
  }
}
