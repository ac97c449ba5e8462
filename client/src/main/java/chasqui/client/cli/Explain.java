package chasqui.client.cli;

import chasqui.client.ChasquiException;
import chasqui.error.v1.Reason;

/// Reasons as sentences for people.
final class Explain {
  private Explain() {}

  static String why(ChasquiException failure) {
    return why(failure.reason(), failure.getMessage());
  }

  static String why(Reason reason, String message) {
    return switch (reason) {
      case REASON_UNAUTHENTICATED, REASON_TOKEN_EXPIRED -> "not signed in: " + PlainText.line(message);
      case REASON_NOT_FOUND -> "there is no such conversation or user, or you are no member of it";
      case REASON_PERMISSION_DENIED -> "your role in this group does not allow it";
      case REASON_CONVERSATION_FULL -> "the group has as many members as it may have";
      case REASON_TOO_LARGE -> "the message is too long";
      case REASON_OVERLOADED -> "the server is busy; try again in a moment";
      case REASON_RATE_LIMITED -> "too much at once; try again in a while";
      case REASON_STORE_FULL -> "the server has no space left";
      case REASON_NO_CHANGE -> "that would change nothing";
      case REASON_TOO_LATE -> "the message is too old for that";
      case REASON_TOO_MANY -> "there are as many of these as there may be";
      case REASON_LAST_OWNER -> "a group must keep an owner";
      case REASON_GROUP_ONLY -> "that works in groups only";
      case REASON_UNIMPLEMENTED -> "the server does not know how to do that yet";
      case REASON_UNAVAILABLE -> "the server cannot be reached";
      case REASON_DEADLINE_EXCEEDED -> "the server did not answer in time";
      case REASON_SUPERSEDED -> "this device was opened somewhere else";
      case REASON_DEVICE_CAP -> "you have too many devices online";
      case REASON_REVOKED -> "this device was signed out";
      case REASON_PROTOCOL_VERSION_UNSUPPORTED -> "the server speaks another version; update the client";
      case REASON_UNSPECIFIED, REASON_PROTOCOL_VIOLATION, REASON_INVALID_FIELD, REASON_ID_REUSED,
          REASON_OUTCOME_UNKNOWN, REASON_STALE_CONNECT_NUMBER, REASON_GENERATION_CHANGED, REASON_HEARTBEAT_MISSED,
          REASON_INTERNAL, UNRECOGNIZED -> PlainText.line(message);
    };
  }

  /// What a failure before the chat begins ends the process with.
  static ExitCode code(Reason reason) {
    return switch (reason) {
      case REASON_UNAUTHENTICATED, REASON_TOKEN_EXPIRED, REASON_REVOKED -> ExitCode.NOT_SIGNED_IN;
      case REASON_UNAVAILABLE, REASON_DEADLINE_EXCEEDED, REASON_OVERLOADED -> ExitCode.UNREACHABLE;
      case REASON_NOT_FOUND -> ExitCode.NO_CONVERSATION;
      case REASON_SUPERSEDED, REASON_DEVICE_CAP -> ExitCode.EVICTED;
      default -> ExitCode.FAILED;
    };
  }
}
