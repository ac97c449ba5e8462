package chasqui.testkit.history;

import java.util.List;

/// One line of a history: something a client did or saw, or something the driver of a run did to the world.
///
/// Rules for whoever writes a history:
///
/// - Write *before* acting, for what goes out (`SendInvoked`, `CursorAcked`), and before the SDK acknowledges, for what
///   comes in. Then a killed client's history is short by nothing that the servers could know.
/// - Everything about one device stands in one file, or in files given to the judge in order. Between devices no order
///   is assumed.
/// - `atMicros` is one clock for all writers of a run. It decides only whether a device was registered before a send,
///   and which sends fell into a fault.
public sealed interface Observation {

  /// A client is about to send, for the first time or again.
  record SendInvoked(Send send, long payloadHash, long atMicros) implements Observation {}

  /// The send was acknowledged on `session`.
  record SendOk(Send send, String session, long generation, long seq, long atMicros) implements Observation {}

  /// The client was told that the message is definitely not stored, by this attempt or an earlier one.
  record SendFailed(Send send, String reason, long atMicros) implements Observation {}

  /// The client gave up waiting: stored or not, but the same for everyone.
  record SendUnknown(Send send, String reason, long atMicros) implements Observation {}

  /// RAW: one delivery frame as it came off the stream, before the SDK removed duplicates. It covers `(after, upto]`.
  record FrameDelivered(View view, String session, long after, long upto, List<Entry> entries, long atMicros)
      implements Observation {
    public FrameDelivered {
      entries = List.copyOf(entries);
    }
  }

  /// RAW: an answer on the stream to a range request, by which the SDK repairs a gap. It counts as delivered, outside the
  /// order of the stream.
  record RangeAnswered(View view, String session, long after, long upto, List<Entry> entries, long atMicros)
      implements Observation {
    public RangeAnswered {
      entries = List.copyOf(entries);
    }
  }

  /// LISTENER: one entry as the SDK showed it to the application.
  record EntryShown(View view, Entry entry, long atMicros) implements Observation {}

  /// A page of the log read by request: a look at what is stored, which settles no debt of delivery.
  record HistoryRead(View view, long after, long upto, List<Entry> entries, long atMicros) implements Observation {
    public HistoryRead {
      entries = List.copyOf(entries);
    }
  }

  /// A head the service showed to a device, by a frame, a sync or a list.
  record HeadShown(View view, String session, long head, long atMicros) implements Observation {}

  /// The client is about to acknowledge everything up to `seq`.
  record CursorAcked(View view, String session, long seq, long atMicros) implements Observation {}

  /// A device's cursor as the service has it *stored*.
  record CursorShown(View view, long seq, long atMicros) implements Observation {}

  /// The device is registered and its first stream is caught up: everything sent from here on is owed to it. (Earlier,
  /// a new device may still be shown a head to ack instead of the entries below it.)
  record DeviceRegistered(String user, String device, Watching watching, long atMicros) implements Observation {}

  /// The device was removed or will not come back before the end of the run: nothing is owed to it.
  record DeviceRemoved(String user, String device, long atMicros) implements Observation {}

  /// The user is a member from the entry `seq` on; 0 for the members a 1:1 conversation has by nature.
  record MemberJoined(String user, String conversation, long seq) implements Observation {}

  /// The user is a member up to and including the entry `seq`.
  record MemberLeft(String user, String conversation, long seq) implements Observation {}

  /// The entry is lawfully invisible to this user, or to everybody when `user` is `*`.
  record EntryHidden(String user, String conversation, long seq) implements Observation {}

  /// A restore or a forced failover was done on purpose; entries above `keptUpto` are gone with the old generation.
  record GenerationRaised(String conversation, long generation, long keptUpto) implements Observation {}

  /// A fault starts. Names are unique in a run.
  record FaultBegan(String name, FaultKind kind, long atMicros) implements Observation {}

  record FaultEnded(String name, long atMicros) implements Observation {}

  /// The depth of a queue or buffer, counted in its own unit.
  record QueueSample(String name, long depth, long bound, long atMicros) implements Observation {}

  record MemorySample(String name, long bytes, long boundBytes, long atMicros) implements Observation {}

  /// What a device records of what it receives; decides where an owed entry must be found.
  enum Watching {
    RAW,
    LISTENER,
    BOTH;

    public boolean wire() {
      return this != LISTENER;
    }

    public boolean screen() {
      return this != RAW;
    }
  }

  /// `SOFT_STATE_AWAY` takes away only what may be lost (membership service, registry, presence): sends must go on.
  /// The others may turn sends into unknown ones.
  enum FaultKind {
    NODE_KILLED,
    SOFT_STATE_AWAY,
    OTHER
  }
}
