package chasqui.edge.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import chasqui.conversation.v1.ConversationServiceGrpc;
import chasqui.edge.v1.ClientFrame;
import chasqui.edge.v1.EdgeServiceGrpc;
import chasqui.edge.v1.Heartbeat;
import chasqui.edge.v1.Hello;
import chasqui.error.v1.Reason;
import chasqui.status.Statuses;
import com.google.protobuf.ByteString;
import com.google.protobuf.UnknownFieldSet;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Messages that are none end their call with a reason, and nothing else.
final class WellFormedTest {

  private static final byte[] DAMAGED = {0x0E, 0x0F, (byte) 0xFF};
  // A few kilobytes on the wire.
  private static final int BOMB = 8 << 20;
  private static final Metadata.Key<String> AUTHORIZATION =
      Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);

  private final EdgeRig rig;

  WellFormedTest() throws IOException {
    rig = new EdgeRig();
  }

  @AfterEach
  void close() {
    rig.close();
  }

  @Test
  void a_damaged_frame_ends_its_stream_with_a_reason_and_leaves_the_registry() throws Exception {
    for (Channel channel : new Channel[] {rig.overNetty(), rig.inProcess()}) {
      assertEquals(Reason.REASON_INVALID_FIELD, reason(stream(channel, DAMAGED)));
      TestClient.await("the session is gone", () -> rig.node.sessions() == 0);
    }
  }

  @Test
  void one_byte_too_many_is_told_and_one_less_is_taken() throws Exception {
    int limit = rig.config.server().frameBytesMax();
    assertEquals(Reason.REASON_TOO_LARGE, reason(stream(rig.overNetty(), frameOf(limit + 1))));
    TestClient.await("the session is gone", () -> rig.node.sessions() == 0);
    CompletableFuture<StatusRuntimeException> open = stream(rig.overNetty(), frameOf(limit));
    TestClient.await("the session stands", () -> rig.node.sessions() == 1);
    assertTrue(!open.isDone());
  }

  @Test
  void a_compressed_frame_is_measured_as_what_it_inflates_to() throws Exception {
    int limit = rig.config.server().frameBytesMax();
    // The last one is past gRPC's own limit, too.
    for (int bytes : new int[] {limit + 1, 2 * limit, 2 * limit + 1, BOMB}) {
      assertEquals(Reason.REASON_TOO_LARGE, reason(compressed(rig.overNetty(), frameOf(bytes))), bytes + " bytes");
    }
    TestClient.await("the sessions are gone", () -> rig.node.sessions() == 0);
    assertEquals(Reason.REASON_INVALID_FIELD, reason(compressed(rig.overNetty(), DAMAGED)));
    TestClient.await("the session is gone", () -> rig.node.sessions() == 0);
    CompletableFuture<StatusRuntimeException> open = compressed(rig.overNetty(), frameOf(limit));
    TestClient.await("the session stands", () -> rig.node.sessions() == 1);
    assertTrue(!open.isDone());
  }

  @Test
  void a_damaged_request_is_refused_and_who_may_not_ask_is_told_only_that() throws Exception {
    MethodDescriptor<?, ?> method = ConversationServiceGrpc.getListConversationsMethod();
    assertEquals(Reason.REASON_INVALID_FIELD, reason(call(rig.overNetty(), method, "Bearer alice", DAMAGED)));
    assertEquals(Reason.REASON_UNAUTHENTICATED, reason(call(rig.overNetty(), method, "Bearer bad", DAMAGED)));
  }

  private static Reason reason(CompletableFuture<StatusRuntimeException> end) throws Exception {
    return Statuses.reasonOf(end.get(30, TimeUnit.SECONDS)).orElseThrow();
  }

  /// A stream that is welcomed, and then sends this.
  private static CompletableFuture<StatusRuntimeException> stream(Channel channel, byte[] frame) {
    return stream(channel, frame, CallOptions.DEFAULT);
  }

  private static CompletableFuture<StatusRuntimeException> compressed(Channel channel, byte[] frame) {
    return stream(channel, frame, CallOptions.DEFAULT.withCompression("gzip"));
  }

  private static CompletableFuture<StatusRuntimeException> stream(Channel channel, byte[] frame, CallOptions options) {
    CompletableFuture<StatusRuntimeException> end = new CompletableFuture<>();
    ClientCall<byte[], byte[]> call =
        channel.newCall(raw(EdgeServiceGrpc.getConnectMethod(), MethodDescriptor.MethodType.BIDI_STREAMING), options);
    AtomicInteger received = new AtomicInteger();
    call.start(new ClientCall.Listener<>() {
      @Override
      public void onMessage(byte[] message) {
        if (received.incrementAndGet() == 1) {
          call.sendMessage(frame);
        }
      }

      @Override
      public void onClose(Status status, Metadata trailers) {
        end.complete(status.asRuntimeException(trailers));
      }
    }, new Metadata());
    call.request(100);
    call.sendMessage(ClientFrame.newBuilder()
        .setHello(Hello.newBuilder().setProtocolVersion(1).setToken("alice").setDeviceId("phone").setConnectNumber(System.nanoTime()))
        .build().toByteArray());
    return end;
  }

  private static CompletableFuture<StatusRuntimeException> call(
      Channel channel, MethodDescriptor<?, ?> method, String authorization, byte[] request) {
    CompletableFuture<StatusRuntimeException> end = new CompletableFuture<>();
    ClientCall<byte[], byte[]> call = channel.newCall(raw(method, MethodDescriptor.MethodType.UNARY), CallOptions.DEFAULT);
    Metadata headers = new Metadata();
    headers.put(AUTHORIZATION, authorization);
    call.start(new ClientCall.Listener<>() {
      @Override
      public void onClose(Status status, Metadata trailers) {
        end.complete(status.asRuntimeException(trailers));
      }
    }, headers);
    call.request(2);
    call.sendMessage(request);
    call.halfClose();
    return end;
  }

  private static byte[] frameOf(int bytes) {
    ByteString padding = ByteString.copyFrom(new byte[bytes]);
    ClientFrame.Builder frame = ClientFrame.newBuilder().setHeartbeat(Heartbeat.newBuilder().setNonce(1));
    int size = bytes;
    byte[] whole = new byte[0];
    while (whole.length != bytes) {
      size += Math.min(0, bytes - whole.length);
      whole = frame.setUnknownFields(UnknownFieldSet.newBuilder()
          .addField(9_999, UnknownFieldSet.Field.newBuilder().addLengthDelimited(padding.substring(0, size)).build())
          .build()).build().toByteArray();
    }
    return Arrays.copyOf(whole, bytes);
  }

  private static MethodDescriptor<byte[], byte[]> raw(MethodDescriptor<?, ?> method, MethodDescriptor.MethodType type) {
    MethodDescriptor.Marshaller<byte[]> bytes = new MethodDescriptor.Marshaller<>() {
      @Override
      public InputStream stream(byte[] value) {
        return new ByteArrayInputStream(value);
      }

      @Override
      public byte[] parse(InputStream stream) {
        try {
          return stream.readAllBytes();
        } catch (IOException failure) {
          throw new UncheckedIOException(failure);
        }
      }
    };
    return MethodDescriptor.newBuilder(bytes, bytes).setFullMethodName(method.getFullMethodName()).setType(type).build();
  }
}
