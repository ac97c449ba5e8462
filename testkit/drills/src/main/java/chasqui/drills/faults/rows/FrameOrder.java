package chasqui.drills.faults.rows;

import chasqui.drills.faults.ground.Drill;
import chasqui.drills.faults.ground.Finding;
import chasqui.drills.faults.ground.Ground;
import chasqui.drills.faults.ground.Speaker;
import chasqui.drills.faults.wire.RawStream;
import chasqui.edge.v1.Ack;
import chasqui.edge.v1.ClientFrame;
import chasqui.edge.v1.Credit;
import chasqui.edge.v1.Heartbeat;
import chasqui.edge.v1.Hello;
import chasqui.edge.v1.PresenceSubscription;
import chasqui.edge.v1.RangeRequest;
import chasqui.edge.v1.ReadMark;
import chasqui.edge.v1.TokenRefresh;
import chasqui.edge.v1.TypingSignal;
import chasqui.error.v1.Reason;
import com.google.protobuf.UnknownFieldSet;
import io.grpc.Channel;
import java.util.LinkedHashMap;
import java.util.Map;

/// Frames in an order that the protocol does not have, and frames of a kind that it does not have.
public final class FrameOrder implements Drill {

  @Override
  public void run(Ground ground, Finding finding) {
    String user = ground.user("olga");
    String token = ground.token(user);
    Channel channel = ground.channel();
    Map<String, ClientFrame> first = firstFrames(ground, token);
    first.forEach((what, frame) -> violates(what + " before Hello", RawStream.open(channel).send(frame), finding));
    RawStream twice = RawStream.open(channel).welcomed(token, "twice", 1).hello(token, "twice", 2);
    violates("a second Hello", twice, finding);
    RawStream foreign = RawStream.open(channel).welcomed(token, "other", 1).hello(ground.token(ground.user("pia")), "other", 2);
    violates("a second Hello with another user's token", foreign, finding);
    impatient(channel, token, finding);
    unknownKind(channel, token, finding);
    finding.figure("orders", first.size() + 2);
  }

  private static Map<String, ClientFrame> firstFrames(Ground ground, String token) {
    Map<String, ClientFrame> frames = new LinkedHashMap<>();
    frames.put("Send", Speaker.text("somewhere", ground.id(20), "hello"));
    frames.put("Heartbeat", ClientFrame.newBuilder().setHeartbeat(Heartbeat.getDefaultInstance()).build());
    frames.put("TokenRefresh", ClientFrame.newBuilder().setTokenRefresh(TokenRefresh.newBuilder().setToken(token)).build());
    frames.put("Credit", ClientFrame.newBuilder().setCredit(Credit.newBuilder().setUnackedEntries(1)).build());
    frames.put("Ack", ClientFrame.newBuilder().setAck(Ack.getDefaultInstance()).build());
    frames.put("ReadMark", ClientFrame.newBuilder().setReadMark(ReadMark.getDefaultInstance()).build());
    frames.put("Typing", ClientFrame.newBuilder().setTyping(TypingSignal.getDefaultInstance()).build());
    frames.put("PresenceSubscription",
        ClientFrame.newBuilder().setPresenceSubscription(PresenceSubscription.getDefaultInstance()).build());
    frames.put("RangeRequest", ClientFrame.newBuilder().setRangeRequest(RangeRequest.getDefaultInstance()).build());
    frames.put("an empty frame", ClientFrame.getDefaultInstance());
    frames.put("an unknown frame", unknown());
    return frames;
  }

  private static ClientFrame unknown() {
    return ClientFrame.newBuilder().setUnknownFields(UnknownFieldSet.newBuilder()
        .addField(9_999, UnknownFieldSet.Field.newBuilder().addVarint(1).build()).build()).build();
  }

  private static void violates(String what, RawStream stream, Finding finding) {
    var end = stream.awaitEnd(Ground.PATIENCE);
    finding.require(end.filter(ended -> ended.why().reason() == Reason.REASON_PROTOCOL_VIOLATION).isPresent(),
        what + ": " + end.map(RawStream.End::why));
  }

  /// A frame right behind Hello, before the welcome, is early but lawful: it is honoured or refused, and nothing breaks.
  private static void impatient(Channel channel, String token, Finding finding) {
    RawStream stream = RawStream.open(channel);
    stream.send(ClientFrame.newBuilder()
        .setHello(Hello.newBuilder().setProtocolVersion(1).setToken(token).setDeviceId("impatient").setConnectNumber(1))
        .build());
    stream.send(ClientFrame.newBuilder().setHeartbeat(Heartbeat.newBuilder().setNonce(7)).build());
    finding.require(stream.await(frame -> frame.getHeartbeat().getNonce() == 7).isPresent(),
        "a sign of life behind Hello was not answered: " + stream.end());
  }

  private static void unknownKind(Channel channel, String token, Finding finding) {
    RawStream stream = RawStream.open(channel).welcomed(token, "newer", 1);
    stream.send(unknown()).send(ClientFrame.getDefaultInstance());
    stream.send(ClientFrame.newBuilder().setHeartbeat(Heartbeat.newBuilder().setNonce(8)).build());
    finding.require(stream.await(frame -> frame.getHeartbeat().getNonce() == 8).isPresent(),
        "a frame of an unknown kind is not ignored: " + stream.end());
  }
}
