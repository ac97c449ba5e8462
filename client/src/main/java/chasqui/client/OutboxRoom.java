package chasqui.client;

import chasqui.client.session.MessageIds;
import chasqui.client.session.SessionBounds.SendBounds;
import chasqui.edge.v1.Send;
import com.google.protobuf.ByteString;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// How much the outbox may still take, so that whoever sends is told at once. Counts what the session counts, and gives
/// back no earlier: the session's own bound is never met first. Thread-safe.
final class OutboxRoom {
  private static final int ID_FIELD_BYTES = 2 + MessageIds.BYTES;

  private final SendBounds bounds;
  private final Map<ByteString, Integer> bytesById = new HashMap<>();
  private int messages;
  private long bytes;

  /// @param unanswered of an earlier run
  OutboxRoom(SendBounds bounds, List<Send> unanswered) {
    this.bounds = bounds;
    for (var send : unanswered) {
      bytesById.put(send.getClientMessageId(), send.getSerializedSize());
      messages++;
      bytes += send.getSerializedSize();
    }
  }

  static int bytesOf(Send content) {
    return content.getSerializedSize() + ID_FIELD_BYTES;
  }

  /// Whether there was room; then it is taken.
  synchronized boolean take(int size) {
    if (messages >= bounds.queuedMax() || bytes + size > bounds.queuedBytesMax()) {
      return false;
    }
    messages++;
    bytes += size;
    return true;
  }

  /// What was taken has this id from now on.
  synchronized void queued(ByteString id, int size) {
    bytesById.put(id, size);
  }

  /// What was taken was not queued after all.
  synchronized void give(int size) {
    messages--;
    bytes -= size;
  }

  /// It has its answer.
  synchronized void answered(ByteString id) {
    var size = bytesById.remove(id);
    if (size != null) {
      give(size);
    }
  }

  synchronized int messages() {
    return messages;
  }
}
