package chasqui.mailbox.store.cql;

import chasqui.testkit.cassandra.CqlServer;
import com.datastax.oss.driver.api.core.CqlSession;
import io.opentelemetry.api.OpenTelemetry;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/// One CQL server and one session for all tests of this JVM that ask for them; both end with the JVM's last test.
public final class CqlExtension implements BeforeAllCallback {
  private static final ExtensionContext.Namespace NAMESPACE = ExtensionContext.Namespace.create(CqlExtension.class);
  private static final AtomicInteger KEYSPACES = new AtomicInteger();

  private static final String COMMON = "chasqui_" + ProcessHandle.current().pid();

  private static volatile Running running;

  private record Running(CqlServer server, CqlSession session) implements AutoCloseable {
    static Running start() {
      CqlServer server = CqlServer.any();
      try {
        return new Running(server, Sessions.open(config(server, "none")));
      } catch (Exception e) {
        server.close();
        throw new IllegalStateException(e);
      }
    }

    @Override
    public void close() {
      session.execute("DROP KEYSPACE IF EXISTS " + COMMON);
      session.close();
      server.close();
    }
  }

  @Override
  public void beforeAll(ExtensionContext context) {
    running = context.getRoot().getStore(NAMESPACE).getOrComputeIfAbsent("server", key -> Running.start(), Running.class);
  }

  static CqlSession session() {
    return running.session();
  }

  static CqlServer server() {
    return running.server();
  }

  /// How a keyspace on the server is opened.
  static CqlStoreConfig config(CqlServer server, String keyspace) {
    return CqlStoreConfig.defaults(List.of(server.contactPoints().split(",")), server.datacenter(), keyspace)
        .withReplication(server.replication(), server.ddlSuffix())
        // Above the server's own, so that it is the server that says what became of a request.
        .withRequestTimeout(Duration.ofSeconds(25));
  }

  /// A keyspace that nobody used before.
  static CqlStoreConfig freshConfig() {
    return config(server(), COMMON + "_" + KEYSPACES.incrementAndGet());
  }

  /// Opens it over the common session.
  static CqlTables open(CqlStoreConfig config, int slots, InstantSource clock) throws Exception {
    return CqlTables.over(session(), config, slots, surroundings(clock));
  }

  static CqlTables.Surroundings surroundings(InstantSource clock) {
    return new CqlTables.Surroundings(clock, new SecureRandom(), OpenTelemetry.noop().getMeter("test"));
  }

  static void drop(CqlStoreConfig config) {
    session().execute("DROP KEYSPACE IF EXISTS " + config.keyspace());
  }

  /// The one keyspace that most tests use one after the other, with nothing in it: emptying tables is quicker than making
  /// them.
  static CqlStoreConfig emptyConfig() {
    CqlStoreConfig config = config(server(), COMMON);
    session().getMetadata().getKeyspace(config.keyspace()).ifPresent(keyspace ->
        keyspace.getTables().keySet().forEach(table -> empty(config.keyspace() + "." + table.asCql(true))));
    return config;
  }

  private static void empty(String table) {
    if (session().execute("SELECT * FROM " + table + " LIMIT 1").one() != null) {
      session().execute("TRUNCATE " + table);
    }
  }
}
