package chasqui.router;

import chasqui.error.v1.Reason;
import chasqui.mailbox.v1.MailboxResponse;
import chasqui.mailbox.v1.Refusal;

/// The refusals that the router makes itself.
final class Refusals {

  private Refusals() {}

  static MailboxResponse of(long requestId, Reason reason, String message) {
    return of(requestId, reason, message, 0);
  }

  static MailboxResponse of(long requestId, Reason reason, String message, long retryAfterMillis) {
    return MailboxResponse.newBuilder()
        .setRequestId(requestId)
        .setRefusal(Refusal.newBuilder().setReason(reason).setMessage(message).setRetryAfterMs((int) retryAfterMillis))
        .build();
  }
}
