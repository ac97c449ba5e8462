package chasqui.client.session;

import chasqui.edge.v1.Send;

/// A message without an answer.
final class PendingSend {
  final Send send;
  final long counter;
  final int bytes;

  /// It goes out only when everything up to this record is durable; 0 for messages of an earlier run.
  final long storeNumber;

  /// The stream on which it waits for an answer; 0 while it waits to be sent.
  long stream;
  long retryAtMs;
  long answerDueMs;
  int refusals;
  int internalErrors;

  /// Whether an attempt was made whose outcome nobody knows.
  boolean mayBeStored;

  PendingSend(Send send, long storeNumber) {
    this.send = send;
    this.counter = MessageIds.counter(send.getClientMessageId());
    this.bytes = send.getSerializedSize();
    this.storeNumber = storeNumber;
  }
}
