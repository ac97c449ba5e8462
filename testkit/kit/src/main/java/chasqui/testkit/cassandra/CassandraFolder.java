package chasqui.testkit.cassandra;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// A node's configuration and data, in one folder. The memory it may take is small, its commit log is synced before each
/// answer: with Cassandra's default it loses acknowledged writes when it is killed.
final class CassandraFolder {
  static final String DATACENTER = "dc1";
  /// A third of the ring each.
  private static final List<String> TOKENS_OF_THREE = List.of("-6148914691236517206", "0", "6148914691236517205");

  /// For tests whose statements are not repeated: on a slow disk a server that gives up early says that it does not know.
  static final String PATIENT = """
      write_request_timeout: 10000ms
      cas_contention_timeout: 10000ms
      read_request_timeout: 10000ms
      range_request_timeout: 20000ms
      """;

  /// Before each answer.
  static final String SYNCED = "commitlog_sync: batch\n";
  /// Cassandra's default.
  static final String SYNCED_LATER = "commitlog_sync: periodic\ncommitlog_sync_period: 10000ms\n";

  private final Path root;

  CassandraFolder(Path root) {
    this.root = root;
  }

  Path root() {
    return root;
  }

  Path conf() {
    return root.resolve("conf");
  }

  /// @param address of this node, in `addresses`
  /// @param more lines of the configuration: when the commit log is synced, and others
  void write(List<String> addresses, String address, CqlServer.Ports ports, String more) {
    try {
      Files.createDirectories(conf());
      Files.createDirectories(root.resolve("tmp"));
      Files.writeString(conf().resolve("cassandra.yaml"), yaml(addresses, address, ports) + more);
      Files.writeString(conf().resolve("cassandra-rackdc.properties"), "dc=" + DATACENTER + "\nrack=r1\n");
      Files.writeString(conf().resolve("logback.xml"), """
          <configuration>
            <appender name="out" class="ch.qos.logback.core.ConsoleAppender">
              <encoder><pattern>%-5level %date{HH:mm:ss.SSS} %logger{0} %msg%n</pattern></encoder>
            </appender>
            <root level="INFO"><appender-ref ref="out"/></root>
          </configuration>
          """);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private String yaml(List<String> addresses, String address, CqlServer.Ports ports) {
    String tokens = addresses.size() == 1
        ? "num_tokens: 4\nallocate_tokens_for_local_replication_factor: 1\n"
        : "num_tokens: 1\ninitial_token: " + TOKENS_OF_THREE.get(addresses.indexOf(address)) + "\n";
    return tokens + """
        cluster_name: chasqui-test
        partitioner: org.apache.cassandra.dht.Murmur3Partitioner
        seed_provider: [{class_name: org.apache.cassandra.locator.SimpleSeedProvider, parameters: [{seeds: "%2$s:%4$d"}]}]
        listen_address: %3$s
        rpc_address: %3$s
        storage_port: %4$d
        ssl_storage_port: %5$d
        native_transport_port: %6$d
        endpoint_snitch: GossipingPropertyFileSnitch
        data_file_directories: [%1$s/data]
        commitlog_directory: %1$s/commitlog
        saved_caches_directory: %1$s/saved_caches
        hints_directory: %1$s/hints
        cdc_raw_directory: %1$s/cdc
        commitlog_segment_size: 16MiB
        commitlog_total_space: 256MiB
        auto_snapshot: false
        auto_bootstrap: false
        memtable_heap_space: 128MiB
        memtable_offheap_space: 128MiB
        concurrent_reads: 16
        concurrent_writes: 16
        concurrent_compactors: 1
        file_cache_size: 64MiB
        networking_cache_size: 32MiB
        key_cache_size: 16MiB
        counter_cache_size: 1MiB
        authenticator: AllowAllAuthenticator
        authorizer: AllowAllAuthorizer
        """.formatted(root, addresses.getFirst(), address, ports.storage(), ports.encryptedStorage(), ports.cql());
  }
}
