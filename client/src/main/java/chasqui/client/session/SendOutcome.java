package chasqui.client.session;

import chasqui.error.v1.Reason;
import com.google.protobuf.ByteString;

/// What became of a message.
public sealed interface SendOutcome {

  /// The conversation that the message was for.
  String conversationId();

  /// The id under which it was sent.
  ByteString clientMessageId();

  /// Committed: it has a place in the conversation for ever.
  ///
  /// @param seq the place
  /// @param stampMicros the entry's time, microseconds since the Unix epoch
  record Accepted(String conversationId, ByteString clientMessageId, long seq, long stampMicros, long generation)
      implements SendOutcome {}

  /// Finally refused; it is not tried again.
  ///
  /// @param mayBeStored whether an earlier attempt had an unknown outcome, so that the message may be stored all the same
  record Refused(
      String conversationId, ByteString clientMessageId, Reason reason, String message, boolean mayBeStored)
      implements SendOutcome {}

  /// The client ended first. The message is still in the outbox and goes out when the folder is opened again.
  ///
  /// @param mayBeStored whether an attempt was made
  record Pending(String conversationId, ByteString clientMessageId, String why, boolean mayBeStored)
      implements SendOutcome {}
}
