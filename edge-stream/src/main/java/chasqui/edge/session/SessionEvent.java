package chasqui.edge.session;

import chasqui.edge.v1.ClientFrame;
import chasqui.edge.v1.Presence;
import chasqui.edge.v1.Receipt;
import chasqui.edge.v1.ServerFrame;
import chasqui.edge.v1.Typing;
import chasqui.error.v1.Reason;
import chasqui.mailbox.v1.Caller;
import chasqui.mailbox.v1.ReceiptMoved;
import chasqui.trace.v1.TracedStream;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.function.BiConsumer;

/// What can happen to a session.
public sealed interface SessionEvent permits Signal, SessionEvent.Received, SessionEvent.Handed,
    SessionEvent.EndWanted, SessionEvent.SignedOut, SessionEvent.DrainWanted, SessionEvent.Traced {

  /// A frame of the device.
  record Received(ClientFrame frame) implements SessionEvent {}

  /// What has its effect at the next {@link Signal#END_OF_BATCH}, together with what else came until then.
  sealed interface Handed extends SessionEvent permits Pushed, Told, VisibilityChanged {}

  /// A fan-out that names this session. Delivered at the next {@link Signal#END_OF_BATCH}, together with what else came
  /// for the same conversation.
  record Pushed(Push push) implements Handed {}

  /// Something ephemeral for the device; written at the next {@link Signal#END_OF_BATCH}, or later, or never.
  ///
  /// @param about what it tells of: a newer one about the same takes its place
  record Told(String about, ServerFrame frame) implements Handed {

    /// Somebody types, or stopped.
    public static Told of(Typing typing) {
      return new Told(
          typing.getConversationId() + '\n' + typing.getUserId(), ServerFrame.newBuilder().setTyping(typing).build());
    }

    /// Somebody received or read more.
    public static Told of(Receipt receipt) {
      return new Told(
          receipt.getPosition().getConversationId() + '\n' + receipt.getUserId() + '\n' + receipt.getKindValue(),
          ServerFrame.newBuilder().setReceipt(receipt).build());
    }

    /// What rose, as one or two of these.
    public static List<Told> of(ReceiptMoved moved) {
      return ReceiptDesk.of(moved).stream().map(Told::of).toList();
    }

    /// A user is online or offline.
    public static Told of(String userId, boolean online) {
      return of(Presence.newBuilder().setUserId(userId).setOnline(online).build());
    }

    /// What the device is told of a user.
    static Told of(Presence presence) {
      return new Told(presence.getUserId(), ServerFrame.newBuilder().setPresence(presence).build());
    }
  }

  /// The registry wants the session ended: `REASON_SUPERSEDED` or `REASON_DEVICE_CAP`.
  record EndWanted(Reason reason) implements SessionEvent {}

  /// A sign-out of this session's user was stored.
  ///
  /// @param deviceId the device, or empty for all
  /// @param revokedMicros tokens issued up to then are refused
  record SignedOut(String deviceId, long revokedMicros) implements SessionEvent {}

  /// Somebody asks what this stream knows of an entry.
  ///
  /// @param userIds streams of others say nothing
  /// @param sink told at once, if at all
  record Traced(Set<String> userIds, String conversationId, long seq, BiConsumer<Caller, TracedStream.Builder> sink)
      implements SessionEvent {

    /// @param device whose stream it is; null before it said so
    /// @param live null before the welcome
    void ask(Caller device, LiveSession live) {
      if (device != null && userIds.contains(device.getUserId())) {
        sink.accept(device, live == null ? StreamTraces.unwelcomed(device) : live.traced(conversationId, seq));
      }
    }
  }

  /// What a user shows of their presence was stored anew: the session's own user, or one whom it watches.
  ///
  /// @param userId the user, or empty where it may be any of them
  record VisibilityChanged(String userId) implements Handed {}

  /// The node leaves.
  ///
  /// @param deadline how long the stream is still served
  /// @param reconnectAfter when the client is to open its next stream
  record DrainWanted(Duration deadline, Duration reconnectAfter) implements SessionEvent {}
}
