package chasqui.client.store;

import chasqui.client.session.DurableState;
import chasqui.client.session.MessageIds;
import chasqui.client.session.StoreRecord;
import chasqui.edge.v1.Position;
import chasqui.edge.v1.Send;
import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Map;

/// What the records so far add up to.
final class LiveState {
  private final Map<ByteString, Send> unanswered = new LinkedHashMap<>();
  private final Map<String, Position> positions = new LinkedHashMap<>();
  private long counter;
  private long connectNumber;

  void apply(StoreRecord record) {
    switch (record) {
      case StoreRecord.Queued(var send) -> {
        unanswered.put(send.getClientMessageId(), send);
        raiseCounter(MessageIds.counter(send.getClientMessageId()));
      }
      case StoreRecord.Answered(var id) -> unanswered.remove(id);
      case StoreRecord.Connecting(long number) -> connectNumber = Math.max(connectNumber, number);
      case StoreRecord.Reached(var position) -> positions.put(position.getConversationId(), position);
    }
  }

  void raiseCounter(long to) {
    counter = Math.max(counter, to);
  }

  long counter() {
    return counter;
  }

  /// The shortest list of records that adds up to the same, besides the counter.
  Iterable<StoreRecord> records() {
    var records = new ArrayList<StoreRecord>();
    records.add(new StoreRecord.Connecting(connectNumber));
    positions.values().forEach(position -> records.add(new StoreRecord.Reached(position)));
    unanswered.values().forEach(send -> records.add(new StoreRecord.Queued(send)));
    return records;
  }

  DurableState snapshot() {
    var sends = unanswered.values().stream()
        .sorted(Comparator.comparingLong(send -> MessageIds.counter(send.getClientMessageId())))
        .toList();
    return new DurableState(counter, connectNumber, sends, positions);
  }
}
