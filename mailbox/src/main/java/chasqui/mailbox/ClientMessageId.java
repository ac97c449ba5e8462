package chasqui.mailbox;

import chasqui.mailbox.v1.Append;
import chasqui.mailbox.v1.IdKind;
import chasqui.mailbox.v1.Refusal;
import com.google.protobuf.ByteString;

/// The two shapes of a `client_message_id`.
final class ClientMessageId {

  static final int COUNTED_BYTES = 20;
  static final int ANY_BYTES_MAX = 64;

  private ClientMessageId() {}

  /// The counter of a counted id: its first 8 bytes, big-endian.
  static long counter(ByteString id) {
    long counter = 0;
    for (int i = 0; i < 8; i++) {
      counter = (counter << 8) | (id.byteAt(i) & 0xff);
    }
    return counter;
  }

  /// What is wrong with the id of an append; null if nothing is. A 1:1 conversation is its own id.
  static Refusal problem(Append append) {
    ByteString id = append.getClientMessageId();
    return switch (append.getIdKind()) {
      case ID_KIND_COUNTED -> id.size() == COUNTED_BYTES && counter(id) >= 1
          ? null
          : Refusals.invalid("client_message_id", "20 bytes with a counter of 1 or more in the first 8");
      case ID_KIND_ANY -> id.size() <= ANY_BYTES_MAX && (!id.isEmpty() || append.hasCreate())
          ? null
          : Refusals.invalid("client_message_id", "1 to 64 bytes");
      case ID_KIND_UNSPECIFIED, UNRECOGNIZED -> Refusals.invalid("id_kind", "COUNTED or ANY");
    };
  }

  static boolean isCounted(Append append) {
    return append.getIdKind() == IdKind.ID_KIND_COUNTED;
  }
}
