package chasqui.edge.server;

import chasqui.link.ConnectionBound;
import io.grpc.Server;
import io.grpc.ServerServiceDefinition;
import io.grpc.netty.NettyServerBuilder;
import io.netty.channel.EventLoopGroup;
import io.netty.handler.ssl.SslContext;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/// The listening gRPC server for clients, on the sessions' own event loops and without any executor in between: handlers
/// run where frames are read, and never block.
///
/// It decides nothing about who may listen where; that a node without TLS stays on the loopback is the node's rule.
public final class EdgeServer {

  private final Server server;
  private final SessionLoops loops;
  private final CallEnds ends;
  private ScheduledFuture<?> sweeps;

  /// @param tls for TLS, made by `GrpcSslContexts`; with BoringSSL on the class path it is used
  public EdgeServer(
      EdgeConfig.Server limits, SocketAddress address, Optional<SslContext> tls, SessionLoops loops,
      List<ServerServiceDefinition> services) {
    this(limits, address, tls, loops, services, CallEnds.LAST_MAX);
  }

  /// @param callMax how long a unary call may last
  EdgeServer(
      EdgeConfig.Server limits, SocketAddress address, Optional<SslContext> tls, SessionLoops loops,
      List<ServerServiceDefinition> services, Duration callMax) {
    this.loops = loops;
    ends = new CallEnds(services, callMax, System::nanoTime);
    EventLoopGroup group = loops.group();
    ConnectionBound connections = new ConnectionBound(limits.connectionsMax());
    NettyServerBuilder builder = NettyServerBuilder.forAddress(address)
        .channelType(SessionLoops.channelType())
        .bossEventLoopGroup(group)
        .workerEventLoopGroup(group)
        .directExecutor()
        .addServices(services)
        .intercept(connections)
        .addStreamTracerFactory(ends)
        .addTransportFilter(connections)
        // What is a little too large is answered in words; beyond this gRPC resets the stream, whatever length is claimed.
        .maxInboundMessageSize(2 * limits.frameBytesMax())
        // What a stream that is not read can make us hold: room for one frame, and for the next to be on its way.
        .flowControlWindow(2 * limits.frameBytesMax())
        .maxInboundMetadataSize(limits.metadataBytesMax())
        .maxConcurrentCallsPerConnection(limits.callsPerConnectionMax())
        .maxRstFramesPerWindow(limits.resetsMax(), (int) limits.resetsWindow().toSeconds())
        .permitKeepAliveTime(limits.keepAliveMin().toMillis(), TimeUnit.MILLISECONDS)
        .permitKeepAliveWithoutCalls(true)
        .handshakeTimeout(limits.handshakeMax().toMillis(), TimeUnit.MILLISECONDS)
        .maxConnectionIdle(limits.connectionIdleMax().toMillis(), TimeUnit.MILLISECONDS);
    tls.ifPresent(builder::sslContext);
    server = builder.build();
  }

  public void start() throws IOException {
    server.start();
    sweeps = loops.everySecond(ends::sweep);
  }

  /// Where it listens.
  public int port() {
    return ((InetSocketAddress) server.getListenSockets().getFirst()).getPort();
  }

  /// Stops: no new connections, and those there are end within a moment. Drain the node before.
  public void stop() {
    server.shutdown();
    if (sweeps != null) {
      sweeps.cancel(false);
    }
    try {
      if (!server.awaitTermination(1, TimeUnit.SECONDS)) {
        server.shutdownNow().awaitTermination(1, TimeUnit.SECONDS);
      }
    } catch (InterruptedException interrupted) {
      server.shutdownNow();
      Thread.currentThread().interrupt();
    }
  }
}
