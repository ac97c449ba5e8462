package chasqui.drills.mesh.process;

import chasqui.drills.fleet.NodeProcess;
import chasqui.edge.auth.AuthConfig;
import chasqui.edge.auth.DevKeys;
import chasqui.edge.auth.TokenMinter;
import chasqui.node.certs.DevAuthority;
import chasqui.testkit.cassandra.CqlServer;
import chasqui.testkit.etcd.EtcdServer;
import chasqui.testkit.process.Await;
import chasqui.testkit.process.FreePorts;
import chasqui.testkit.proxy.FaultProxy;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import java.util.stream.Stream;

/// Every role as processes of its own over the real membership service and the real store, on this machine. For one thread.
public final class MeshCluster implements AutoCloseable {

  // Small and quick to start: ten JVMs share two cores.
  private static final List<String> JVM = List.of("-Xmx384m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1");
  private static final int TAIL_LINES = 25;
  private static final Duration FRONT_PATIENCE = Duration.ofSeconds(60);
  private static final String BEFORE_ROUTERS = "127.0.0.2";

  private final Topology topology;
  private final Path folder;
  private final MergedLog log;
  private final Consumer<String> progress;
  private final DevKeys keys;
  private final Backings backings;
  private final List<MeshNode> nodes = new ArrayList<>();
  private final List<FaultProxy> routerLinks = new ArrayList<>();
  private final DevAuthority authority;
  private Front front;

  private MeshCluster(Topology topology, Path folder, MergedLog log, Consumer<String> progress) {
    this.topology = topology;
    this.folder = folder;
    this.log = log;
    this.progress = progress;
    this.backings = new Backings(topology, folder, log, progress);
    try {
      this.keys = DevKeys.of(folder);
      this.authority = DevAuthority.in(folder.resolve("certificates"));
    } catch (IOException e) {
      throw new UncheckedIOException("no development key can be made in " + folder, e);
    }
  }

  /// Starts everything, or nothing; returns once every node says that it serves.
  ///
  /// @param folder keeps what the parts keep
  /// @param progress is told what is waited for
  /// @throws MeshStartException which part did not start, and the end of its log
  public static MeshCluster start(Topology topology, Path folder, MergedLog log, Consumer<String> progress) {
    MeshCluster mesh = new MeshCluster(topology, folder, log, progress);
    try {
      mesh.startAll();
      return mesh;
    } catch (RuntimeException | Error failure) {
      mesh.close();
      throw failure;
    }
  }

  private void startAll() {
    backings.start();
    String etcd = String.join(",", backings.etcd().endpoints());
    NodeSettings settings = new NodeSettings(
        etcd, backings.storeSettings(), folder.resolve("auth").resolve("dev-jwks.json"), authority);
    for (Topology.NodeName name : topology.nodes()) {
      NodeProcess.Launch launch = new NodeProcess.Launch(List.of(), JVM, settings.of(name, reached(name)), log.of(name.id()));
      nodes.add(new MeshNode(name, new NodeProcess(folder.resolve(name.id()), launch)));
    }
    // Mailboxes first: the first of them makes the schema, and the others need it.
    Stream.of("mailbox", "registry", "router", "edge").forEach(role -> nodes(role).forEach(node -> node.process().launch()));
    int ready = 0;
    for (MeshNode node : nodes) {
      awaitReady(node);
      ready++;
      progress.accept(node.id() + " serves (" + ready + " of " + nodes.size() + ")");
    }
    if (topology.front()) {
      startFront(etcd);
    }
  }

  private void startFront(String etcd) {
    Path program = Backings.program("envoy");
    progress.accept("starting Envoy");
    try {
      front = Front.start(program, folder.resolve("front"), authority, etcd, log);
      Await.until(FRONT_PATIENCE, "Envoy knows all edges", () -> front.knowsEdges(topology.edges()));
    } catch (AssertionError failure) {
      throw new MeshStartException("envoy", firstLine(failure), log.tail("envoy", TAIL_LINES), failure);
    }
    progress.accept("Envoy serves, and knows " + topology.edges() + " edges");
  }

  /// Edges reach a router through a proxy that stands on another address of this machine, on the router's own port.
  private List<String> reached(Topology.NodeName name) {
    if (!topology.parting() || !name.role().equals("router")) {
      return List.of("internal.port=0");
    }
    int port = FreePorts.one();
    routerLinks.add(new FaultProxy(
        new InetSocketAddress(BEFORE_ROUTERS, port), new InetSocketAddress("127.0.0.1", port), new SplittableRandom(name.number())));
    return List.of("internal.port=" + port, "internal.advertise=" + BEFORE_ROUTERS);
  }

  private void awaitReady(MeshNode node) {
    try {
      node.process().awaitReady();
    } catch (AssertionError failure) {
      throw new MeshStartException(node.id(), firstLine(failure), log.tail(node.id(), TAIL_LINES), failure);
    }
  }

  static String firstLine(Throwable failure) {
    return String.valueOf(failure.getMessage()).lines().findFirst().orElse("for no reason that it gave");
  }

  public Topology topology() {
    return topology;
  }

  /// All parts, those that others stand on first.
  public List<MeshPart> parts() {
    List<MeshPart> parts = new ArrayList<>(backings.parts());
    parts.addAll(nodes);
    if (front != null) {
      parts.addAll(front.parts());
    }
    return parts;
  }

  public List<MeshNode> nodes() {
    return List.copyOf(nodes);
  }

  /// The nodes of a role.
  public List<MeshNode> nodes(String role) {
    return nodes.stream().filter(node -> node.kind().equals(role)).toList();
  }

  /// Where clients may connect, past Envoy.
  public List<String> edgeAddresses() {
    return nodes("edge").stream().map(node -> node.process().edgeAddress()).toList();
  }

  /// Makes tokens that every edge takes.
  public TokenMinter tokens() {
    return keys.minter(AuthConfig.DEFAULT.audience(), InstantSource.system());
  }

  /// The membership service.
  public EtcdServer etcd() {
    return backings.etcd();
  }

  /// The store's servers.
  public CqlServer cql() {
    return backings.cql();
  }

  /// What stands between the edges and each router; empty unless the topology asks for it.
  public List<FaultProxy> routerLinks() {
    return List.copyOf(routerLinks);
  }

  /// Envoy, if it stands before the edges.
  public Optional<Front> front() {
    return Optional.ofNullable(front);
  }

  /// Where clients connect: at Envoy if there is one, at the edges otherwise.
  public Door door() {
    return front == null ? Door.plain(edgeAddresses()) : front.door();
  }

  /// What the parts keep; also the development key, with which tokens are made.
  public Path folder() {
    return folder;
  }

  /// Starts a node that has ended.
  public void restart(MeshNode node) {
    node.process().launch();
    awaitReady(node);
  }

  /// Ends everything in good order: edges first, so that nobody calls who is not there any more.
  public void stop() {
    for (String role : List.of("edge", "router", "registry", "mailbox")) {
      List<MeshNode> running = nodes(role).stream().filter(node -> node.process().isAlive()).toList();
      running.forEach(node -> node.process().terminate());
      for (MeshNode node : running) {
        try {
          int code = node.process().awaitEnd();
          progress.accept(node.id() + " ended" + (code == 143 || code == 0 ? "" : " with status " + code));
        } catch (AssertionError hanging) {
          progress.accept(node.id() + " does not end; it is killed");
        }
      }
    }
    close();
  }

  /// Ends everything at once.
  @Override
  public void close() {
    if (front != null) {
      front.close();
    }
    nodes.reversed().forEach(node -> node.process().close());
    routerLinks.forEach(FaultProxy::close);
    backings.close();
  }
}
