package chasqui.client;

import chasqui.edge.v1.CaughtUp;
import chasqui.edge.v1.Delivery;
import chasqui.edge.v1.Drain;
import chasqui.edge.v1.Evicted;
import chasqui.edge.v1.HeadMoved;
import chasqui.edge.v1.Limits;
import chasqui.edge.v1.Send;
import chasqui.edge.v1.SendAccepted;
import chasqui.edge.v1.SendRejected;
import chasqui.edge.v1.ServerFrame;
import chasqui.edge.v1.Welcome;
import chasqui.error.v1.Reason;
import chasqui.log.v1.Entry;
import chasqui.log.v1.Message;
import chasqui.log.v1.TextContent;
import com.google.protobuf.Duration;
import java.util.stream.LongStream;

/// Server frames, as short as a test wants them.
public final class Frames {
  public static final String CONVERSATION = "c1";
  public static final long GENERATION = 1;

  private Frames() {}

  public static ServerFrame welcome() {
    return welcome(64);
  }

  public static ServerFrame welcome(int unansweredMax) {
    return ServerFrame.newBuilder()
        .setWelcome(Welcome.newBuilder()
            .setProtocolVersion(1)
            .setUserId("alice")
            .setLimits(Limits.newBuilder()
                .setHeartbeatInterval(millis(15_000))
                .setStreamTimeout(millis(30_000))
                .setUnansweredSendsMax(unansweredMax)
                .setMessageBytesMax(65_536)))
        .build();
  }

  public static ServerFrame caughtUp() {
    return ServerFrame.newBuilder().setCaughtUp(CaughtUp.newBuilder().setConversations(1)).build();
  }

  /// Messages of bob at `after + 1` to `upto`.
  public static ServerFrame delivery(long after, long upto) {
    return delivery(GENERATION, after, upto, 0);
  }

  public static ServerFrame delivery(long generation, long after, long upto, long requestId) {
    return ServerFrame.newBuilder()
        .setDelivery(Delivery.newBuilder()
            .setConversationId(CONVERSATION)
            .setGeneration(generation)
            .setAfter(after)
            .setUpto(upto)
            .setHead(upto)
            .setRequestId(requestId)
            .addAllEntries(LongStream.rangeClosed(after + 1, upto).mapToObj(Frames::entry).toList()))
        .build();
  }

  /// One entry of any kind, at its `seq`.
  public static ServerFrame delivered(Entry entry) {
    return ServerFrame.newBuilder()
        .setDelivery(Delivery.newBuilder()
            .setConversationId(CONVERSATION)
            .setGeneration(GENERATION)
            .setAfter(entry.getSeq() - 1)
            .setUpto(entry.getSeq())
            .setHead(entry.getSeq())
            .addEntries(entry))
        .build();
  }

  public static Entry entry(long seq) {
    return Entry.newBuilder()
        .setSeq(seq)
        .setStampMicros(seq * 1_000)
        .setSenderUser("bob")
        .setSenderDevice("b1")
        .setMessage(text("m" + seq))
        .build();
  }

  public static Message text(String text) {
    return Message.newBuilder().setText(TextContent.newBuilder().setText(text)).build();
  }

  public static ServerFrame accepted(Send send, long seq) {
    return ServerFrame.newBuilder()
        .setSendAccepted(SendAccepted.newBuilder()
            .setConversationId(send.getConversationId())
            .setClientMessageId(send.getClientMessageId())
            .setSeq(seq)
            .setStampMicros(seq * 1_000)
            .setGeneration(GENERATION))
        .build();
  }

  public static ServerFrame rejected(Send send, Reason reason, long retryAfterMs) {
    return ServerFrame.newBuilder()
        .setSendRejected(SendRejected.newBuilder()
            .setConversationId(send.getConversationId())
            .setClientMessageId(send.getClientMessageId())
            .setReason(reason)
            .setMessage("no")
            .setRetryAfter(millis(retryAfterMs)))
        .build();
  }

  public static ServerFrame headMoved(long head) {
    return ServerFrame.newBuilder()
        .setHeadMoved(HeadMoved.newBuilder().setConversationId(CONVERSATION).setGeneration(GENERATION).setHead(head))
        .build();
  }

  public static ServerFrame drain(long reconnectAfterMs) {
    return ServerFrame.newBuilder()
        .setDrain(Drain.newBuilder().setDeadline(millis(60_000)).setReconnectAfter(millis(reconnectAfterMs)))
        .build();
  }

  public static ServerFrame evicted(Reason reason) {
    return ServerFrame.newBuilder().setEvicted(Evicted.newBuilder().setReason(reason).setMessage("go")).build();
  }

  public static Duration millis(long millis) {
    return Duration.newBuilder().setSeconds(millis / 1_000).setNanos((int) (millis % 1_000) * 1_000_000).build();
  }
}
