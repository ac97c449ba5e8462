package chasqui.node.transport;

import chasqui.discovery.NodeRecord;
import chasqui.discovery.Role;
import chasqui.link.ConnectionBound;
import chasqui.node.StartException;
import chasqui.node.config.InternalConfig;
import chasqui.node.vouch.Peer;
import chasqui.node.vouch.VouchingCalls;
import io.grpc.HandlerRegistry;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.NettyServerBuilder;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.opentelemetry.api.metrics.Meter;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/// The port for other nodes, and the channels to theirs, on one group of event loops. No executor stands between a socket
/// and a role: links never block.
final class TcpPort implements AutoCloseable {

  /// What a port needs to know.
  ///
  /// @param vouching used where nodes prove their roles
  record Setup(InternalConfig config, Set<Role> roles, InstantSource clock, Meter meter, Vouching vouching) {

    /// What this node's certificate has to name.
    Set<String> proofs() {
      Set<String> proofs = roles.stream().map(PeerRoles::name).collect(Collectors.toCollection(HashSet::new));
      if (vouching.services()) {
        proofs.add(Peer.SERVICES);
      }
      return proofs;
    }
  }

  /// A link that is silent is asked after 10 s and dead 5 s later, on both ends.
  static final Duration PING_AFTER = Duration.ofSeconds(10);
  static final Duration PONG_WITHIN = Duration.ofSeconds(5);

  private static final Duration CONNECT_MAX = Duration.ofSeconds(2);
  private static final Duration HANDSHAKE_MAX = Duration.ofSeconds(5);
  // Above the 2 MiB that a frame of a link may have at most.
  private static final int FRAME_BYTES_MAX = 4 * 1024 * 1024;
  // What a peer may have on its way to one link; links bound what they queue themselves.
  private static final int WINDOW_BYTES = 1024 * 1024;
  private static final int METADATA_BYTES_MAX = 4 * 1024;
  // Each node of a cluster opens a connection for each kind of link; a thousand nodes are far more than were planned.
  private static final int CONNECTIONS_MAX = 4_096;
  private static final int CALLS_PER_CONNECTION_MAX = 64;
  private static final int RESETS_MAX = 100;
  private static final int RESETS_WINDOW_SECONDS = 30;
  private static final int STOP_SECONDS = 2;

  private final InternalConfig config;
  private final Optional<NodeTls> tls;
  private final Optional<VouchingCalls> vouches;
  private final EventLoopGroup loops;
  private final Server server;

  private TcpPort(Setup setup, HandlerRegistry services) {
    config = setup.config();
    Refusals refusals = new Refusals(setup.meter());
    tls = config.secured() ? Optional.of(NodeTls.of(config, setup.proofs(), refusals)) : Optional.empty();
    vouches = tls.flatMap(_ -> setup.vouching().calls());
    loops = new MultiThreadIoEventLoopGroup(
        Runtime.getRuntime().availableProcessors(), new DefaultThreadFactory("internal-loop", true),
        Epoll.isAvailable() ? EpollIoHandler.newFactory() : NioIoHandler.newFactory());
    server = server(setup, services, refusals);
  }

  /// Listens from here on.
  static TcpPort open(Setup setup, HandlerRegistry services) {
    TcpPort port = new TcpPort(setup, services);
    try {
      port.server.start();
      return port;
    } catch (IOException taken) {
      port.close();
      throw StartException.cannotListen("internal", setup.config().host(), setup.config().port(), taken);
    }
  }

  private Server server(Setup setup, HandlerRegistry services, Refusals refusals) {
    ConnectionBound connections = new ConnectionBound(CONNECTIONS_MAX);
    NettyServerBuilder builder = NettyServerBuilder.forAddress(new InetSocketAddress(config.host(), config.port()))
        .channelType(Epoll.isAvailable() ? EpollServerSocketChannel.class : NioServerSocketChannel.class)
        .bossEventLoopGroup(loops)
        .workerEventLoopGroup(loops)
        .directExecutor()
        .fallbackHandlerRegistry(services)
        .maxInboundMessageSize(FRAME_BYTES_MAX)
        .flowControlWindow(WINDOW_BYTES)
        .maxInboundMetadataSize(METADATA_BYTES_MAX)
        .maxConcurrentCallsPerConnection(CALLS_PER_CONNECTION_MAX)
        .maxRstFramesPerWindow(RESETS_MAX, RESETS_WINDOW_SECONDS)
        .handshakeTimeout(HANDSHAKE_MAX.toMillis(), TimeUnit.MILLISECONDS)
        .keepAliveTime(PING_AFTER.toMillis(), TimeUnit.MILLISECONDS)
        .keepAliveTimeout(PONG_WITHIN.toMillis(), TimeUnit.MILLISECONDS)
        .permitKeepAliveTime(PING_AFTER.toMillis() / 2, TimeUnit.MILLISECONDS)
        .addTransportFilter(connections);
    // Interceptors added later are called earlier: whoever is surplus is not looked at, and what is vouched for is looked at
    // last.
    tls.ifPresent(known -> {
      setup.vouching().check().ifPresent(builder::intercept);
      builder.sslContext(known.server()).intercept(new RoleCheck(setup.clock(), refusals));
    });
    return builder.intercept(connections).build();
  }

  String address() {
    int port = ((InetSocketAddress) server.getListenSockets().getFirst()).getPort();
    String host = config.toldHost();
    return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
  }

  ManagedChannel channel(NodeRecord node) {
    URI target = URI.create("node://" + node.address());
    if (target.getHost() == null || target.getPort() < 0) {
      throw new IllegalArgumentException(node.address() + " is no HOST:PORT");
    }
    NettyChannelBuilder builder = NettyChannelBuilder.forAddress(target.getHost(), target.getPort())
        .channelType(Epoll.isAvailable() ? EpollSocketChannel.class : NioSocketChannel.class)
        .eventLoopGroup(loops)
        .directExecutor()
        .disableRetry()
        .withOption(ChannelOption.CONNECT_TIMEOUT_MILLIS, (int) CONNECT_MAX.toMillis())
        .keepAliveTime(PING_AFTER.toMillis(), TimeUnit.MILLISECONDS)
        .keepAliveTimeout(PONG_WITHIN.toMillis(), TimeUnit.MILLISECONDS)
        .maxInboundMessageSize(FRAME_BYTES_MAX)
        .maxInboundMetadataSize(METADATA_BYTES_MAX)
        .flowControlWindow(WINDOW_BYTES);
    vouches.ifPresent(builder::intercept);
    if (tls.isPresent()) {
      return builder.sslContext(tls.get().client(node)).build();
    }
    return builder.usePlaintext().build();
  }

  @Override
  public void close() {
    server.shutdown();
    try {
      if (!server.awaitTermination(STOP_SECONDS, TimeUnit.SECONDS)) {
        server.shutdownNow().awaitTermination(STOP_SECONDS, TimeUnit.SECONDS);
      }
    } catch (InterruptedException interrupted) {
      server.shutdownNow();
      Thread.currentThread().interrupt();
    }
    loops.shutdownGracefully(0, STOP_SECONDS, TimeUnit.SECONDS).awaitUninterruptibly(STOP_SECONDS, TimeUnit.SECONDS);
  }
}
