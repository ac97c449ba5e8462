package chasqui.drills.fleet;

import chasqui.client.FrameTap;
import chasqui.client.session.ClientEvent;
import chasqui.client.session.SendOutcome;
import chasqui.edge.v1.ClientFrame;
import chasqui.edge.v1.Delivery;
import chasqui.edge.v1.HeadMoved;
import chasqui.edge.v1.Position;
import chasqui.edge.v1.SendAccepted;
import chasqui.edge.v1.ServerFrame;
import chasqui.error.v1.Reason;
import chasqui.log.v1.Member;
import chasqui.log.v1.MembershipAction;
import chasqui.testkit.history.Entry;
import chasqui.testkit.history.Observation;
import chasqui.testkit.history.ObservationSink;
import chasqui.testkit.history.PayloadHash;
import chasqui.testkit.history.Send;
import chasqui.testkit.history.View;
import com.google.protobuf.ByteString;
import com.google.protobuf.Message;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;

/// Writes one device's history: the raw frames as they pass, and what the SDK shows, each on its own account.
///
/// Frames come on the transport's threads, events on the listener's; the sink takes both.
public final class Witness implements FrameTap {

  private final String user;
  private final String deviceId;
  private final String device;
  private final ObservationSink sink;
  private final LongSupplier nowMicros;
  // Which stream a connect number belongs to at present: a device that loses its memory uses a number again.
  private final Map<Long, Integer> streams = new ConcurrentHashMap<>();
  private final AtomicInteger lastStream = new AtomicInteger();
  private final AtomicInteger heldBack = new AtomicInteger();
  private boolean registered;

  /// @param nowMicros one clock for all witnesses of a run
  public Witness(String user, String deviceId, ObservationSink sink, LongSupplier nowMicros) {
    this.user = user;
    this.deviceId = deviceId;
    this.device = user + "/" + deviceId;
    this.sink = sink;
    this.nowMicros = nowMicros;
  }

  @Override
  public void sent(long connectNumber, ClientFrame frame) {
    switch (frame.getFrameCase()) {
      case SEND -> {
        var send = frame.getSend();
        sink.accept(new Observation.SendInvoked(
            own(send.getConversationId(), send.getClientMessageId()), hash(content(send)), nowMicros.getAsLong()));
      }
      case ACK -> {
        for (Position position : frame.getAck().getPositionsList()) {
          sink.accept(new Observation.CursorAcked(
              view(position.getConversationId(), position.getGeneration()), session(connectNumber), position.getSeq(),
              nowMicros.getAsLong()));
        }
      }
      default -> { }
    }
  }

  @Override
  public void received(long connectNumber, ServerFrame frame) {
    switch (frame.getFrameCase()) {
      case WELCOME -> streams.put(connectNumber, lastStream.incrementAndGet());
      case SEND_ACCEPTED -> accepted(connectNumber, frame.getSendAccepted());
      case SEND_REJECTED -> {
        if (frame.getSendRejected().getReason() == Reason.REASON_RATE_LIMITED) {
          heldBack.incrementAndGet();
        }
      }
      case DELIVERY -> delivered(connectNumber, frame.getDelivery());
      case HEAD_MOVED -> {
        HeadMoved moved = frame.getHeadMoved();
        sink.accept(new Observation.HeadShown(
            view(moved.getConversationId(), moved.getGeneration()), session(connectNumber), moved.getHead(),
            nowMicros.getAsLong()));
      }
      default -> { }
    }
  }

  /// How often a budget refused a send, which the SDK then sends again later.
  int heldBack() {
    return heldBack.get();
  }

  private void accepted(long connectNumber, SendAccepted accepted) {
    sink.accept(new Observation.SendOk(
        own(accepted.getConversationId(), accepted.getClientMessageId()), session(connectNumber),
        accepted.getGeneration(), accepted.getSeq(), nowMicros.getAsLong()));
  }

  private void delivered(long connectNumber, Delivery delivery) {
    List<Entry> entries = delivery.getEntriesList().stream().map(Witness::entry).toList();
    View view = view(delivery.getConversationId(), delivery.getGeneration());
    for (chasqui.log.v1.Entry entry : delivery.getEntriesList()) {
      members(delivery.getConversationId(), entry);
    }
    sink.accept(delivery.getRequestId() == 0
        ? new Observation.FrameDelivered(
            view, session(connectNumber), delivery.getAfter(), delivery.getUpto(), entries, nowMicros.getAsLong())
        : new Observation.RangeAnswered(
            view, session(connectNumber), delivery.getAfter(), delivery.getUpto(), entries, nowMicros.getAsLong()));
  }

  /// What the listener of the SDK is told.
  public void on(ClientEvent event) {
    switch (event) {
      case ClientEvent.EntryReceived(var conversation, long generation, var entry, boolean _) ->
          sink.accept(new Observation.EntryShown(view(conversation, generation), entry(entry), nowMicros.getAsLong()));
      case ClientEvent.CaughtUp _ -> {
        if (!registered) {
          registered = true;
          sink.accept(new Observation.DeviceRegistered(user, device, Observation.Watching.BOTH, nowMicros.getAsLong()));
        }
      }
      case ClientEvent.SendSettled(SendOutcome.Refused refused) -> {
        Send send = own(refused.conversationId(), refused.clientMessageId());
        sink.accept(refused.mayBeStored()
            ? new Observation.SendUnknown(send, refused.reason().name(), nowMicros.getAsLong())
            : new Observation.SendFailed(send, refused.reason().name(), nowMicros.getAsLong()));
      }
      default -> { }
    }
  }

  /// A page of the log that the device read by request, covering `(after, upto]`.
  void read(String conversation, long generation, long after, long upto, List<chasqui.log.v1.Entry> page) {
    List<Entry> entries = page.stream().map(Witness::entry).toList();
    sink.accept(new Observation.HistoryRead(view(conversation, generation), after, upto, entries, nowMicros.getAsLong()));
  }

  private void members(String conversation, chasqui.log.v1.Entry entry) {
    if (entry.hasCreated()) {
      for (Member member : entry.getCreated().getMembersList()) {
        sink.accept(new Observation.MemberJoined(member.getUserId(), conversation, entry.getSeq()));
      }
    } else if (entry.hasMembership()) {
      MembershipAction action = entry.getMembership().getAction();
      for (Member member : entry.getMembership().getMembersList()) {
        if (action == MembershipAction.MEMBERSHIP_ACTION_ADDED) {
          sink.accept(new Observation.MemberJoined(member.getUserId(), conversation, entry.getSeq()));
        } else if (action == MembershipAction.MEMBERSHIP_ACTION_LEFT || action == MembershipAction.MEMBERSHIP_ACTION_REMOVED) {
          sink.accept(new Observation.MemberLeft(member.getUserId(), conversation, entry.getSeq()));
        }
      }
    }
  }

  private Send own(String conversation, ByteString id) {
    return new Send(user, device, conversation, hex(id));
  }

  private View view(String conversation, long generation) {
    return new View(device, conversation, generation);
  }

  private String session(long connectNumber) {
    return device + "#" + connectNumber + "." + streams.getOrDefault(connectNumber, 0);
  }

  private static Entry entry(chasqui.log.v1.Entry entry) {
    return switch (entry.getBodyCase()) {
      case MESSAGE -> sent(entry, entry.getMessage().hasRemoved() ? Entry.Kind.TOMBSTONE : Entry.Kind.MESSAGE, entry.getMessage());
      // A deletion of the message takes the content of its edits too: what an edit said cannot be compared.
      case EDIT -> sent(entry, Entry.Kind.EDIT, entry.getEdit().toBuilder().clearMessage().build());
      case DELETION -> sent(entry, Entry.Kind.DELETE, entry.getDeletion());
      case REACTION -> sent(entry, Entry.Kind.REACTION, entry.getReaction());
      case PIN -> sent(entry, Entry.Kind.PIN, entry.getPin());
      case CREATED, MEMBERSHIP -> Entry.system(entry.getSeq(), Entry.Kind.MEMBERSHIP);
      case TITLE -> Entry.system(entry.getSeq(), Entry.Kind.TITLE);
      default -> Entry.system(entry.getSeq(), Entry.Kind.OTHER);
    };
  }

  private static Message content(chasqui.edge.v1.Send send) {
    return switch (send.getChangeCase()) {
      case MESSAGE -> send.getMessage();
      case EDIT -> send.getEdit();
      case DELETION -> send.getDeletion();
      case REACTION -> send.getReaction();
      case PIN -> send.getPin();
      case CHANGE_NOT_SET -> send;
    };
  }

  /// What a client sent, as it stands in the log.
  private static Entry sent(chasqui.log.v1.Entry entry, Entry.Kind kind, Message content) {
    return new Entry(
        entry.getSeq(), kind, entry.getSenderUser(), entry.getSenderUser() + "/" + entry.getSenderDevice(),
        hex(entry.getClientMessageId()), hash(content), entry.getDeletion().getTargetSeq());
  }

  /// Two contents of different kinds may have the same bytes.
  private static long hash(Message content) {
    return PayloadHash.of(content.getDescriptorForType().getFullName()) ^ PayloadHash.of(content.toByteArray());
  }

  private static String hex(ByteString id) {
    return HexFormat.of().formatHex(id.toByteArray());
  }

  /// The device as histories name it.
  public String device() {
    return device;
  }

  String deviceId() {
    return deviceId;
  }
}
