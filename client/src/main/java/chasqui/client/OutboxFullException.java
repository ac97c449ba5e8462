package chasqui.client;

import chasqui.error.v1.Reason;
import java.util.Map;

/// The outbox holds as many unanswered messages, or bytes of them, as it may. Nothing was kept: try again later.
public final class OutboxFullException extends ChasquiException {
  OutboxFullException(int messages) {
    super(Reason.REASON_OVERLOADED, "the outbox holds " + messages + " unanswered messages", Map.of());
  }
}
