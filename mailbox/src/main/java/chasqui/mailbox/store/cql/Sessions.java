package chasqui.mailbox.store.cql;

import chasqui.mailbox.store.StoreOpenException;
import chasqui.mailbox.store.StoreOpenException.Reason;
import com.datastax.oss.driver.api.core.CqlSession;
import com.datastax.oss.driver.api.core.CqlSessionBuilder;
import com.datastax.oss.driver.api.core.config.DefaultDriverOption;
import com.datastax.oss.driver.api.core.config.DriverConfigLoader;
import java.net.InetSocketAddress;
import java.time.Duration;

/// Sessions of the driver, with everything said that this store rests on.
final class Sessions {
  private static final Duration CONNECT = Duration.ofSeconds(10);
  private static final Duration SCHEMA_WINDOW = Duration.ofMillis(20);
  private static final Duration SCHEMA_AGREEMENT = Duration.ofSeconds(30);

  /// A silent server is taken to be down after both of these; with the driver's own 30 s every third request would run into
  /// its deadline for as long. A pause of a server's garbage collector has to fit into the second.
  private static final Duration HEARTBEAT = Duration.ofSeconds(2);
  private static final Duration HEARTBEAT_TIMEOUT = Duration.ofMillis(1_800);
  private static final Duration RECONNECT = Duration.ofSeconds(1);

  /// More than are ever under way, whatever the lanes allow.
  private static final int REQUESTS_PER_CONNECTION_MAX = 16_384;

  private Sessions() {}

  static CqlSession open(CqlStoreConfig config) throws StoreOpenException {
    CqlSessionBuilder builder = CqlSession.builder().withConfigLoader(loader(config)).withLocalDatacenter(config.datacenter());
    config.contactPoints().forEach(point -> builder.addContactPoint(address(point)));
    config.login().ifPresent(login -> builder.withAuthCredentials(login.user(), login.password()));
    try {
      return Waits.answerOf(builder.buildAsync());
    } catch (IllegalStateException e) {
      throw new StoreOpenException(
          Reason.UNREADABLE, "no CQL session with " + config.contactPoints() + ": " + e.getMessage(), e);
    }
  }

  private static DriverConfigLoader loader(CqlStoreConfig config) {
    return DriverConfigLoader.programmaticBuilder()
        .withDuration(DefaultDriverOption.REQUEST_TIMEOUT, config.requestTimeout())
        .withString(DefaultDriverOption.REQUEST_CONSISTENCY, Kind.WRITE.level().name())
        .withString(DefaultDriverOption.REQUEST_SERIAL_CONSISTENCY, Kind.SERIAL_READ.level().name())
        .withClass(DefaultDriverOption.RETRY_POLICY_CLASS, NoRetries.class)
        .withString(DefaultDriverOption.SPECULATIVE_EXECUTION_POLICY_CLASS, "NoSpeculativeExecutionPolicy")
        // No clock of ours decides what stands: plain writes bring their timestamps, Paxos makes its own on the servers.
        .withString(DefaultDriverOption.TIMESTAMP_GENERATOR_CLASS, "ServerSideTimestampGenerator")
        .withDuration(DefaultDriverOption.HEARTBEAT_INTERVAL, HEARTBEAT)
        .withDuration(DefaultDriverOption.HEARTBEAT_TIMEOUT, HEARTBEAT_TIMEOUT)
        .withDuration(DefaultDriverOption.CONNECTION_CONNECT_TIMEOUT, CONNECT)
        .withDuration(DefaultDriverOption.CONNECTION_INIT_QUERY_TIMEOUT, CONNECT)
        .withDuration(DefaultDriverOption.CONTROL_CONNECTION_TIMEOUT, CONNECT)
        .withDuration(DefaultDriverOption.METADATA_SCHEMA_REQUEST_TIMEOUT, CONNECT)
        // Each change of the schema waits for this long: a second, times the tables of a new data set.
        .withDuration(DefaultDriverOption.METADATA_SCHEMA_WINDOW, SCHEMA_WINDOW)
        .withDuration(DefaultDriverOption.CONTROL_CONNECTION_AGREEMENT_TIMEOUT, SCHEMA_AGREEMENT)
        .withDuration(DefaultDriverOption.RECONNECTION_BASE_DELAY, RECONNECT)
        .withDuration(DefaultDriverOption.RECONNECTION_MAX_DELAY, CONNECT)
        .withInt(DefaultDriverOption.CONNECTION_MAX_REQUESTS, REQUESTS_PER_CONNECTION_MAX)
        .withInt(DefaultDriverOption.CONNECTION_MAX_ORPHAN_REQUESTS, REQUESTS_PER_CONNECTION_MAX / 2)
        .withBoolean(DefaultDriverOption.NETTY_DAEMON, true)
        // Closing without a quiet time: nothing is under way any more.
        .withInt(DefaultDriverOption.NETTY_IO_SHUTDOWN_QUIET_PERIOD, 0)
        .withInt(DefaultDriverOption.NETTY_ADMIN_SHUTDOWN_QUIET_PERIOD, 0)
        .build();
  }

  private static InetSocketAddress address(String point) {
    int colon = point.lastIndexOf(':');
    String host = point.substring(0, colon).replaceAll("[\\[\\]]", "");
    return new InetSocketAddress(host, Integer.parseInt(point.substring(colon + 1)));
  }
}
