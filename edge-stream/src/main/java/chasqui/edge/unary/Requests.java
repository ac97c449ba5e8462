package chasqui.edge.unary;

import chasqui.edge.session.RouterPort.Taken;
import chasqui.mailbox.v1.MailboxRequest;
import chasqui.mailbox.v1.MailboxResponse;
import java.util.function.Consumer;

/// The way to owners. Thread-safe.
@FunctionalInterface
public interface Requests {

  /// Hands in a request; if it is taken, the answer comes exactly once, on a thread that must not be blocked.
  Taken request(MailboxRequest.Builder request, Consumer<MailboxResponse> answer);
}
