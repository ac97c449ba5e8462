package chasqui.mailbox.store.cql;

import chasqui.mailbox.store.StoreException;
import chasqui.mailbox.store.StoreOpenException;
import chasqui.mailbox.store.StoreOpenException.Reason;
import chasqui.mailbox.store.portable.DataSetTarget;
import chasqui.mailbox.store.portable.PortableException;
import chasqui.store.v1.DataSetRow;
import chasqui.store.v1.ExportedRow;
import chasqui.store.v1.ImportProgress;
import com.datastax.oss.driver.api.core.CqlSession;
import java.util.List;
import java.util.Optional;

/// A keyspace without a data set, that gets one. How far the import has come is written after the rows, which may be
/// written again: their timestamps do not change. Blocks; one thread.
public final class CqlTarget implements DataSetTarget {
  /// Requests of a chunk under way.
  private static final int WINDOW = 64;
  private static final int TRIES = 5;

  private final CqlSession session;
  private final Requests requests;
  private final CqlMetrics metrics;
  private final Cql cql;
  private final DataSets dataSets;
  private final PortableWrites rows;
  private final int slots;
  private final Optional<ImportProgress> begun;

  private CqlTarget(CqlStoreConfig config, int slots, CqlTables.Surroundings surroundings) throws StoreOpenException {
    this.slots = slots;
    session = Sessions.open(config);
    metrics = new CqlMetrics(surroundings.meter());
    requests = new Requests(config, metrics, System::nanoTime);
    try {
      cql = new Cql(session, config.keyspace(), requests, metrics);
      Schema schema = new Schema(session, config, new Coordinators(session, config.datacenter()));
      schema.begin();
      dataSets = new DataSets(cql, schema, config.datacenter());
      if (dataSets.exists()) {
        throw new StoreOpenException(Reason.NOT_A_DATA_SET,
            "the keyspace " + config.keyspace() + " holds a data set already, expected an empty one");
      }
      schema.migrate(0);
      schema.check(surroundings.clock().instant());
      begun = dataSets.importBegun();
      rows = new PortableWrites(cql, surroundings.clock());
    } catch (StoreOpenException | RuntimeException e) {
      close();
      throw e;
    }
  }

  /// Opens a keyspace that holds no data set, or an unfinished import; makes it if it is not there.
  public static CqlTarget open(CqlStoreConfig config, int slots, CqlTables.Surroundings surroundings)
      throws StoreOpenException {
    try {
      return new CqlTarget(config, slots, surroundings);
    } catch (IllegalStateException | StoreException e) {
      throw new StoreOpenException(
          Reason.UNREADABLE, "the keyspace " + config.keyspace() + " cannot be opened: " + e.getMessage(), e);
    }
  }

  @Override
  public int slots() {
    return slots;
  }

  @Override
  public int schemaMax() {
    return DataSets.SCHEMA_VERSION;
  }

  @Override
  public Optional<ImportProgress> begun() {
    return begun;
  }

  @Override
  public void store(List<ExportedRow> stored, ImportProgress progress) throws PortableException {
    Writes writes = new Writes(cql);
    try {
      stored.forEach(row -> rows.add(writes, row));
    } catch (IllegalArgumentException e) {
      throw new PortableException("chunk " + progress.getChunk() + " holds a row that no store takes: " + e.getMessage(), e);
    }
    patiently(() -> Waits.answerOf(Stages.paced(writes.steps(), WINDOW)));
    patiently(() -> dataSets.importReached(progress));
  }

  @Override
  public void finish(DataSetRow dataSet) throws PortableException {
    patiently(() -> dataSets.imported(dataSet));
  }

  /// Everything here may be done twice, so what got no answer is done again.
  private static void patiently(Runnable step) throws PortableException {
    for (int left = TRIES - 1; ; left--) {
      try {
        step.run();
        return;
      } catch (IllegalStateException | StoreException e) {
        if (left == 0) {
          throw new PortableException(
              "the store did not take it (" + e.getMessage() + "): import the same file again, it goes on where it was", e);
        }
      }
    }
  }

  @Override
  public void close() {
    requests.close();
    metrics.close();
    Waits.answerOf(session.forceCloseAsync());
  }
}
