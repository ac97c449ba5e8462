package chasqui.mailbox;

import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.List;

/// An id that is being looked up in the store, and all who wait for what is found.
final class IdLookup {

  /// An id in its name space.
  record Id(String userId, String deviceId, boolean counted, ByteString clientMessageId) {
    boolean isOf(PendingEntry pending) {
      return pending.hasId(userId, deviceId, counted, clientMessageId);
    }
  }

  final Id id;
  final List<Ask> asks = new ArrayList<>(1);

  IdLookup(Id id) {
    this.id = id;
  }
}
