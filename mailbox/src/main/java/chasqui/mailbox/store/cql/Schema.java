package chasqui.mailbox.store.cql;

import chasqui.mailbox.store.StoreOpenException;
import chasqui.mailbox.store.StoreOpenException.Reason;
import com.datastax.oss.driver.api.core.CqlIdentifier;
import com.datastax.oss.driver.api.core.CqlSession;
import com.datastax.oss.driver.api.core.DefaultConsistencyLevel;
import com.datastax.oss.driver.api.core.cql.SimpleStatement;
import com.datastax.oss.driver.api.core.metadata.Node;
import com.datastax.oss.driver.api.core.metadata.schema.KeyspaceMetadata;
import com.datastax.oss.driver.api.core.metadata.schema.TableMetadata;
import java.time.Duration;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.locks.LockSupport;

/// The keyspace and its tables. Several nodes may make them at a time: all send their statements to the same server, each
/// statement does nothing where it was done before, and none goes on before all servers agree on the schema.
final class Schema {
  /// How long a row of a journal may stand before it is deleted; usually it is minutes. What is deleted must stay deleted
  /// for longer than twice that: a replica that was away would bring back what others have forgotten.
  static final Duration JOURNAL_ROW_LIFE_MAX = Duration.ofDays(2);

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

  /// Makes the keyspace and the table that says which data set it holds, if they are absent.
  void begin() throws StoreOpenException {
    Optional<KeyspaceMetadata> keyspace = keyspace();
    if (keyspace.isEmpty()) {
      run("CREATE KEYSPACE IF NOT EXISTS " + config.keyspace() + " WITH replication = " + config.replicationMap() + " "
          + config.ddlSuffix());
    }
    if (keyspace.flatMap(known -> known.getTable(CqlIdentifier.fromInternal("data_set"))).isEmpty()) {
      run("CREATE TABLE IF NOT EXISTS {}.data_set (name text PRIMARY KEY, tables int, datacenter text, row blob)");
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

  /// Refuses tables whose settings an operator made unsafe.
  void check() throws StoreOpenException {
    Duration grace = keyspace().flatMap(known -> known.getTable(CqlIdentifier.fromInternal("journal")))
        .map(Schema::gcGrace).orElse(Duration.ZERO);
    if (grace.compareTo(JOURNAL_ROW_LIFE_MAX.multipliedBy(2)) <= 0) {
      throw new StoreOpenException(Reason.UNREADABLE,
          "gc_grace_seconds of the table journal is " + grace.toSeconds() + ", expected more than "
              + JOURNAL_ROW_LIFE_MAX.multipliedBy(2).toSeconds() + ": a deleted row of a journal might come back");
    }
  }

  private static Duration gcGrace(TableMetadata table) {
    Map<CqlIdentifier, Object> options = table.getOptions();
    Object seconds = options.get(CqlIdentifier.fromInternal("gc_grace_seconds"));
    return seconds instanceof Number number ? Duration.ofSeconds(number.longValue()) : Duration.ZERO;
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
