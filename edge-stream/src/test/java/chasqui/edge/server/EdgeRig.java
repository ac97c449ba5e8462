package chasqui.edge.server;

import static org.junit.jupiter.api.Assertions.assertEquals;

import chasqui.discovery.Slots;
import chasqui.edge.FakeOwner;
import chasqui.edge.TokenVerifier;
import chasqui.edge.unary.Conformance;
import io.grpc.Channel;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.ServerInterceptors;
import io.grpc.ServerServiceDefinition;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.grpc.inprocess.InProcessServerBuilder;
import io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.NettyChannelBuilder;
import io.netty.handler.ssl.SslContext;
import io.opentelemetry.api.OpenTelemetry;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;

/// An edge over real gRPC, with a fake mesh behind it. A token is the user's name.
final class EdgeRig implements AutoCloseable {

  final FakeMesh mesh = new FakeMesh();
  final FakeOwner owner = new FakeOwner();
  final ScheduledExecutorService timers = Executors.newSingleThreadScheduledExecutor();
  final EdgeConfig config;
  final WriteWatch writes = new WriteWatch();
  /// Refusals without a reason; none are lawful.
  final List<String> unreasoned = new CopyOnWriteArrayList<>();
  final SessionLoops loops;
  final EdgeNode node;
  /// How long a unary call may last; to be set before a channel is made.
  Duration callMax = CallEnds.LAST_MAX;
  private final List<Runnable> parts = new ArrayList<>();
  private EdgeServer netty;

  EdgeRig() throws IOException {
    this(EdgeConfig.DEFAULT);
  }

  EdgeRig(EdgeConfig config) throws IOException {
    this.config = config;
    mesh.owner = owner::answer;
    loops = new SessionLoops(2, timers);
    node = new EdgeNode(
        config, new EdgeIdentity("edge-1", "one"),
        new EdgeNode.Surroundings(
            mesh.membership, mesh::channel, new Slots(1024), EdgeRig::verify, timers, InstantSource.system(),
            System::nanoTime, new Random()),
        loops, OpenTelemetry.noop().getMeter("test"));
    node.start();
  }

  /// A client's channel over the in-process transport.
  Channel inProcess() throws IOException {
    String name = "edge-" + System.identityHashCode(this) + "-" + parts.size();
    InProcessServerBuilder builder = InProcessServerBuilder.forName(name).directExecutor();
    services().forEach(builder::addService);
    Server server = builder.build().start();
    ManagedChannel channel = InProcessChannelBuilder.forName(name).directExecutor().build();
    parts.add(server::shutdownNow);
    parts.add(channel::shutdownNow);
    return channel;
  }

  /// A client's channel over loopback TCP.
  Channel overNetty() throws IOException {
    listen(Optional.empty());
    return keep(NettyChannelBuilder.forAddress("127.0.0.1", netty.port()).usePlaintext().build());
  }

  /// The same for a client that grants each stream so many bytes before it reads.
  Channel overNetty(int window) throws IOException {
    listen(Optional.empty());
    return keep(NettyChannelBuilder.forAddress("127.0.0.1", netty.port()).usePlaintext().flowControlWindow(window).build());
  }

  /// The same with TLS.
  Channel overTls(Path certificate, Path key) throws IOException {
    listen(Optional.of(GrpcSslContexts.forServer(certificate.toFile(), key.toFile()).build()));
    SslContext trust = GrpcSslContexts.forClient().trustManager(certificate.toFile()).build();
    return keep(NettyChannelBuilder.forAddress("localhost", netty.port()).sslContext(trust).build());
  }

  int port() {
    return netty.port();
  }

  private void listen(Optional<SslContext> tls) throws IOException {
    if (netty == null) {
      netty = new EdgeServer(
          config.server(), new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), tls, loops, services(), callMax);
      netty.start();
      parts.add(netty::stop);
    }
  }

  /// As the node offers them, watched for what they must not do.
  private List<ServerServiceDefinition> services() {
    return node.services().stream()
        .map(service -> ServerInterceptors.intercept(service, writes, new Conformance(unreasoned::add))).toList();
  }

  private Channel keep(ManagedChannel channel) {
    parts.add(channel::shutdownNow);
    return channel;
  }

  private static TokenVerifier.Verdict verify(String token) {
    long now = InstantSource.system().instant().getEpochSecond();
    return token.startsWith("bad") ? new TokenVerifier.Refused() : new TokenVerifier.Identity(token, now - 5, now + 3600);
  }

  @Override
  public void close() {
    assertEquals(List.of(), unreasoned);
    assertEquals(0, writes.whileNotReady(), "frames written while the stream was not ready");
    for (Runnable part : parts.reversed()) {
      part.run();
    }
    node.close();
    loops.close();
    mesh.close();
    timers.shutdownNow();
  }
}
