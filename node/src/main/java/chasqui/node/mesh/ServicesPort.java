package chasqui.node.mesh;

import chasqui.edge.server.EdgeConfig;
import chasqui.edge.server.EdgeNode;
import chasqui.edge.server.EdgeServer;
import chasqui.edge.server.SessionLoops;
import chasqui.edge.unary.ServiceGrants;
import chasqui.node.StartException;
import chasqui.node.config.ServicesConfig;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Optional;

/// The port of internal services: the unary services of an edge, for certificates instead of tokens.
final class ServicesPort implements AutoCloseable {

  private final ServicesConfig config;
  private final EdgeServer server;

  private ServicesPort(ServicesConfig config, EdgeServer server) {
    this.config = config;
    this.server = server;
  }

  /// Listens from here on.
  ///
  /// @throws StartException if what is configured cannot be
  static ServicesPort open(ServicesConfig config, EdgeConfig.Server limits, EdgeNode node, SessionLoops loops) {
    try {
      EdgeServer server = new EdgeServer(
          limits, new InetSocketAddress(config.host(), config.port()), Optional.of(Tls.of(config)), loops,
          node.services(new ServiceGrants(config.allow())));
      server.start();
      return new ServicesPort(config, server);
    } catch (IllegalArgumentException misread) {
      throw new StartException("services.allow cannot be used: " + misread.getMessage(), misread);
    } catch (IOException taken) {
      throw StartException.cannotListen("services", config.host(), config.port(), taken);
    }
  }

  /// Where services connect: `HOST:PORT`.
  String address() {
    return config.host() + ":" + server.port();
  }

  @Override
  public void close() {
    server.stop();
  }
}
