package chasqui.mailbox.store.cql;

import chasqui.mailbox.store.StoreException;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageLite;
import com.google.protobuf.Parser;
import java.nio.ByteBuffer;

/// Rows that are stored as one blob.
final class Blobs {
  private Blobs() {}

  static ByteBuffer of(MessageLite message) {
    return ByteBuffer.wrap(message.toByteArray());
  }

  static <T> T parse(Parser<T> parser, ByteBuffer blob) {
    try {
      return parser.parseFrom(blob);
    } catch (InvalidProtocolBufferException e) {
      throw new StoreException("a row cannot be parsed", e);
    }
  }
}
