package chasqui.node.mesh;

import chasqui.discovery.NodeRecord;
import chasqui.edge.server.EdgeConfig;
import chasqui.edge.server.EdgeIdentity;
import chasqui.edge.server.EdgeNode;
import chasqui.edge.server.EdgeServer;
import chasqui.edge.server.SessionLoops;
import chasqui.node.Lifecycle;
import chasqui.node.StartException;
import chasqui.node.config.ListenConfig;
import chasqui.node.config.ServicesConfig;
import io.grpc.ManagedChannel;
import io.netty.handler.ssl.SslContext;
import io.opentelemetry.api.metrics.Meter;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;

/// clients → listening server → sessions → links to routers and registries.
public final class EdgeRole implements AutoCloseable {

  /// How an edge is reached.
  ///
  /// @param tls of clients
  /// @param services where internal services connect, if they do
  record Doors(ListenConfig listen, Optional<SslContext> tls, Optional<ServicesConfig> services) {}

  private final Lifecycle lifecycle = new Lifecycle();
  private final List<ManagedChannel> channels = new CopyOnWriteArrayList<>();
  private final EdgeNode node;
  private final EdgeServer server;
  private final EdgeConfig config;
  private final SessionLoops loops;
  private final Doors doors;
  private ServicesPort services;

  private EdgeRole(EdgeConfig config, NodeRecord self, MeshParts parts, Doors doors) {
    this.config = config;
    this.doors = doors;
    ListenConfig listen = doors.listen();
    loops = new SessionLoops(config.server().loopThreads(), parts.timers());
    lifecycle.started("edge loops", loops::close);
    node = new EdgeNode(config, new EdgeIdentity(self.nodeId(), self.incarnation()), parts.aroundEdge(this::channel), loops, parts.meter());
    server = new EdgeServer(config.server(), new InetSocketAddress(listen.host(), listen.port()), doors.tls(), loops, node.services());
  }

  /// Starts an edge; it takes clients once this returns.
  static EdgeRole assemble(EdgeConfig config, NodeRecord self, MeshParts parts, Doors doors) {
    EdgeRole edge = new EdgeRole(config, self, parts, doors);
    try {
      edge.start();
      return edge;
    } catch (IOException taken) {
      edge.close();
      throw StartException.cannotListen("edge", doors.listen().host(), doors.listen().port(), taken);
    } catch (RuntimeException failure) {
      edge.close();
      throw failure;
    }
  }

  private void start() throws IOException {
    lifecycle.started("edge channels", () -> channels.forEach(ManagedChannel::shutdown));
    node.start();
    lifecycle.started("edge sessions", node::close);
    server.start();
    lifecycle.started("edge server", server::stop);
    doors.services().ifPresent(config -> {
      services = ServicesPort.open(config, this.config.server(), node, loops);
      lifecycle.started("services port", services::close);
    });
  }

  /// Where clients connect: `HOST:PORT`.
  public String address() {
    ListenConfig listen = doors.listen();
    boolean everywhere = new InetSocketAddress(listen.host(), 0).getAddress().isAnyLocalAddress();
    return (everywhere ? "127.0.0.1" : listen.host()) + ":" + server.port();
  }

  /// Where internal services connect, if they do: `HOST:PORT`.
  public Optional<String> servicesAddress() {
    return Optional.ofNullable(services).map(ServicesPort::address);
  }

  /// Whether it can serve clients now.
  public boolean isReady() {
    return node.isReady();
  }

  /// Streams open now.
  public int sessions() {
    return node.sessions();
  }

  /// Asks every stream to move; completes when all have, or at the deadline.
  public CompletableFuture<Void> drain(Duration deadline) {
    return node.drain(deadline);
  }

  /// Ends what is left of it.
  @Override
  public void close() {
    lifecycle.close();
  }

  private ManagedChannel channel(NodeRecord peer) {
    ManagedChannel channel = InternalTransport.channel(peer);
    channels.add(channel);
    return channel;
  }
}
