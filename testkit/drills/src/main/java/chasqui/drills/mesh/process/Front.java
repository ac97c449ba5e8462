package chasqui.drills.mesh.process;

import chasqui.drills.fleet.NodeProcess;
import chasqui.envoy.Bootstrap;
import chasqui.node.certs.DevAuthority;
import chasqui.testkit.envoy.EnvoyServer;
import chasqui.testkit.process.FreePorts;
import chasqui.testkit.process.JavaCommand;
import chasqui.testkit.process.JavaProcess;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Envoy before the edges, and the process that tells it from etcd which there are. TLS for clients, plaintext to the edges,
/// which are on this machine.
public final class Front implements AutoCloseable {

  private static final Duration LISTED_WITHIN = Duration.ofSeconds(60);

  private final int port;
  private final int adminPort;
  private final Path authority;
  private final JavaProcess endpoints;
  private final EnvoyServer envoy;

  private Front(int port, int adminPort, Path authority, JavaProcess endpoints, EnvoyServer envoy) {
    this.port = port;
    this.adminPort = adminPort;
    this.authority = authority;
    this.endpoints = endpoints;
    this.envoy = envoy;
  }

  /// Starts both; returns once Envoy serves.
  ///
  /// @param folder gets its configuration
  /// @param etcd where etcd listens, `HOST:PORT` with commas
  static Front start(Path program, Path folder, DevAuthority authority, String etcd, MergedLog log) {
    DevAuthority.Issued certificate = authority.issue("front", List.of());
    Path list = folder.resolve("endpoints");
    JavaProcess endpoints = new JavaCommand("chasqui.envoy.Main")
        .jvm(NodeProcess.JVM_FLAGS.toArray(String[]::new))
        .jvm("-Xmx128m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1")
        .arguments("endpoints", "--etcd", etcd, "--into", list.toString(), "--edges", "plaintext")
        .listener(log.of("endpoints"))
        .start();
    try {
      endpoints.awaitLine("keeping ", LISTED_WITHIN);
      return FreePorts.started(2, ports -> {
        Path bootstrap = Bootstrap.EDGE_L7.render(folder, Map.of(
            "listen_address", "127.0.0.1", "listen_port", ports.getFirst().toString(),
            "admin_port", ports.getLast().toString(), "endpoints", list.toAbsolutePath().toString(),
            "access_log", folder.resolve("access.log").toAbsolutePath().toString(),
            "certificate", certificate.certificate().toAbsolutePath().toString(),
            "certificate_key", certificate.key().toAbsolutePath().toString()));
        EnvoyServer envoy = EnvoyServer.start(program, bootstrap, ports.getLast());
        return new Front(ports.getFirst(), ports.getLast(), authority.certificate(), endpoints, envoy);
      });
    } catch (RuntimeException | Error failure) {
      endpoints.close();
      throw failure;
    }
  }

  /// Where clients connect, and what they trust.
  public Door door() {
    return new Door(List.of("127.0.0.1:" + port), Optional.of(authority));
  }

  /// What Envoy has counted.
  public EnvoyServer envoy() {
    return envoy;
  }

  /// Whether Envoy knows so many edges that may get streams.
  boolean knowsEdges(int count) {
    return envoy.stat("cluster.edges.membership_healthy") >= count;
  }

  List<MeshPart> parts() {
    return List.of(
        new Backing("endpoints", "envoy", endpoints::pid, Map.of()),
        new Backing("envoy", "envoy", envoy::pid, Map.of("edge", "127.0.0.1:" + port, "ops", "127.0.0.1:" + adminPort)));
  }

  @Override
  public void close() {
    envoy.close();
    endpoints.close();
  }
}
