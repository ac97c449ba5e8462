package chasqui.mailbox.store.cql;

import chasqui.mailbox.store.StoreOpenException;
import chasqui.mailbox.store.StoreOpenException.Reason;
import chasqui.store.v1.DataSetRow;
import chasqui.store.v1.ImportProgress;
import com.datastax.oss.driver.api.core.cql.Row;
import com.google.protobuf.ByteString;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The row that says what a data set is: made once by a conditional insert, whoever wins it; checked at every start.
final class DataSets {
  /// What the rows hold, as on the embedded store. The schema of the tables is counted by {@link Migrations}.
  static final int SCHEMA_VERSION = 3;

  private static final Logger log = LoggerFactory.getLogger(DataSets.class);
  private static final String NAME = "data-set";
  /// There while an import is not finished, and the data set is not yet.
  private static final String IMPORT = "import";
  private static final int ID_KEY_BYTES = 32;

  private final Schema schema;
  private final String datacenter;
  private final Query read;
  private final Query create;
  private final Query raise;
  private final Query replace;
  private final Query delete;

  DataSets(Cql cql, Schema schema, String datacenter) {
    this.schema = schema;
    this.datacenter = datacenter;
    read = cql.query(Kind.SERIAL_READ, "SELECT tables, datacenter, row FROM {}.data_set WHERE name = ?");
    create = cql.query(Kind.CONDITIONAL,
        "INSERT INTO {}.data_set (name, tables, datacenter, row) VALUES (?, ?, ?, ?) IF NOT EXISTS");
    raise = cql.query(Kind.CONDITIONAL, "UPDATE {}.data_set SET tables = ? WHERE name = ? IF tables = ?");
    replace = cql.query(Kind.CONDITIONAL, "UPDATE {}.data_set SET row = ? WHERE name = ? IF EXISTS");
    delete = cql.query(Kind.CONDITIONAL, "DELETE FROM {}.data_set WHERE name = ? IF EXISTS");
  }

  private record Stored(int tables, String datacenter, DataSetRow row) {
    static Stored of(Row row) {
      return new Stored(
          row.getInt("tables"), row.getString("datacenter"), Blobs.parse(DataSetRow.parser(), row.getByteBuffer("row")));
    }
  }

  /// Brings the tables to the newest schema, and makes the data set if there is none.
  DataSetRow createOrCheck(int slots, InstantSource clock, RandomGenerator random) throws StoreOpenException {
    Optional<Stored> stored = read();
    if (stored.isEmpty()) {
      refuseUnfinishedImport();
      schema.migrate(0);
      DataSetRow row = made(slots, clock, random);
      create(row);
      stored = read();
    }
    Stored found = stored.orElseThrow(
        () -> new StoreOpenException(Reason.UNREADABLE, "the row of the data set was written and is not there"));
    check(found, slots);
    if (found.tables() < Migrations.LATEST) {
      schema.migrate(found.tables());
      // Whoever loses was overtaken by one that did the same.
      Waits.settledAnswerOf(() -> raise.applies(raise.bind(Migrations.LATEST, NAME, found.tables())));
    }
    schema.check(clock.instant());
    return found.row();
  }

  private void create(DataSetRow row) {
    try {
      Waits.answerOf(create.applies(create.bind(NAME, Migrations.LATEST, datacenter, Blobs.of(row))));
    } catch (IllegalStateException notKnown) {
      log.warn("whether the data set was made is not known; its row will tell", notKnown);
    }
  }

  /// The row of a data set that is there, in tables of this version.
  DataSetRow checked(int slots) throws StoreOpenException {
    Optional<Stored> stored = read();
    if (stored.isEmpty()) {
      refuseUnfinishedImport();
      throw new StoreOpenException(Reason.NOT_A_DATA_SET, "there is no data set in the keyspace");
    }
    check(stored.get(), slots);
    if (stored.get().tables() < Migrations.LATEST) {
      throw new StoreOpenException(Reason.NOT_A_DATA_SET, "the tables are of schema " + stored.get().tables()
          + ", expected " + Migrations.LATEST + ": start a node of this version on them once, which upgrades them");
    }
    return stored.get().row();
  }

  boolean exists() {
    return read().isPresent();
  }

  private void refuseUnfinishedImport() throws StoreOpenException {
    if (importBegun().isPresent()) {
      throw new StoreOpenException(
          Reason.NOT_A_DATA_SET, "an import was begun and is not finished: import the same file again to finish it");
    }
  }

  /// How far an import came that is not finished.
  Optional<ImportProgress> importBegun() {
    return Waits.settledAnswerOf(
        () -> read.one(row -> Blobs.parse(ImportProgress.parser(), row.getByteBuffer("row")), IMPORT));
  }

  /// Notes how far the import came. May be said again.
  void importReached(ImportProgress progress) {
    if (!Waits.answerOf(replace.applies(replace.bind(Blobs.of(progress), IMPORT)))) {
      Waits.answerOf(create.applies(create.bind(IMPORT, Migrations.LATEST, datacenter, Blobs.of(progress))));
    }
  }

  /// All rows are there: makes them a data set. May be said again.
  void imported(DataSetRow row) {
    Waits.answerOf(create.applies(create.bind(NAME, Migrations.LATEST, datacenter, Blobs.of(row))));
    Waits.answerOf(delete.applies(delete.bind(IMPORT)));
  }

  private Optional<Stored> read() {
    return Waits.settledAnswerOf(() -> read.one(Stored::of, NAME));
  }

  private void check(Stored stored, int slots) throws StoreOpenException {
    DataSetRow row = stored.row();
    if (stored.tables() > Migrations.LATEST || row.getSchemaVersion() > SCHEMA_VERSION) {
      throw new StoreOpenException(Reason.NEWER_SCHEMA,
          "the data set has tables of schema " + stored.tables() + " and rows of schema " + row.getSchemaVersion()
              + ", expected at most " + Migrations.LATEST + " and " + SCHEMA_VERSION + ": it was written by a newer version");
    }
    if (row.getSlots() != slots) {
      throw new StoreOpenException(Reason.OTHER_SLOTS,
          "the data set was created with " + row.getSlots() + " slots, configured are " + slots
              + ": the number is fixed at creation");
    }
    if (!datacenter.equals(stored.datacenter())) {
      throw new StoreOpenException(Reason.UNREADABLE,
          "the data set is at home in the data centre '" + stored.datacenter() + "', configured is '" + datacenter
              + "': conditional writes in two of them would not know of each other");
    }
  }

  private static DataSetRow made(int slots, InstantSource clock, RandomGenerator random) {
    byte[] idKey = new byte[ID_KEY_BYTES];
    random.nextBytes(idKey);
    return DataSetRow.newBuilder()
        .setSchemaVersion(SCHEMA_VERSION)
        .setSlots(slots)
        .setConversationIdKey(ByteString.copyFrom(idKey))
        .setCreatedMicros(TimeUnit.MILLISECONDS.toMicros(clock.millis()))
        .build();
  }
}
