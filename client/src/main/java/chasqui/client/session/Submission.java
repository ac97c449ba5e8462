package chasqui.client.session;

import chasqui.error.v1.Reason;
import com.google.protobuf.ByteString;

/// The answer to a message handed in for sending.
public sealed interface Submission {

  /// It is in the outbox; a [SendOutcome] follows.
  record Queued(ByteString clientMessageId) implements Submission {}

  /// The outbox holds as much as it may. Nothing was kept.
  record OutboxFull(int messages, long bytes) implements Submission {}

  /// The message breaks a limit that stands in the schema. Nothing was kept.
  record Invalid(Reason reason, String message) implements Submission {}

  /// The session has ended. Nothing was kept.
  record Ended(String why) implements Submission {}
}
