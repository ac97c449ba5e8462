package chasqui.client.session;

import chasqui.edge.v1.Position;
import chasqui.edge.v1.Send;
import com.google.protobuf.ByteString;

/// One record of the client's durable state, in the order in which it happened.
public sealed interface StoreRecord {

  /// A message is to be sent. Durable before it is on the wire for the first time.
  record Queued(Send send) implements StoreRecord {}

  /// A message was accepted or finally refused.
  record Answered(ByteString clientMessageId) implements StoreRecord {}

  /// A stream is opened with this number.
  record Connecting(long connectNumber) implements StoreRecord {}

  /// Everything up to this position was shown to the listener.
  record Reached(Position position) implements StoreRecord {}
}
