package chasqui.testkit.check;

import chasqui.testkit.history.Entry;
import chasqui.testkit.history.Observation;
import chasqui.testkit.history.Observation.CursorAcked;
import chasqui.testkit.history.Observation.CursorShown;
import chasqui.testkit.history.Observation.DeviceRegistered;
import chasqui.testkit.history.Observation.DeviceRemoved;
import chasqui.testkit.history.Observation.EntryHidden;
import chasqui.testkit.history.Observation.EntryShown;
import chasqui.testkit.history.Observation.FaultBegan;
import chasqui.testkit.history.Observation.FaultEnded;
import chasqui.testkit.history.Observation.FrameDelivered;
import chasqui.testkit.history.Observation.GenerationRaised;
import chasqui.testkit.history.Observation.HeadShown;
import chasqui.testkit.history.Observation.HistoryRead;
import chasqui.testkit.history.Observation.MemberJoined;
import chasqui.testkit.history.Observation.MemberLeft;
import chasqui.testkit.history.Observation.MemorySample;
import chasqui.testkit.history.Observation.QueueSample;
import chasqui.testkit.history.Observation.RangeAnswered;
import chasqui.testkit.history.Observation.SendFailed;
import chasqui.testkit.history.Observation.SendInvoked;
import chasqui.testkit.history.Observation.SendOk;
import chasqui.testkit.history.Observation.SendUnknown;
import chasqui.testkit.history.Send;
import chasqui.testkit.history.View;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// The index that all checkers read: the history so far, compacted. It draws no conclusions. Memory grows with messages
/// and views, not with observations: coverage is intervals, sends are columns.
final class Facts {
  static final String EVERYBODY = "*";

  final Names names = new Names();
  final SendTable sends = new SendTable(names);
  final Map<Integer, ConversationFacts> conversations = new TreeMap<>();
  final Map<Integer, DeviceFacts> devices = new TreeMap<>();
  private final Map<Integer, List<Integer>> devicesByUser = new HashMap<>();
  final List<FaultWindow> faults = new ArrayList<>();
  private final Map<String, FaultWindow> openFaults = new HashMap<>();

  void absorb(Observation observation) {
    switch (observation) {
      case SendInvoked o -> sends.invoked(sends.row(o.send()), o.payloadHash(), o.atMicros());
      case SendOk o -> absorbOk(o);
      case SendFailed o -> sends.outcome(sends.row(o.send()), SendTable.State.FAILED);
      case SendUnknown o -> sends.outcome(sends.row(o.send()), SendTable.State.UNKNOWN);
      case FrameDelivered o -> absorbFrame(o);
      case RangeAnswered o -> absorbDelivered(o.view(), o.after(), o.upto(), o.entries());
      case EntryShown o -> absorbShown(o);
      case HistoryRead o -> absorbRead(o);
      case HeadShown o -> view(o.view()).headShown = Math.max(view(o.view()).headShown, o.head());
      case CursorAcked o -> view(o.view()).acked = Math.max(view(o.view()).acked, o.seq());
      case CursorShown o -> view(o.view()).storedCursor = Math.max(view(o.view()).storedCursor, o.seq());
      case DeviceRegistered o -> absorbRegistered(o);
      case DeviceRemoved o -> absorbRemoved(o);
      case MemberJoined o -> membership(o.conversation(), o.user()).joined(o.seq());
      case MemberLeft o -> membership(o.conversation(), o.user()).left(o.seq());
      case EntryHidden o -> absorbHidden(o);
      case GenerationRaised o -> conversation(o.conversation()).raised.put(o.generation(), o.keptUpto());
      case FaultBegan o -> absorbFault(o);
      case FaultEnded o -> endFault(o);
      case QueueSample _, MemorySample _ -> {}
    }
  }

  ConversationFacts conversation(String name) {
    return conversations.computeIfAbsent(names.id(name), _ -> new ConversationFacts(name));
  }

  ViewFacts view(View view) {
    return conversation(view.conversation()).view(names.id(view.device()), view.generation());
  }

  List<Integer> devicesOf(int user) {
    return devicesByUser.getOrDefault(user, List.of());
  }

  /// Whether `user` was a member of the conversation at `seq`.
  boolean member(ConversationFacts conversation, int user, long seq) {
    return membership(conversation, user).contains(seq);
  }

  /// When `user` was a member of the conversation; empty for a stranger.
  IntervalSet membership(ConversationFacts conversation, int user) {
    Membership membership = conversation.members.get(user);
    return membership == null ? new IntervalSet() : membership.intervals();
  }

  /// The send that an entry came from; [Ledger#NOBODY] for one that nobody sent.
  int sendOf(String conversation, Entry entry) {
    if (entry.messageId().isEmpty()) {
      return Ledger.NOBODY;
    }
    return sends.row(new Send(entry.senderUser(), entry.senderDevice(), conversation, entry.messageId()));
  }

  /// Everything about an entry that may not differ between two readers; never 0.
  static long fingerprint(Entry entry) {
    long hash = entry.payloadHash() * 31 + entry.kind().ordinal();
    hash = hash * 31 + entry.senderUser().hashCode();
    hash = hash * 31 + entry.senderDevice().hashCode();
    hash = hash * 31 + entry.messageId().hashCode();
    hash = hash * 31 + entry.targetSeq();
    return hash == 0 ? 1 : hash;
  }

  private Membership membership(String conversation, String user) {
    return conversation(conversation).members.computeIfAbsent(names.id(user), _ -> new Membership());
  }

  private void absorbOk(SendOk o) {
    int row = sends.row(o.send());
    sends.outcome(row, SendTable.State.OK);
    sends.storedAt(row, o.generation(), o.seq());
    ConversationFacts conversation = conversation(o.send().conversation());
    conversation.ledger(o.generation()).acknowledge(o.seq(), row);
    if (!o.send().device().isEmpty()) {
      conversation.view(names.id(o.send().device()), o.generation()).accepted.add(o.seq());
    }
  }

  private void absorbFrame(FrameDelivered o) {
    ViewFacts view = view(o.view());
    if (view.baseline == ViewFacts.NEVER) {
      view.baseline = o.after();
    }
    view.reached.merge(o.session(), o.upto(), Math::max);
    absorbDelivered(o.view(), o.after(), o.upto(), o.entries());
  }

  private void absorbDelivered(View at, long after, long upto, List<Entry> entries) {
    ViewFacts view = view(at);
    view.covered.add(after + 1, upto);
    for (Entry entry : entries) {
      view.delivered.add(entry.seq());
      absorbEntry(at, entry);
    }
  }

  private void absorbShown(EntryShown o) {
    ViewFacts view = view(o.view());
    view.shown.add(o.entry().seq());
    view.lastShown = Math.max(view.lastShown, o.entry().seq());
    absorbEntry(o.view(), o.entry());
  }

  private void absorbRead(HistoryRead o) {
    ViewFacts view = view(o.view());
    view.readCovered.add(o.after() + 1, o.upto());
    for (Entry entry : o.entries()) {
      view.read.add(entry.seq());
      absorbEntry(o.view(), entry);
    }
  }

  private void absorbEntry(View view, Entry entry) {
    int send = sendOf(view.conversation(), entry);
    Ledger ledger = conversation(view.conversation()).ledger(view.generation());
    ledger.settle(entry.seq(), fingerprint(entry), send);
    if (entry.targetSeq() > 0) {
      ledger.targeted.add(entry.targetSeq());
    }
    if (send != Ledger.NOBODY) {
      sends.storedAt(send, view.generation(), entry.seq());
      if (entry.kind() == Entry.Kind.MESSAGE) {
        sends.seen(send, entry.payloadHash());
      }
    }
  }

  /// A device that registers again, after a restart, keeps its first registration.
  private void absorbRegistered(DeviceRegistered o) {
    device(o.device(), new DeviceFacts(names.id(o.user()), o.watching(), o.atMicros()));
  }

  private void absorbRemoved(DeviceRemoved o) {
    device(o.device(), new DeviceFacts(names.id(o.user()), Observation.Watching.RAW, o.atMicros())).removed = true;
  }

  private DeviceFacts device(String name, DeviceFacts registration) {
    DeviceFacts known = devices.putIfAbsent(names.id(name), registration);
    if (known != null) {
      return known;
    }
    devicesByUser.computeIfAbsent(registration.user, _ -> new ArrayList<>()).add(names.id(name));
    return registration;
  }

  private void absorbHidden(EntryHidden o) {
    ConversationFacts conversation = conversation(o.conversation());
    if (o.user().equals(EVERYBODY)) {
      conversation.hiddenFromAll.add(o.seq());
    } else {
      conversation.hidden.computeIfAbsent(names.id(o.user()), _ -> new IntervalSet()).add(o.seq());
    }
  }

  private void absorbFault(FaultBegan o) {
    FaultWindow window = new FaultWindow(o.name(), o.kind(), o.atMicros());
    openFaults.put(o.name(), window);
    faults.add(window);
  }

  private void endFault(FaultEnded o) {
    FaultWindow window = openFaults.remove(o.name());
    if (window == null) {
      throw new IllegalArgumentException("the fault " + o.name() + " ended without having begun");
    }
    window.endMicros = o.atMicros();
  }
}
