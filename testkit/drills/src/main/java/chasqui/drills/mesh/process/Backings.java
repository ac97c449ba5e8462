package chasqui.drills.mesh.process;

import chasqui.testkit.cassandra.CqlNode;
import chasqui.testkit.cassandra.CqlServer;
import chasqui.testkit.etcd.EtcdServer;
import chasqui.testkit.process.FetchedTool;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Supplier;

/// What the nodes of a mesh stand on: etcd and the CQL server.
final class Backings implements AutoCloseable {

  private static final int CQL_HEAP_MIB = 512;
  private static final int CQL_HEAP_MIB_OF_SEVERAL = 384;
  private static final int TAIL_LINES = 25;

  private final Topology topology;
  private final Path folder;
  private final MergedLog log;
  private final Consumer<String> progress;
  private EtcdServer etcd;
  private CqlServer cql;

  Backings(Topology topology, Path folder, MergedLog log, Consumer<String> progress) {
    this.topology = topology;
    this.folder = folder;
    this.log = log;
    this.progress = progress;
  }

  /// Starts etcd, then the CQL server.
  void start() {
    Path program = program("etcd");
    progress.accept("starting etcd");
    etcd = started("etcd", () -> EtcdServer.start(program, made(folder.resolve("etcd")), topology.etcds(), log.of("etcd")));
    progress.accept("etcd serves");
    int servers = topology.store().servers();
    if (servers > 0) {
      cql = CqlServer.external().orElseGet(() -> ownCql(servers));
      progress.accept("CQL is answered at " + cql.contactPoints());
    }
  }

  private CqlServer ownCql(int servers) {
    program("cassandra");
    progress.accept("starting Cassandra" + (servers == 1 ? "" : ", " + servers + " nodes") + "; it takes 10 to 30 seconds");
    int heap = servers == 1 ? CQL_HEAP_MIB : CQL_HEAP_MIB_OF_SEVERAL;
    return started("cql", () -> CqlServer.ofOurs(servers, heap, made(folder.resolve("cql")), log::of));
  }

  static Path program(String name) {
    return switch (FetchedTool.find(name)) {
      case FetchedTool.Here(Path program) -> program;
      case FetchedTool.Missing(String reason) -> throw new MeshStartException(name, reason, List.of(), null);
    };
  }

  private <T> T started(String part, Supplier<T> start) {
    try {
      return start.get();
    } catch (AssertionError | IllegalStateException failure) {
      throw new MeshStartException(part, MeshCluster.firstLine(failure), log.tail(part, TAIL_LINES), failure);
    }
  }

  private static Path made(Path folder) {
    try {
      return Files.createDirectories(folder);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  EtcdServer etcd() {
    return etcd;
  }

  CqlServer cql() {
    return cql;
  }

  /// How mailboxes are told of their store.
  List<String> storeSettings() {
    if (cql == null) {
      return List.of("store.kind=embedded");
    }
    List<String> settings = new ArrayList<>(List.of(
        "store.kind=cql", "cql.contact-points=" + cql.contactPoints(), "cql.datacenter=" + cql.datacenter(),
        "cql.keyspace=chasqui", "cql.replication=" + cql.replication()));
    if (!cql.ddlSuffix().isEmpty()) {
      settings.add("cql.ddl-suffix=" + cql.ddlSuffix());
    }
    return settings;
  }

  List<MeshPart> parts() {
    List<MeshPart> parts = new ArrayList<>();
    if (etcd != null) {
      for (int member = 0; member < etcd.endpoints().size(); member++) {
        int number = member;
        parts.add(new Backing(
            "etcd-" + (member + 1), "etcd", () -> etcd.pid(number), Map.of("edge", etcd.endpoints().get(member))));
      }
    }
    if (cql != null) {
      for (CqlNode node : cql.nodes()) {
        parts.add(new Backing("cql-" + (cql.nodes().indexOf(node) + 1), "cql", node::pid, Map.of("edge", node.endpoint())));
      }
    }
    return parts;
  }

  @Override
  public void close() {
    if (cql != null) {
      cql.close();
    }
    if (etcd != null) {
      etcd.close();
    }
  }
}
