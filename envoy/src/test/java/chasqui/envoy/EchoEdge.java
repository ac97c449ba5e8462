package chasqui.envoy;

import io.grpc.HandlerRegistry;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerMethodDefinition;
import io.grpc.Status;
import io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.NettyServerBuilder;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;

/// What Envoy does between two ends that do as the test says: a gRPC server that answers every message of every stream with
/// itself and ends with its client, refuses `Refuse` as unavailable, never ends `Linger`, and notes what it is asked.
final class EchoEdge implements AutoCloseable {

  private static final MethodDescriptor.Marshaller<byte[]> BYTES = new MethodDescriptor.Marshaller<>() {
    @Override
    public InputStream stream(byte[] value) {
      return new ByteArrayInputStream(value);
    }

    @Override
    public byte[] parse(InputStream stream) {
      try {
        return stream.readAllBytes();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  };

  private final List<Metadata> asked = new CopyOnWriteArrayList<>();
  private final Server server;

  private EchoEdge() throws IOException {
    server = NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
        .directExecutor().fallbackHandlerRegistry(new Anything()).build().start();
  }

  static EchoEdge start() {
    try {
      return new EchoEdge();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static MethodDescriptor<byte[], byte[]> method(String name) {
    return MethodDescriptor.newBuilder(BYTES, BYTES).setType(MethodDescriptor.MethodType.BIDI_STREAMING)
        .setFullMethodName(name).build();
  }

  /// A connection through Envoy.
  static ManagedChannel channel(Front front) {
    try {
      // A small window, as a phone may have: what is not read comes back to Envoy soon.
      return NettyChannelBuilder.forTarget(front.address()).disableRetry().flowControlWindow(65_535)
          .sslContext(GrpcSslContexts.forClient().trustManager(front.authority().toFile()).build()).build();
    } catch (SSLException e) {
      throw new AssertionError(e);
    }
  }

  String address() {
    return "127.0.0.1:" + server.getPort();
  }

  /// The headers of every call so far.
  List<Metadata> asked() {
    return asked;
  }

  @Override
  public void close() {
    server.shutdownNow();
    try {
      server.awaitTermination(10, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private final class Anything extends HandlerRegistry {
    @Override
    public ServerMethodDefinition<?, ?> lookupMethod(String name, String authority) {
      return ServerMethodDefinition.create(method(name), (call, headers) -> {
        asked.add(headers);
        if (name.endsWith("/Refuse")) {
          call.close(Status.UNAVAILABLE, new Metadata());
          return new ServerCall.Listener<>() {};
        }
        call.request(1);
        return new Echo(call, name.endsWith("/Linger"));
      });
    }
  }

  private static final class Echo extends ServerCall.Listener<byte[]> {
    private final ServerCall<byte[], byte[]> call;
    private final boolean lingers;
    private boolean isAnswered;

    Echo(ServerCall<byte[], byte[]> call, boolean lingers) {
      this.call = call;
      this.lingers = lingers;
    }

    @Override
    public void onMessage(byte[] message) {
      if (!isAnswered) {
        call.sendHeaders(new Metadata());
        isAnswered = true;
      }
      call.sendMessage(message);
      call.request(1);
    }

    @Override
    public void onHalfClose() {
      if (!lingers) {
        call.close(Status.OK, new Metadata());
      }
    }
  }
}
