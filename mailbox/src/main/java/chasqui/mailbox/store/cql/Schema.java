package chasqui.mailbox.store.cql;

import chasqui.mailbox.store.StoreOpenException;
import chasqui.mailbox.store.StoreOpenException.Reason;
import com.datastax.oss.driver.api.core.CqlIdentifier;
import com.datastax.oss.driver.api.core.CqlSession;
import com.datastax.oss.driver.api.core.cql.AsyncResultSet;
import com.datastax.oss.driver.api.core.cql.SimpleStatement;
import com.datastax.oss.driver.api.core.metadata.schema.KeyspaceMetadata;
import com.datastax.oss.driver.api.core.metadata.schema.TableMetadata;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/// The keyspace and its tables. Several nodes may make them at a time: all send their statements to the same server, each
/// statement does nothing where it was done before, and none goes on before all servers agree on the schema.
final class Schema {
  /// How long a row of a journal may stand before it is deleted; usually it is minutes. What is deleted must stay deleted
  /// for longer than twice that: a replica that was away would bring back what others have forgotten.
  static final Duration JOURNAL_ROW_LIFE_MAX = Duration.ofDays(2);

  private static final Duration STATEMENT_LIMIT = Duration.ofSeconds(30);
  private static final int AGREEMENT_TRIES = 4;

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
      AsyncResultSet done =
          Waits.answerOf(session.executeAsync(coordinators.first().map(statement::setNode).orElse(statement)));
      awaitAgreement(done.getExecutionInfo().isSchemaInAgreement());
    } catch (IllegalStateException e) {
      throw new StoreOpenException(Reason.UNREADABLE, "'" + text.lines().findFirst().orElse("") + "' failed: " + e.getMessage(), e);
    }
  }

  private void awaitAgreement(boolean agreed) {
    boolean agree = agreed;
    for (int i = 0; i < AGREEMENT_TRIES && !agree; i++) {
      agree = Waits.answerOf(session.checkSchemaAgreementAsync());
    }
    if (!agree) {
      throw new IllegalStateException("the servers do not agree on the schema");
    }
  }
}
