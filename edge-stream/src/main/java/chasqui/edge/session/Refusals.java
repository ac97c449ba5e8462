package chasqui.edge.session;

import chasqui.mailbox.v1.MailboxResponse;

/// How a session understands the refusals of owners.
final class Refusals {

  private Refusals() {}

  static boolean isRefused(MailboxResponse response) {
    return response.getOutcomeCase() == MailboxResponse.OutcomeCase.REFUSAL;
  }

  /// Whether asking again later can give another answer.
  static boolean isPassing(MailboxResponse response) {
    return switch (response.getRefusal().getReason()) {
      case REASON_UNAVAILABLE, REASON_OVERLOADED, REASON_DEADLINE_EXCEEDED, REASON_OUTCOME_UNKNOWN, REASON_STORE_FULL,
          REASON_RATE_LIMITED, REASON_INTERNAL, REASON_UNSPECIFIED, UNRECOGNIZED -> true;
      case REASON_UNAUTHENTICATED, REASON_PROTOCOL_VIOLATION, REASON_PROTOCOL_VERSION_UNSUPPORTED, REASON_INVALID_FIELD,
          REASON_NOT_FOUND, REASON_PERMISSION_DENIED, REASON_ID_REUSED, REASON_CONVERSATION_FULL, REASON_TOO_LARGE,
          REASON_UNIMPLEMENTED, REASON_SUPERSEDED, REASON_DEVICE_CAP, REASON_REVOKED, REASON_STALE_CONNECT_NUMBER,
          REASON_GENERATION_CHANGED, REASON_HEARTBEAT_MISSED, REASON_NO_CHANGE, REASON_LAST_OWNER, REASON_GROUP_ONLY,
          REASON_TOKEN_EXPIRED, REASON_TOO_LATE, REASON_TOO_MANY -> false;
    };
  }
}
