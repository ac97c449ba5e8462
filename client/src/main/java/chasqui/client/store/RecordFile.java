package chasqui.client.store;

import chasqui.client.session.StoreRecord;
import chasqui.edge.v1.Position;
import chasqui.edge.v1.Send;
import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageLite;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32C;

/// The format of `state.log`, see the package.
final class RecordFile {
  static final byte[] MAGIC = "CHQSTAT1".getBytes(StandardCharsets.US_ASCII);
  private static final int HEADER_BYTES = 8;
  private static final int RECORD_BYTES_MAX = 16 << 20;
  private static final byte QUEUED = 1;
  private static final byte ANSWERED = 2;
  private static final byte CONNECTING = 3;
  private static final byte REACHED = 4;
  private static final byte COUNTER = 5;

  private RecordFile() {}

  static ByteBuffer encode(StoreRecord record) {
    return switch (record) {
      case StoreRecord.Queued(var send) -> framed(QUEUED, bytes(send));
      case StoreRecord.Answered(var id) -> framed(ANSWERED, id.toByteArray());
      case StoreRecord.Connecting(long number) -> framed(CONNECTING, eightBytes(number));
      case StoreRecord.Reached(var position) -> framed(REACHED, bytes(position));
    };
  }

  static ByteBuffer encodeCounter(long counter) {
    return framed(COUNTER, eightBytes(counter));
  }

  private static ByteBuffer framed(byte kind, byte[] payload) {
    var crc = new CRC32C();
    crc.update(kind);
    crc.update(payload);
    return ByteBuffer.allocate(HEADER_BYTES + 1 + payload.length)
        .putInt(1 + payload.length)
        .putInt((int) crc.getValue())
        .put(kind)
        .put(payload)
        .flip();
  }

  /// Applies every whole record.
  ///
  /// @param content positioned behind the magic; left where the first damaged record begins, or at its end
  static void replay(ByteBuffer content, LiveState into) {
    while (content.remaining() > HEADER_BYTES) {
      int begin = content.position();
      if (!replayOne(content, into)) {
        content.position(begin);
        return;
      }
    }
  }

  private static boolean replayOne(ByteBuffer content, LiveState into) {
    int length = content.getInt();
    int expected = content.getInt();
    if (length < 1 || length > RECORD_BYTES_MAX || length > content.remaining()) {
      return false;
    }
    var body = content.slice(content.position(), length);
    content.position(content.position() + length);
    var crc = new CRC32C();
    crc.update(body.duplicate());
    return (int) crc.getValue() == expected && apply(body, into);
  }

  private static boolean apply(ByteBuffer body, LiveState into) {
    byte kind = body.get();
    try {
      switch (kind) {
        case QUEUED -> into.apply(new StoreRecord.Queued(Send.parseFrom(body)));
        case ANSWERED -> into.apply(new StoreRecord.Answered(ByteString.copyFrom(body)));
        case CONNECTING -> into.apply(new StoreRecord.Connecting(body.getLong()));
        case REACHED -> into.apply(new StoreRecord.Reached(Position.parseFrom(body)));
        case COUNTER -> into.raiseCounter(body.getLong());
        default -> throw new StoreVersionException("record of unknown kind " + kind);
      }
      return true;
    } catch (InvalidProtocolBufferException _) {
      return false;
    }
  }

  private static byte[] bytes(MessageLite message) {
    return message.toByteArray();
  }

  private static byte[] eightBytes(long value) {
    return ByteBuffer.allocate(Long.BYTES).putLong(value).array();
  }
}
