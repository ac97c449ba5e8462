package chasqui.drills.faults.rows;

import chasqui.conversation.v1.ConversationServiceGrpc;
import chasqui.drills.faults.ground.Drill;
import chasqui.drills.faults.ground.Finding;
import chasqui.drills.faults.ground.Ground;
import chasqui.drills.faults.wire.ClientApi;
import chasqui.drills.faults.wire.RawHttp2;
import chasqui.drills.faults.wire.RawStream;
import chasqui.edge.server.EdgeConfig;
import chasqui.edge.v1.ClientFrame;
import chasqui.edge.v1.EdgeServiceGrpc;
import chasqui.edge.v1.Heartbeat;
import com.google.protobuf.ByteString;
import com.google.protobuf.UnknownFieldSet;
import io.grpc.Status;
import java.util.List;

/// One byte over the limit of a frame, and lengths of 2 and 4 GiB that are only claimed.
public final class TooLarge implements Drill {

  private static final int LIMIT = EdgeConfig.Server.DEFAULT.frameBytesMax();
  private static final long GROWTH_MAX = 64L << 20;
  private static final List<Long> LENGTHS = List.of(0xFFFF_FFFFL, 0x7FFF_FFFFL, 0x8000_0000L, 2L * LIMIT + 1);
  // Each of its calls is reset, and an edge takes 200 resets of a connection in 30 s.
  private static final int STREAMS_PER_CONNECTION = 20;
  private static final String RESOURCE_EXHAUSTED = Integer.toString(Status.Code.RESOURCE_EXHAUSTED.value());

  @Override
  public void run(Ground ground, Finding finding) {
    String token = ground.token(ground.user("xaver"));
    RawStream stream = RawStream.open(ground.channel()).welcomed(token, "phone", 1);
    stream.sendBytes(frameOf(LIMIT));
    finding.require(stream.await(frame -> frame.getHeartbeat().getNonce() == 1).isPresent(),
        "a frame of exactly the limit was not taken: " + stream.end());
    stream.sendBytes(frameOf(LIMIT + 1));
    var end = stream.awaitEnd(Ground.PATIENCE);
    finding.require(end.filter(ended -> ended.why().code() == Status.Code.RESOURCE_EXHAUSTED).isPresent(),
        "one byte over the limit: " + end.map(RawStream.End::why));
    var call = ClientApi.call(ground.channel(), ConversationServiceGrpc.getListConversationsMethod(),
        ClientApi.bearer(token), frameOf(LIMIT + 1)).end();
    finding.require(call.code() == Status.Code.RESOURCE_EXHAUSTED, "a request one byte over the limit: " + call);
    claimedLengths(ground, finding);
    finding.figure("limit_bytes", LIMIT);
  }

  /// A sign of life among so many unknown bytes that the frame has this size.
  private static byte[] frameOf(int bytes) {
    ClientFrame.Builder frame = ClientFrame.newBuilder().setHeartbeat(Heartbeat.newBuilder().setNonce(1));
    int padding = bytes;
    while (true) {
      byte[] whole = frame.setUnknownFields(UnknownFieldSet.newBuilder()
          .addField(10_000, UnknownFieldSet.Field.newBuilder().addLengthDelimited(ByteString.copyFrom(new byte[padding])).build())
          .build()).build().toByteArray();
      if (whole.length == bytes) {
        return whole;
      }
      padding -= whole.length - bytes;
    }
  }

  private static void claim(Ground ground, int streams, Finding finding) {
    try (RawHttp2 http = new RawHttp2(ground.node().edgeAddress())) {
      for (int i = 0; i < streams; i++) {
        for (long length : LENGTHS) {
          String end = http.call(EdgeServiceGrpc.getConnectMethod().getFullMethodName(), RawHttp2.prefix(length, 16_000));
          finding.require(end.equals(RESOURCE_EXHAUSTED), "a length of " + length + " was answered with " + end);
        }
      }
    }
  }

  private static void claimedLengths(Ground ground, Finding finding) {
    int streams = ground.effort().of(40, 400);
    Memory before = Memory.of(ground.node());
    long most = 0;
    for (int done = 0; done < streams; done += STREAMS_PER_CONNECTION) {
      claim(ground, Math.min(STREAMS_PER_CONNECTION, streams - done), finding);
      most = Math.max(most, Memory.of(ground.node()).resident());
    }
    Memory after = Memory.of(ground.node());
    finding.figure("claimed_lengths", LENGTHS.size() * streams);
    finding.figure("direct_growth_kib", (after.direct() - before.direct()) / 1024);
    if (before.resident() == 0) {
      finding.notMeasurable("this system does not tell the resident memory of a process");
      return;
    }
    long growth = Math.max(most, after.resident()) - before.resident();
    finding.figure("resident_growth_kib", growth / 1024);
    finding.require(growth < GROWTH_MAX, "the node grew by " + (growth >> 20) + " MiB");
  }
}
