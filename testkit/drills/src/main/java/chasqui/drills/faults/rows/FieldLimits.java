package chasqui.drills.faults.rows;

import chasqui.drills.faults.ground.Drill;
import chasqui.drills.faults.ground.Finding;
import chasqui.drills.faults.ground.Ground;
import chasqui.drills.faults.ground.Speaker;
import chasqui.drills.faults.wire.RawStream;
import chasqui.edge.v1.Ack;
import chasqui.edge.v1.ClientFrame;
import chasqui.edge.v1.Hello;
import chasqui.edge.v1.Position;
import chasqui.edge.v1.Send;
import chasqui.edge.v1.ServerFrame;
import chasqui.error.v1.Reason;
import chasqui.log.v1.Message;
import chasqui.log.v1.TextContent;
import com.google.protobuf.ByteString;
import io.grpc.Channel;
import java.util.Collections;
import java.util.Optional;

/// Empty fields, fields at their limit, and fields one beyond it: those at the limit are taken, the others are refused by
/// name, and the stream goes on.
public final class FieldLimits implements Drill {

  private static final int TEXT_BYTES_MAX = 65_000;
  private static final int POSITIONS_MAX = 100;
  private int tried;

  @Override
  public void run(Ground ground, Finding finding) {
    String user = ground.user("uma");
    Speaker uma = new Speaker(ground.online(user, "phone", 1), ground.random());
    String conversation = ground.direct(user, ground.user("vito"));
    sent(uma, send(uma, conversation, "x".repeat(TEXT_BYTES_MAX)), null, finding);
    sent(uma, send(uma, conversation, "x"), null, finding);
    sent(uma, send(uma, conversation, "x".repeat(TEXT_BYTES_MAX + 1)), Reason.REASON_INVALID_FIELD, finding);
    sent(uma, send(uma, conversation, ""), Reason.REASON_INVALID_FIELD, finding);
    sent(uma, send(uma, "", "x"), Reason.REASON_INVALID_FIELD, finding);
    sent(uma, send(uma, "c".repeat(64), "x"), Reason.REASON_NOT_FOUND, finding);
    sent(uma, send(uma, "c".repeat(65), "x"), Reason.REASON_INVALID_FIELD, finding);
    sent(uma, send(uma, conversation, "x").clearMessage(), Reason.REASON_INVALID_FIELD, finding);
    sent(uma, send(uma, conversation, "x").setMessage(Message.getDefaultInstance()), Reason.REASON_INVALID_FIELD, finding);
    for (int bytes : new int[] {0, 19, 21, 64}) {
      ByteString id = bytes == 0 ? ByteString.EMPTY : uma.nextId().concat(ground.id(64)).substring(0, bytes);
      sent(uma, send(uma, conversation, "x").setClientMessageId(id), Reason.REASON_INVALID_FIELD, finding);
    }
    sent(uma, send(uma, conversation, "x").setClientMessageId(ByteString.copyFrom(new byte[20])), Reason.REASON_INVALID_FIELD, finding);
    acked(uma.stream(), conversation, 0, finding);
    acked(uma.stream(), conversation, POSITIONS_MAX + 1, finding);
    hellos(ground.channel(), ground.token(user), finding);
    finding.require(uma.stream().end().isEmpty(), "the stream was ended: " + uma.stream().end());
    finding.figure("fields_tried", tried);
  }

  private static Send.Builder send(Speaker speaker, String conversation, String text) {
    return Send.newBuilder().setConversationId(conversation).setClientMessageId(speaker.nextId())
        .setMessage(Message.newBuilder().setText(TextContent.newBuilder().setText(text)));
  }

  /// @param reason what it is refused with; null if it is to be taken
  private void sent(Speaker speaker, Send.Builder send, Reason reason, Finding finding) {
    tried++;
    long before = answers(speaker.stream(), send.getClientMessageId()).count();
    speaker.stream().send(ClientFrame.newBuilder().setSend(send).build());
    var _ = speaker.stream().await(_ -> answers(speaker.stream(), send.getClientMessageId()).count() > before);
    Optional<ServerFrame> answer = answers(speaker.stream(), send.getClientMessageId()).skip(before).findFirst();
    Reason given = answer.map(frame -> frame.getSendRejected().getReason()).orElse(null);
    boolean right = reason == null
        ? answer.filter(ServerFrame::hasSendAccepted).isPresent()
        : given == reason;
    finding.require(right, "send " + tried + ": expected " + reason + ", got " + answer.map(ServerFrame::getFrameCase) + " " + given);
  }

  private static java.util.stream.Stream<ServerFrame> answers(RawStream stream, ByteString id) {
    return stream.arrivals().stream().map(RawStream.Arrival::frame)
        .filter(frame -> frame.hasSendAccepted() && frame.getSendAccepted().getClientMessageId().equals(id)
            || frame.hasSendRejected() && frame.getSendRejected().getClientMessageId().equals(id));
  }

  private void acked(RawStream stream, String conversation, int positions, Finding finding) {
    tried++;
    long before = errors(stream);
    Position position = Position.newBuilder().setConversationId(conversation).setGeneration(1).setSeq(1).build();
    stream.send(ClientFrame.newBuilder().setAck(Ack.newBuilder().addAllPositions(Collections.nCopies(positions, position))).build());
    finding.require(chasqui.drills.fleet.Deadline.await(Ground.PATIENCE, () -> errors(stream) > before),
        "an ack of " + positions + " positions was not refused");
  }

  private static long errors(RawStream stream) {
    return stream.arrivals().stream()
        .filter(arrival -> arrival.frame().getError().getReason() == Reason.REASON_INVALID_FIELD).count();
  }

  private void hellos(Channel channel, String token, Finding finding) {
    Hello good = Hello.newBuilder().setProtocolVersion(1).setToken(token).setDeviceId("limits").setConnectNumber(1).build();
    for (Hello hello : new Hello[] {
        good.toBuilder().setConnectNumber(0).build(), good.toBuilder().setDeviceId("").build(),
        good.toBuilder().setDeviceId("d".repeat(65)).build(), good.toBuilder().setClientName("n".repeat(129)).build(),
        good.toBuilder().setToken("t".repeat(4_097)).build(),
        good.toBuilder().addAllCapabilitiesValue(Collections.nCopies(33, 1)).build()}) {
      tried++;
      var end = RawStream.open(channel).send(ClientFrame.newBuilder().setHello(hello).build()).awaitEnd(Ground.PATIENCE);
      finding.require(end.filter(ended -> ended.why().reason() == Reason.REASON_INVALID_FIELD).isPresent(),
          "hello " + tried + ": " + end.map(RawStream.End::why));
    }
    RawStream full = RawStream.open(channel).send(ClientFrame.newBuilder().setHello(good.toBuilder()
        .setDeviceId("d".repeat(64)).setClientName("n".repeat(128)).addAllCapabilitiesValue(Collections.nCopies(32, 1))).build());
    finding.require(full.await(ServerFrame::hasWelcome).isPresent(), "a Hello with every field at its limit: " + full.end());
  }
}
