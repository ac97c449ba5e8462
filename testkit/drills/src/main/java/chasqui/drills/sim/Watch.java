package chasqui.drills.sim;

import chasqui.drills.sim.store.ConversationTable;
import chasqui.drills.sim.store.StoreTables;
import chasqui.drills.sim.store.StoreWatch;
import chasqui.drills.sim.store.StoreWrite;
import chasqui.testkit.history.Observation;
import chasqui.testkit.history.ObservationSink;
import chasqui.testkit.history.Send;
import chasqui.testkit.sim.Trace;
import com.google.protobuf.ByteString;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.Consumer;

/// Sees both ends of a simulation at once, devices and store, and complains at the moment when one claims what the other
/// does not have. Passes the history on to whoever judges it.
final class Watch implements ObservationSink, StoreWatch {
  private record Position(String device, String conversation) {}

  private final ObservationSink next;
  private final Consumer<String> complaint;
  private final Trace trace;
  private final Map<Position, Long> acked = new HashMap<>();
  private StoreTables tables;

  Watch(ObservationSink next, Trace trace, Consumer<String> complaint) {
    this.trace = trace;
    this.next = next;
    this.complaint = complaint;
  }

  @Override
  public void accept(Observation observation) {
    trace.note(observation.toString());
    switch (observation) {
      case Observation.CursorAcked ack ->
          acked.merge(new Position(ack.view().device(), ack.view().conversation()), ack.seq(), Math::max);
      case Observation.SendOk ok -> checkDurable(ok);
      default -> {}
    }
    next.accept(observation);
  }

  private void checkDurable(Observation.SendOk ok) {
    Send send = ok.send();
    ConversationTable table = tables.conversations().get(send.conversation());
    String device = send.device().substring(send.device().indexOf('/') + 1);
    ByteString id = ByteString.copyFrom(HexFormat.of().parseHex(send.messageId()));
    OptionalLong stored = table == null ? OptionalLong.empty() : table.find(send.user(), device, true, id);
    if (stored.isEmpty() || stored.getAsLong() != ok.seq()) {
      complaint.accept("broke AckedIsDurable - " + send + " was acked at seq " + ok.seq() + ", durable is " + stored);
    }
  }

  @Override
  public void opened(StoreTables now) {
    tables = now;
  }

  @Override
  public void writing(StoreWrite write) {
    trace.note("write " + write);
    if (write instanceof StoreWrite.Cursors save) {
      String device = save.userId() + "/" + save.deviceId();
      save.cursors().forEach((conversation, cursor) -> {
        long upto = acked.getOrDefault(new Position(device, conversation), 0L);
        if (cursor.acked() > upto) {
          complaint.accept("broke CursorForward - a cursor of " + device + " in " + conversation + " is stored at "
              + cursor.acked() + ", the device acked " + upto);
        }
      });
    }
  }
}
