package chasqui.edge.server;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import chasqui.edge.v1.Heartbeat;
import chasqui.edge.v1.ServerFrame;
import io.grpc.Drainable;
import io.grpc.KnownLength;
import io.grpc.MethodDescriptor.Marshaller;
import io.grpc.protobuf.ProtoUtils;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import org.junit.jupiter.api.Test;

class EncodedOnceTest {

  private static final Marshaller<ServerFrame> PLAIN = ProtoUtils.marshaller(ServerFrame.getDefaultInstance());

  private int encoded;
  private final EncodedOnce marshaller = new EncodedOnce(new Marshaller<>() {
    @Override
    public InputStream stream(ServerFrame frame) {
      encoded++;
      return PLAIN.stream(frame);
    }

    @Override
    public ServerFrame parse(InputStream stream) {
      return PLAIN.parse(stream);
    }
  });

  private static ServerFrame frame(long nonce) {
    return ServerFrame.newBuilder().setHeartbeat(Heartbeat.newBuilder().setNonce(nonce)).build();
  }

  /// As gRPC takes it: the length first, then the bytes.
  private byte[] written(ServerFrame frame) throws IOException {
    InputStream stream = marshaller.stream(frame);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    int length = ((KnownLength) stream).available();
    assertEquals(length, ((Drainable) stream).drainTo(out));
    assertEquals(0, stream.available());
    return out.toByteArray();
  }

  @Test
  void a_frame_for_many_streams_has_the_same_bytes_on_each() throws IOException {
    ServerFrame frame = frame(7);
    for (int stream = 0; stream < 5; stream++) {
      assertArrayEquals(frame.toByteArray(), written(frame));
    }
    assertEquals(1, encoded, "the others were given the bytes of one encoding");
  }

  @Test
  void frames_are_told_apart_though_they_are_equal_or_take_turns() throws IOException {
    ServerFrame one = frame(1);
    ServerFrame two = frame(2);
    assertArrayEquals(one.toByteArray(), written(one));
    assertArrayEquals(one.toByteArray(), written(one));
    assertArrayEquals(two.toByteArray(), written(two));
    assertArrayEquals(one.toByteArray(), written(one));
    assertArrayEquals(frame(1).toByteArray(), written(frame(1)));
    assertEquals(4, encoded);
  }
}
