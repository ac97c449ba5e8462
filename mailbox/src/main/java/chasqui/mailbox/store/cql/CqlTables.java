package chasqui.mailbox.store.cql;

import chasqui.mailbox.store.ConversationStore;
import chasqui.mailbox.store.CursorStore;
import chasqui.mailbox.store.StoreException;
import chasqui.mailbox.store.StoreOpenException;
import chasqui.mailbox.store.StoreOpenException.Reason;
import chasqui.mailbox.store.WatermarkStore;
import chasqui.mailbox.store.shared.CommitTable;
import chasqui.mailbox.store.shared.CustodyTable;
import chasqui.mailbox.store.shared.FencedUserStore;
import chasqui.mailbox.store.shared.IncarnationTable;
import chasqui.mailbox.store.shared.JournalTable;
import chasqui.mailbox.store.shared.SharedTables;
import chasqui.store.v1.DataSetRow;
import com.datastax.oss.driver.api.core.CqlSession;
import io.opentelemetry.api.metrics.Meter;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.CompletionStage;
import java.util.random.RandomGenerator;

/// A data set in a keyspace of ScyllaDB, or of another server that speaks CQL. May be used by any thread; nothing blocks
/// but opening and closing.
public final class CqlTables implements SharedTables {

  /// What a store is given besides its configuration.
  ///
  /// @param clock for what has an end: marks; nothing that is compared comes from it
  /// @param secureRandom for the key of a new data set
  public record Surroundings(InstantSource clock, RandomGenerator secureRandom, Meter meter) {}

  private final CqlSession session;
  private final boolean ownsSession;
  private final Schema schema;
  private final Requests requests;
  private final CqlMetrics metrics;
  private final DataSetRow dataSet;
  private final JournalTable journal;
  private final IncarnationTable incarnations;
  private final CustodyTable custody;
  private final CommitTable commits;
  private final ConversationStore conversations;
  private final CursorStore cursors;
  private final WatermarkStore watermarks;
  private final FencedUserStore users;

  private CqlTables(CqlSession session, boolean ownsSession, CqlStoreConfig config, int slots, Surroundings surroundings)
      throws StoreOpenException {
    this.session = session;
    this.ownsSession = ownsSession;
    metrics = new CqlMetrics(surroundings.meter());
    requests = new Requests(config, metrics, System::nanoTime);
    try {
      InstantSource clock = surroundings.clock();
      Coordinators coordinators = new Coordinators(session, config.datacenter());
      Cql cql = new Cql(session, config.keyspace(), requests, metrics);
      schema = new Schema(session, config, coordinators);
      schema.begin();
      dataSet = new DataSets(cql, schema, config.datacenter())
          .createOrCheck(slots, clock, surroundings.secureRandom());
      journal = new CqlJournalTable(cql, coordinators);
      incarnations = new CqlIncarnationTable(cql);
      custody = new CqlCustodyTable(cql);
      commits = new CqlCommitTable(cql, clock, config.limits().commitWindow());
      conversations = new CqlConversationStore(cql);
      cursors = new CqlCursorStore(cql);
      watermarks = new CqlWatermarkStore(cql);
      users = new CqlFencedUserStore(cql, clock);
    } catch (StoreOpenException | RuntimeException e) {
      close();
      throw e;
    }
  }

  /// Opens a data set, and makes its keyspace, tables and key if they are absent. Blocks.
  ///
  /// @param slots the N of slots; fixed when the data set is created
  public static CqlTables open(CqlStoreConfig config, int slots, Surroundings surroundings) throws StoreOpenException {
    return open(Sessions.open(config), true, config, slots, surroundings);
  }

  /// Over a session that others use too, and close.
  static CqlTables over(CqlSession session, CqlStoreConfig config, int slots, Surroundings surroundings)
      throws StoreOpenException {
    return open(session, false, config, slots, surroundings);
  }

  private static CqlTables open(
      CqlSession session, boolean ownsSession, CqlStoreConfig config, int slots, Surroundings surroundings)
      throws StoreOpenException {
    try {
      return new CqlTables(session, ownsSession, config, slots, surroundings);
    } catch (IllegalStateException | StoreException e) {
      throw new StoreOpenException(
          Reason.UNREADABLE, "the keyspace " + config.keyspace() + " cannot be opened: " + e.getMessage(), e);
    }
  }

  @Override
  public DataSetRow dataSet() {
    return dataSet;
  }

  @Override
  public JournalTable journal() {
    return journal;
  }

  @Override
  public IncarnationTable incarnations() {
    return incarnations;
  }

  @Override
  public CustodyTable custody() {
    return custody;
  }

  @Override
  public CommitTable commits() {
    return commits;
  }

  @Override
  public ConversationStore conversations() {
    return conversations;
  }

  @Override
  public CursorStore cursors() {
    return cursors;
  }

  @Override
  public WatermarkStore watermarks() {
    return watermarks;
  }

  @Override
  public FencedUserStore users() {
    return users;
  }

  @Override
  public CompletionStage<Instant> time() {
    return schema.serverTime();
  }

  @Override
  public void close() {
    requests.close();
    metrics.close();
    if (ownsSession) {
      Waits.answerOf(session.forceCloseAsync());
    }
  }
}
