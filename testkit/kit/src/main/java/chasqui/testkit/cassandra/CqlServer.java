package chasqui.testkit.cassandra;

import chasqui.testkit.process.FreePorts;
import chasqui.testkit.process.JavaCommand;
import chasqui.testkit.process.TempDirs;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;

/// A CQL server, up and answering. If the environment names one it is taken, and the same tests say something of
/// ScyllaDB; otherwise Cassandra is started here, on free ports and in a temporary folder, and ends with this object.
///
/// | variable | meaning |
/// |---|---|
/// | `CHASQUI_CQL_CONTACT_POINT` | HOST:PORT, several with commas |
/// | `CHASQUI_CQL_DATACENTER` | the data centre; `datacenter1` if unset |
/// | `CHASQUI_CQL_REPLICATION` | a CQL map; one replica in that data centre if unset |
/// | `CHASQUI_CASSANDRA_JDK` | `ours`: what is started here runs on the JDK that runs us, even where there is a Java 17 |
/// | `CHASQUI_CQL_DDL_SUFFIX` | what ends `CREATE KEYSPACE`, such as `AND tablets = {'enabled': false}` |
public final class CqlServer implements AutoCloseable {
  private static final int HEAP_MIB = 512;

  /// When a node of ours syncs its commit log.
  public enum CommitLog {
    /// Before each answer.
    BATCH,
    /// Every ten seconds, as is Cassandra's default: a killed one loses what it has acknowledged. For figures.
    PERIODIC
  }

  /// @param encryptedStorage never opened; must differ
  record Ports(int cql, int storage, int encryptedStorage) {}

  /// @param options of the JVM
  /// @param settings lines of the configuration
  private record Manner(List<String> options, String settings) {
    /// As Cassandra is by itself, but for what [CassandraFolder] says.
    static final Manner USUAL = new Manner(List.of(), CassandraFolder.SYNCED);
    /// Quick with tables, and patient with a slow disk.
    static final Manner FOR_STATEMENTS =
        new Manner(List.of("-Dcassandra.unsafesystem=true"), CassandraFolder.SYNCED + CassandraFolder.PATIENT);
  }

  /// Where the data is, and who hears the logs.
  ///
  /// @param temporary goes away with the server; null if the data stays
  private record Place(Path root, TempDirs temporary, Function<String, Consumer<String>> logs) {
    static Place ofItsOwn() {
      TempDirs folder = TempDirs.create("chasqui-cql-");
      return new Place(folder.root(), folder, _ -> _ -> { });
    }

    void end() {
      if (temporary != null) {
        temporary.close();
      }
    }
  }

  private final String contactPoints;
  private final String datacenter;
  private final String replication;
  private final String ddlSuffix;
  private final List<CqlNode> nodes;
  private final TempDirs folder;

  private CqlServer(String contactPoints, List<CqlNode> nodes, TempDirs folder, Map<String, String> environment) {
    this.contactPoints = contactPoints;
    this.nodes = List.copyOf(nodes);
    this.folder = folder;
    boolean isOurs = !nodes.isEmpty();
    datacenter = isOurs
        ? CassandraFolder.DATACENTER : environment.getOrDefault("CHASQUI_CQL_DATACENTER", "datacenter1");
    String perDatacenter =
        "{'class': 'NetworkTopologyStrategy', '" + datacenter + "': " + Math.max(1, nodes.size()) + "}";
    replication = isOurs ? perDatacenter : environment.getOrDefault("CHASQUI_CQL_REPLICATION", perDatacenter);
    ddlSuffix = isOurs ? "" : environment.getOrDefault("CHASQUI_CQL_DDL_SUFFIX", "");
  }

  /// The server that the environment names, or else one node that is quick with tables: a killed one may forget the
  /// newest of them. It takes up to 20 s before it says that it does not know; whoever asks must wait longer.
  public static CqlServer any() {
    return external().orElseGet(
        () -> fork(1, HEAP_MIB, Manner.FOR_STATEMENTS, Place.ofItsOwn()));
  }

  /// One node of ours, or three on 127.0.0.1 to 127.0.0.3; they may be killed and paused. Whoever asks for them first looks
  /// whether the environment names another server.
  public static CqlServer ofOurs(int nodes, int heapMib) {
    return ofOurs(nodes, heapMib, Place.ofItsOwn());
  }

  /// The same, with their data in a folder that stays.
  ///
  /// @param logs takes the lines of the node that is called so: `cql-1` and on
  public static CqlServer ofOurs(int nodes, int heapMib, Path folder, Function<String, Consumer<String>> logs) {
    return ofOurs(nodes, heapMib, new Place(folder, null, logs));
  }

  /// One node of ours.
  public static CqlServer ofOurs(int heapMib, CommitLog commitLog) {
    Manner manner = switch (commitLog) {
      case BATCH -> Manner.USUAL;
      case PERIODIC -> new Manner(List.of(), CassandraFolder.SYNCED_LATER);
    };
    return fork(1, heapMib, manner, Place.ofItsOwn());
  }

  private static CqlServer ofOurs(int nodes, int heapMib, Place place) {
    if (nodes != 1 && nodes != 3) {
      throw new IllegalArgumentException(nodes + " nodes, expected 1 or 3");
    }
    return fork(nodes, heapMib, Manner.USUAL, place);
  }

  /// The server that the environment names.
  public static Optional<CqlServer> external() {
    Map<String, String> environment = System.getenv();
    return Optional.ofNullable(environment.get("CHASQUI_CQL_CONTACT_POINT")).filter(points -> !points.isBlank())
        .map(points -> new CqlServer(points, List.of(), null, environment));
  }

  private static CqlServer fork(int count, int heapMib, Manner manner, Place place) {
    CassandraRuntime runtime = CassandraRuntime.find();
    try {
      return FreePorts.started(3, free -> fork(
          runtime, count, heapMib, manner, place, new Ports(free.get(0), free.get(1), free.get(2))));
    } catch (RuntimeException | Error e) {
      place.end();
      throw e;
    }
  }

  private static CqlServer fork(
      CassandraRuntime runtime, int count, int heapMib, Manner manner, Place place, Ports ports) {
    List<String> addresses = List.of("127.0.0.1", "127.0.0.2", "127.0.0.3").subList(0, count);
    List<CqlNode> nodes = new ArrayList<>();
    for (String address : addresses) {
      CassandraFolder data = new CassandraFolder(place.root().resolve(address));
      data.write(addresses, address, ports, manner.settings());
      Consumer<String> log = place.logs().apply("cql-" + (nodes.size() + 1));
      nodes.add(new CqlNode(address, ports.cql(), command(runtime, data, heapMib, manner.options()).listener(log)));
    }
    String points = addresses.stream().map(address -> address + ":" + ports.cql()).collect(Collectors.joining(","));
    CqlServer server = new CqlServer(points, nodes, place.temporary(), Map.of());
    try {
      // The others ask the first one who is there, and end if it does not answer in time.
      nodes.getFirst().start();
      nodes.getFirst().awaitCql();
      nodes.stream().skip(1).forEach(CqlNode::start);
      server.awaitAll();
      return server;
    } catch (RuntimeException | Error e) {
      nodes.forEach(CqlNode::close);
      throw e;
    }
  }

  private static JavaCommand command(CassandraRuntime runtime, CassandraFolder data, int heapMib, List<String> options) {
    Path conf = data.conf();
    return new JavaCommand("org.apache.cassandra.service.CassandraDaemon")
        .javaHome(runtime.javaHome())
        .classPath(runtime.classPath(conf))
        .in(data.root())
        .jvm(runtime.options().toArray(String[]::new))
        .jvm(options.toArray(String[]::new))
        .jvm("-Xms" + heapMib + "m", "-Xmx" + heapMib + "m", "-XX:MaxDirectMemorySize=256m", "-Xss384k", "-XX:+UseG1GC",
            "-XX:+ExitOnOutOfMemoryError", "-javaagent:" + runtime.jars().resolve("jamm-0.4.0.jar"),
            "-Dcassandra.config=file://" + conf.resolve("cassandra.yaml"), "-Dcassandra.storagedir=" + data.root(),
            "-Dcassandra-foreground=yes", "-Dlogback.configurationFile=" + conf.resolve("logback.xml"),
            "-Djava.io.tmpdir=" + data.root().resolve("tmp"), "-Dcassandra.skip_wait_for_gossip_to_settle=0",
            "-Dcassandra.ring_delay_ms=5000", "-Dcassandra.superuser_setup_delay_ms=0",
            "-Dcassandra.consistent.rangemovement=false");
  }

  /// Returns when every node of ours answers and knows the others.
  public void awaitAll() {
    nodes.forEach(CqlNode::awaitCql);
    nodes.forEach(node -> node.awaitPeers(nodes.size() - 1));
  }

  /// False for a server that the environment names: it is not ours to stop.
  public boolean isOurs() {
    return !nodes.isEmpty();
  }

  /// The processes; none if it is not ours.
  public List<CqlNode> nodes() {
    return nodes;
  }

  /// HOST:PORT, several with commas.
  public String contactPoints() {
    return contactPoints;
  }

  public String datacenter() {
    return datacenter;
  }

  /// The CQL map for a keyspace: every node of ours holds all rows.
  public String replication() {
    return replication;
  }

  /// What ends `CREATE KEYSPACE`; may be empty.
  public String ddlSuffix() {
    return ddlSuffix;
  }

  @Override
  public void close() {
    nodes.forEach(CqlNode::close);
    if (folder != null) {
      folder.close();
    }
  }

  @Override
  public String toString() {
    return isOurs() ? nodes.stream().map(CqlNode::toString).collect(Collectors.joining("\n")) : contactPoints;
  }
}
