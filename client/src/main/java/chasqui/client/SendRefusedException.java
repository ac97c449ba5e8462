package chasqui.client;

import chasqui.client.session.ClientEvent;
import chasqui.client.session.SendOutcome;
import chasqui.error.v1.Reason;
import java.util.Map;

/// A message was finally refused; it is not tried again.
public final class SendRefusedException extends ChasquiException {
  private final boolean mayBeStored;
  private final boolean tried;

  SendRefusedException(SendOutcome.Refused refused) {
    super(refused.reason(), refused.message(), Map.of());
    this.mayBeStored = refused.mayBeStored();
    this.tried = true;
  }

  /// It was refused before it was tried: a limit of the schema is broken.
  SendRefusedException(Reason reason, String message) {
    super(reason, message, Map.of());
    this.mayBeStored = false;
    this.tried = false;
  }

  /// Whether an earlier attempt had an unknown outcome, so that the message may be stored all the same.
  public boolean mayBeStored() {
    return mayBeStored;
  }

  /// Whether it was in the outbox; then the listener is told of the refusal too, as [ClientEvent.SendSettled].
  public boolean wasTried() {
    return tried;
  }
}
