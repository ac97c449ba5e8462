package chasqui.mailbox.store.cql;

import chasqui.mailbox.store.StoreOpenException;
import chasqui.mailbox.store.StoreOpenException.Reason;
import chasqui.mailbox.store.shared.SharedTables;
import com.datastax.oss.driver.api.core.CqlIdentifier;
import com.datastax.oss.driver.api.core.CqlSession;
import com.datastax.oss.driver.api.core.DefaultConsistencyLevel;
import com.datastax.oss.driver.api.core.cql.SimpleStatement;
import com.datastax.oss.driver.api.core.metadata.Node;
import com.datastax.oss.driver.api.core.metadata.schema.KeyspaceMetadata;
import com.datastax.oss.driver.api.core.servererrors.InvalidQueryException;
import com.datastax.oss.driver.api.core.servererrors.ServerError;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The keyspace and its tables. Several nodes may make them at a time: all send their statements to the same server, each
/// statement does nothing where it was done before, and none goes on before all servers agree on the schema.
final class Schema {
  /// How long a row of a journal may stand before it is deleted; usually it is minutes. What is deleted must stay deleted
  /// for longer than twice that: a replica that was away would bring back what others have forgotten.
  static final Duration JOURNAL_ROW_LIFE_MAX = Duration.ofDays(2);

  /// Tables of which no row may go by itself. Marks and incarnations have lives of their own.
  private static final List<String> KEPT = List.of(
      "data_set", "journal", "journal_mark", "slot_owner", "log", "change", "change_bucket", "conversation", "membership",
      "counter", "id", "joined", "lasting_mark", "cursor", "watermark", "device", "user");
  private static final Pattern NEW_TABLE = Pattern.compile("CREATE TABLE IF NOT EXISTS \\{}\\.(\\w+)");
  private static final Logger LOG = LoggerFactory.getLogger(Schema.class);
  private static final Duration STATEMENT_LIMIT = Duration.ofSeconds(30);
  private static final Duration AGREEMENT_LIMIT = Duration.ofMinutes(1);
  private static final Duration AGREEMENT_LOOKS_EVERY = Duration.ofMillis(50);

  private final CqlSession session;
  private final CqlStoreConfig config;
  private final Coordinators coordinators;

  Schema(CqlSession session, CqlStoreConfig config, Coordinators coordinators) {
    this.session = session;
    this.config = config;
    this.coordinators = coordinators;
  }

  /// Makes the keyspace and the table that says which data set it holds, if they are absent. Where another node makes them at
  /// this moment, one server may tell of the table while the others have not heard of it.
  void begin() throws StoreOpenException {
    Optional<KeyspaceMetadata> keyspace = keyspace();
    if (keyspace.isEmpty()) {
      run("CREATE KEYSPACE IF NOT EXISTS " + config.keyspace() + " WITH replication = " + config.replicationMap() + " "
          + config.ddlSuffix());
    }
    if (keyspace.flatMap(known -> known.getTable(CqlIdentifier.fromInternal("data_set"))).isEmpty()) {
      run("CREATE TABLE IF NOT EXISTS {}.data_set (name text PRIMARY KEY, tables int, datacenter text, row blob)");
    } else {
      awaitTable("data_set");
    }
  }

  /// Does the steps after `from`, up to the newest.
  void migrate(int from) throws StoreOpenException {
    for (int step = from + 1; step <= Migrations.LATEST; step++) {
      for (String statement : Migrations.statements(step)) {
        run(statement);
      }
    }
  }

  /// Refuses tables whose settings an operator made unsafe, and servers by whose clocks this node is far ahead.
  ///
  /// @param now the time of this node
  void check(Instant now) throws StoreOpenException {
    Optional<KeyspaceMetadata> keyspace = keyspace();
    long grace = option(keyspace, "journal", "gc_grace_seconds");
    if (grace <= JOURNAL_ROW_LIFE_MAX.multipliedBy(2).toSeconds()) {
      throw new StoreOpenException(Reason.UNREADABLE,
          "gc_grace_seconds of the table journal is " + grace + ", expected more than "
              + JOURNAL_ROW_LIFE_MAX.multipliedBy(2).toSeconds() + ": a deleted row of a journal might come back");
    }
    for (String table : KEPT) {
      long life = option(keyspace, table, "default_time_to_live");
      if (life != 0) {
        throw new StoreOpenException(Reason.UNREADABLE, "default_time_to_live of the table " + table + " is " + life
            + ", expected 0: what was acknowledged would go by itself");
      }
    }
    keyspace.ifPresent(this::warnOfReplicas);
    Duration ahead = Duration.between(Waits.answerOf(serverTime()), now);
    if (ahead.compareTo(SharedTables.AHEAD_MAX) > 0) {
      throw new StoreOpenException(Reason.UNREADABLE, "the clock of this node is " + ahead.toHours()
          + " hours ahead of the servers', expected a day at most: they may refuse its timestamps, or keep them for good");
    }
  }

  private void warnOfReplicas(KeyspaceMetadata keyspace) {
    String replicas = keyspace.getReplication().get(config.datacenter());
    if (replicas != null && replicas.matches("[12]")) {
      LOG.warn("the keyspace {} has {} of 3 replicas in {}: with a server that is lost, acknowledged messages may be",
          config.keyspace(), replicas, config.datacenter());
    }
  }

  /// What the clock of a server says.
  CompletionStage<Instant> serverTime() {
    return Stages.map(
        session.executeAsync(SimpleStatement.newInstance("SELECT toTimestamp(now()) AS now FROM system.local")
            .setConsistencyLevel(DefaultConsistencyLevel.ONE).setTimeout(STATEMENT_LIMIT)),
        rows -> rows.one().getInstant("now"));
  }

  private static long option(Optional<KeyspaceMetadata> keyspace, String table, String option) {
    Object value = keyspace.flatMap(known -> known.getTable(CqlIdentifier.fromInternal(table)))
        .map(known -> known.getOptions().get(CqlIdentifier.fromInternal(option))).orElse(0L);
    return value instanceof Number number ? number.longValue() : 0;
  }

  private Optional<KeyspaceMetadata> keyspace() {
    return Waits.answerOf(session.refreshSchemaAsync()).getKeyspace(CqlIdentifier.fromInternal(config.keyspace()));
  }

  private void run(String text) throws StoreOpenException {
    SimpleStatement statement =
        SimpleStatement.newInstance(Cql.inKeyspace(text, config.keyspace())).setTimeout(STATEMENT_LIMIT);
    try {
      Waits.answerOf(session.executeAsync(coordinators.first().map(statement::setNode).orElse(statement)));
      awaitAgreement();
      Matcher table = NEW_TABLE.matcher(text);
      if (table.find()) {
        awaitTable(table.group(1));
      }
    } catch (IllegalStateException e) {
      throw new StoreOpenException(Reason.UNREADABLE, "'" + text.lines().findFirst().orElse("") + "' failed: " + e.getMessage(), e);
    }
  }

  /// Asks every server itself. The driver asks one of them what it has heard of the others; where that one has heard of
  /// nothing yet, all seem to agree on the schema of before.
  private void awaitAgreement() {
    long beganNanos = System.nanoTime();
    while (versions().size() > 1) {
      if (System.nanoTime() - beganNanos > AGREEMENT_LIMIT.toNanos()) {
        throw new IllegalStateException("the servers do not agree on the schema within " + AGREEMENT_LIMIT);
      }
      LockSupport.parkNanos(AGREEMENT_LOOKS_EVERY.toNanos());
    }
  }

  /// Waits until statements find a table. Where another node makes it at the same time, a server says that it exists a moment
  /// before they do.
  private void awaitTable(String table) throws StoreOpenException {
    try {
      lookUntilFound(table);
    } catch (IllegalStateException e) {
      throw new StoreOpenException(Reason.UNREADABLE, e.getMessage(), e);
    }
  }

  private void lookUntilFound(String table) {
    long beganNanos = System.nanoTime();
    while (!isFound(table)) {
      if (System.nanoTime() - beganNanos > AGREEMENT_LIMIT.toNanos()) {
        throw new IllegalStateException("the servers do not find the table " + table + " within " + AGREEMENT_LIMIT);
      }
      LockSupport.parkNanos(AGREEMENT_LOOKS_EVERY.toNanos());
    }
  }

  private boolean isFound(String table) {
    try {
      for (Node server : coordinators.up()) {
        SimpleStatement look = SimpleStatement.newInstance("SELECT * FROM " + config.keyspace() + "." + table + " LIMIT 1")
            .setNode(server).setConsistencyLevel(DefaultConsistencyLevel.ONE).setTimeout(STATEMENT_LIMIT);
        Waits.answerOf(session.executeAsync(look));
      }
      return true;
    } catch (IllegalStateException e) {
      // A server that takes the table in at this moment fails in ways of its own.
      if (e.getCause() instanceof InvalidQueryException || e.getCause() instanceof ServerError) {
        return false;
      }
      throw e;
    }
  }

  private Set<UUID> versions() {
    Set<UUID> versions = new HashSet<>();
    for (Node server : coordinators.up()) {
      SimpleStatement version =
          SimpleStatement.newInstance("SELECT schema_version FROM system.local").setNode(server)
              .setConsistencyLevel(DefaultConsistencyLevel.ONE).setTimeout(STATEMENT_LIMIT);
      versions.add(Waits.answerOf(session.executeAsync(version)).one().getUuid("schema_version"));
    }
    return versions;
  }
}
