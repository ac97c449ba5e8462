package chasqui.envoy;

import chasqui.discovery.InMemoryMembership;
import chasqui.discovery.NodeRecord;
import chasqui.discovery.NodeState;
import chasqui.discovery.Role;
import chasqui.testkit.envoy.EnvoyServer;
import chasqui.testkit.process.Await;
import chasqui.testkit.process.FetchedTool;
import chasqui.testkit.process.FreePorts;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Assumptions;

/// A real Envoy that runs what we render, and learns of edges as it will in production: from a membership, through the file.
final class Front implements AutoCloseable {

  static final Duration PATIENCE = Duration.ofSeconds(60);

  private final Path folder;
  private final Certificate certificate;
  private final int port;
  private final EnvoyServer envoy;
  private final InMemoryMembership membership = new InMemoryMembership();
  private final EndpointsFeed feed;

  private static Front open(
      Path folder, Bootstrap kind, Transport transport, Map<String, String> values, UnaryOperator<String> edit) {
    return FreePorts.started(2, ports -> new Front(folder, kind, transport, values, edit, ports));
  }

  private Front(
      Path folder, Bootstrap kind, Transport transport, Map<String, String> values, UnaryOperator<String> edit,
      List<Integer> ports) {
    this.folder = folder;
    port = ports.getFirst();
    Path endpoints = folder.resolve("endpoints");
    Path bootstrap;
    Map<String, String> all = new HashMap<>(Map.of(
        "listen_address", "127.0.0.1", "listen_port", String.valueOf(port), "admin_port", String.valueOf(ports.getLast()),
        "endpoints", endpoints.toString(), "access_log", folder.resolve("access.log").toString()));
    try {
      Files.createDirectories(folder);
      certificate = Certificate.in(folder);
      if (kind == Bootstrap.EDGE_L7) {
        all.put("certificate", certificate.chain().toString());
        all.put("certificate_key", certificate.key().toString());
      }
      all.putAll(values);
      bootstrap = kind.render(folder.resolve("front"), all);
      Files.writeString(bootstrap, edit.apply(Files.readString(bootstrap)));
      feed = EndpointsFeed.start(membership, endpoints, transport);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    envoy = started(bootstrap, ports.getLast());
  }

  private EnvoyServer started(Path bootstrap, int adminPort) {
    try {
      return EnvoyServer.start(program(), bootstrap, adminPort);
    } catch (RuntimeException | Error failure) {
      feed.close();
      membership.close();
      throw failure;
    }
  }

  /// TLS from clients, plaintext to edges on the loopback.
  static Front l7(Path folder, Map<String, String> values) {
    return open(folder, Bootstrap.EDGE_L7, Transport.PLAINTEXT, values, text -> text);
  }

  /// The same, with what was rendered changed.
  static Front edited(Path folder, String what, String into) {
    return open(folder, Bootstrap.EDGE_L7, Transport.PLAINTEXT, Map.of(), text -> {
      if (!text.contains(what)) {
        throw new AssertionError("the configuration has no " + what);
      }
      return text.replace(what, into);
    });
  }

  /// TLS on both sides.
  static Front encrypted(Path folder, Certificate edges) {
    return open(folder, Bootstrap.EDGE_L7, Transport.TLS, Map.of("edge_authority", edges.chain().toString()), text -> text);
  }

  /// One that learns of edges from whoever writes its file, not by [#announce].
  static Front fed(Path folder) {
    return l7(folder, Map.of());
  }

  static Front l4(Path folder) {
    return open(folder, Bootstrap.EDGE_L4, Transport.TLS, Map.of(), text -> text);
  }

  /// Envoy's binary; without it the test is not run, and says why.
  static Path program() {
    return switch (FetchedTool.find("envoy")) {
      case FetchedTool.Here here -> here.program();
      case FetchedTool.Missing missing -> Assumptions.abort("no Envoy: " + missing.reason());
    };
  }

  EnvoyServer envoy() {
    return envoy;
  }

  String address() {
    return "127.0.0.1:" + port;
  }

  int port() {
    return port;
  }

  /// What a client has to trust.
  Path authority() {
    return certificate.chain();
  }

  /// Does what certificate.yaml says is to be done when the certificate is renewed.
  void renewCertificate() {
    certificate.renew();
  }

  /// Says in the membership that an edge is there, and waits until Envoy has heard it.
  void announce(String id, String address, NodeState state) {
    long heard = envoy.stat("cluster.edges.update_success");
    membership.announce(new NodeRecord(id, "life-1", "internal:1", Set.of(Role.EDGE), state, "").withEdgeAt(address));
    awaitUpdate(heard);
  }

  void withdraw(String id) {
    long heard = envoy.stat("cluster.edges.update_success");
    membership.withdraw(id);
    awaitUpdate(heard);
  }

  /// The access log's lines so far, written out.
  String accessLog() {
    try {
      return Files.readString(folder.resolve("access.log"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Waits until a counter or gauge is at least that.
  void awaitStat(String name, long least) {
    Await.value(PATIENCE, () -> name + " is " + envoy.stat(name) + ", not " + least,
        () -> envoy.stat(name) >= least ? Optional.of(true) : Optional.empty());
  }

  /// Waits until a gauge is at most that.
  void awaitStatAtMost(String name, long most) {
    Await.until(PATIENCE, name + " is at most " + most, () -> envoy.stat(name) <= most);
  }

  private void awaitUpdate(long heard) {
    Await.until(PATIENCE, "Envoy took the new list", () -> envoy.stat("cluster.edges.update_success") > heard);
  }

  @Override
  public void close() {
    envoy.close();
    feed.close();
    membership.close();
  }
}
