package chasqui.mailbox;

import chasqui.error.v1.Reason;
import chasqui.mailbox.v1.Refusal;
import java.time.Duration;
import java.util.Locale;

/// The one place that makes refusals. The common ones are made once.
final class Refusals {

  /// Absent and forbidden are one answer, so that nobody learns what exists.
  static final Refusal NOT_FOUND = of(Reason.REASON_NOT_FOUND, "no such conversation, or not for this caller");
  static final Refusal NO_MESSAGE = of(Reason.REASON_NOT_FOUND, "no such message, or not for this caller");
  static final Refusal NO_DEVICE = of(Reason.REASON_NOT_FOUND, "no such device");
  static final Refusal PERMISSION_DENIED = of(Reason.REASON_PERMISSION_DENIED, "the caller's role does not allow this");
  static final Refusal ID_REUSED =
      of(Reason.REASON_ID_REUSED, "the client_message_id was used before with another payload");
  static final Refusal NO_CHANGE = of(Reason.REASON_NO_CHANGE, "the change would change nothing");
  static final Refusal LAST_OWNER = of(Reason.REASON_LAST_OWNER, "a group with members keeps an owner");
  static final Refusal GROUP_ONLY = of(Reason.REASON_GROUP_ONLY, "a 1:1 conversation has fixed members and no title");
  static final Refusal GENERATION_CHANGED =
      of(Reason.REASON_GENERATION_CHANGED, "that generation is not the conversation's");
  static final Refusal INTERNAL = of(Reason.REASON_INTERNAL, "the mailbox failed on this request");
  static final Refusal REVOKED = of(Reason.REASON_REVOKED, "the device or the user was signed out");
  static final Refusal OUTCOME_UNKNOWN =
      of(Reason.REASON_OUTCOME_UNKNOWN, "the write may or may not be stored; a retry with the same id settles it");
  static final Refusal UNIMPLEMENTED = of(Reason.REASON_UNIMPLEMENTED, "the mailbox does not know this operation");

  private Refusals() {}

  static Refusal of(Reason reason, String message) {
    return Refusal.newBuilder().setReason(reason).setMessage(message).build();
  }

  static Refusal invalid(String field, String expectation) {
    return Refusal.newBuilder()
        .setReason(Reason.REASON_INVALID_FIELD)
        .setMessage(field + ": " + expectation)
        .putMetadata("field", field)
        .build();
  }

  static Refusal tooLarge(int bytesMax) {
    return Refusal.newBuilder()
        .setReason(Reason.REASON_TOO_LARGE)
        .setMessage("the message is larger than " + bytesMax + " bytes")
        .putMetadata("max_bytes", Integer.toString(bytesMax))
        .build();
  }

  static Refusal full(int membersMax) {
    return Refusal.newBuilder()
        .setReason(Reason.REASON_CONVERSATION_FULL)
        .setMessage("the conversation may have " + membersMax + " members")
        .putMetadata("max", Integer.toString(membersMax))
        .build();
  }

  static Refusal tooLate(Duration window) {
    return Refusal.newBuilder()
        .setReason(Reason.REASON_TOO_LATE)
        .setMessage("authors change their messages for " + window.toHours() + " hours")
        .putMetadata("max_hours", Long.toString(window.toHours()))
        .build();
  }

  static Refusal tooMany(String what, int max) {
    return Refusal.newBuilder()
        .setReason(Reason.REASON_TOO_MANY)
        .setMessage("there may be " + max + " " + what)
        .putMetadata("max", Integer.toString(max))
        .build();
  }

  static Refusal tooManyDevices(int devicesMax) {
    return Refusal.newBuilder()
        .setReason(Reason.REASON_DEVICE_CAP)
        .setMessage("the user has " + devicesMax + " devices; one must be signed out first")
        .putMetadata("max", Integer.toString(devicesMax))
        .build();
  }

  static Refusal overloaded(String queue, Duration retryAfter) {
    return waiting(Reason.REASON_OVERLOADED, "queue " + queue + " is full; nothing was stored", retryAfter);
  }

  static Refusal rateLimited(ConversationBudgets.Budget budget, String why, long pauseMillis) {
    return waiting(Reason.REASON_RATE_LIMITED, why, Duration.ofMillis(pauseMillis)).toBuilder()
        .putMetadata("budget", budget.name().toLowerCase(Locale.ROOT))
        .build();
  }

  static Refusal unavailable(String why, Duration retryAfter) {
    return waiting(Reason.REASON_UNAVAILABLE, why, retryAfter);
  }

  static Refusal storeFull(Duration retryAfter) {
    return waiting(Reason.REASON_STORE_FULL, "the store has no space left; nothing was stored", retryAfter);
  }

  private static Refusal waiting(Reason reason, String message, Duration retryAfter) {
    return Refusal.newBuilder()
        .setReason(reason)
        .setMessage(message)
        .setRetryAfterMs((int) Math.max(1, retryAfter.toMillis()))
        .build();
  }
}
