package chasqui.node.mesh;

import chasqui.discovery.NodeRecord;
import chasqui.edge.TokenVerifier;
import chasqui.edge.server.EdgeConfig;
import chasqui.edge.server.EdgeIdentity;
import chasqui.edge.server.EdgeNode;
import chasqui.edge.server.EdgeServer;
import chasqui.edge.server.SessionLoops;
import chasqui.node.Lifecycle;
import chasqui.node.StartException;
import chasqui.node.config.ListenConfig;
import chasqui.node.config.ServicesConfig;
import chasqui.node.ops.TracePage;
import io.netty.handler.ssl.SslContext;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/// clients → listening server → sessions → links to routers and registries.
public final class EdgeRole implements AutoCloseable {

  /// How an edge is reached.
  ///
  /// @param tls of clients
  /// @param services where internal services connect, if they do
  record Doors(ListenConfig listen, Optional<SslContext> tls, Optional<ServicesConfig> services) {}

  private final Lifecycle lifecycle = new Lifecycle();
  private final EdgeNode node;
  private final EdgeServer server;
  private final EdgeConfig config;
  private final SessionLoops loops;
  private final Doors doors;
  private ServicesPort services;

  private EdgeRole(EdgeConfig config, NodeRecord self, MeshParts parts, TokenVerifier tokens, Doors doors) {
    this.config = config;
    this.doors = doors;
    ListenConfig listen = doors.listen();
    loops = new SessionLoops(config.server().loopThreads(), parts.timers());
    lifecycle.started("edge loops", loops::close);
    node = new EdgeNode(config, identity(self, parts), parts.aroundEdge(tokens), loops, parts.meter());
    server = new EdgeServer(config.server(), new InetSocketAddress(listen.host(), listen.port()), doors.tls(), loops, node.services());
  }

  /// Routers bring what is for a session to whoever says that it is this life of this edge. Registries tell them which that
  /// is, and nobody else: what stands in etcd is not enough to be taken for it.
  private static EdgeIdentity identity(NodeRecord self, MeshParts parts) {
    byte[] secret = new byte[16];
    parts.platform().random().nextBytes(secret);
    return new EdgeIdentity(self.nodeId(), self.incarnation() + "-" + HexFormat.of().formatHex(secret));
  }

  /// Starts an edge; it takes clients once this returns.
  static EdgeRole assemble(EdgeConfig config, NodeRecord self, MeshParts parts, TokenVerifier tokens, Doors doors) {
    EdgeRole edge = new EdgeRole(config, self, parts, tokens, doors);
    try {
      edge.start();
      parts.platform().actions().add("/trace", new TracePage(edge.node::trace)::answer);
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
    return address("127.0.0.1");
  }

  /// Where clients connect, by the machine's name where it listens at all of its addresses: `HOST:PORT`.
  String address(String machine) {
    String host = doors.listen().host();
    boolean everywhere = new InetSocketAddress(host, 0).getAddress().isAnyLocalAddress();
    return (everywhere ? machine : host) + ":" + server.port();
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
}
