package chasqui.drills.sim.device;

import chasqui.client.session.DurableState;
import chasqui.client.session.MessageIds;
import chasqui.client.session.StoreRecord;
import chasqui.edge.v1.Position;
import chasqui.edge.v1.Send;
import chasqui.testkit.sim.SimDisk;
import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongConsumer;

/// A device's data folder: records that nobody waits for ride along with the next that is synced, and are lost with a
/// crash before it.
final class ClientDisk {
  private final SimDisk<List<StoreRecord>> disk;
  private List<StoreRecord> unwritten = new ArrayList<>();

  ClientDisk(SimDisk<List<StoreRecord>> disk) {
    this.disk = disk;
  }

  /// A new process has the folder open.
  DurableState open() {
    unwritten = new ArrayList<>();
    Map<ByteString, Send> unanswered = new LinkedHashMap<>();
    Map<String, Position> positions = new LinkedHashMap<>();
    long counter = 0;
    long connectNumber = 0;
    for (List<StoreRecord> batch : disk.contents()) {
      for (StoreRecord record : batch) {
        switch (record) {
          case StoreRecord.Queued(var send) -> {
            unanswered.put(send.getClientMessageId(), send);
            counter = Math.max(counter, MessageIds.counter(send.getClientMessageId()));
          }
          case StoreRecord.Answered(var id) -> unanswered.remove(id);
          case StoreRecord.Connecting(long number) -> connectNumber = Math.max(connectNumber, number);
          case StoreRecord.Reached(var position) -> positions.put(position.getConversationId(), position);
        }
      }
    }
    List<Send> sends = unanswered.values().stream()
        .sorted(Comparator.comparingLong(send -> MessageIds.counter(send.getClientMessageId()))).toList();
    return new DurableState(counter, connectNumber, sends, positions);
  }

  void append(long number, StoreRecord record, boolean sync, LongConsumer durable) {
    unwritten.add(record);
    if (sync) {
      List<StoreRecord> batch = unwritten;
      unwritten = new ArrayList<>();
      disk.write(batch, outcome -> {
        if (outcome != SimDisk.Outcome.SYNCED) {
          throw new IllegalStateException("nobody made the disk of a device fail: " + outcome);
        }
        durable.accept(number);
      });
    }
  }
}
