package chasqui.mailbox.store.embedded;

import chasqui.mailbox.store.StoreOpenException;
import chasqui.mailbox.store.StoreOpenException.Reason;
import chasqui.store.v1.DataSetRow;
import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.WriteBatch;

/// The row that says what a data set is: made before anything else is written, checked at every start.
final class DataSet {
  /// 1: the first. 2: with the column family `change`, which an older data set lacks and needs no rows in: nothing that
  /// wrote schema 1 could change a message. 3: with `lasting_mark`, whose rows an older data set is given, and `watermark` and
  /// counts of messages, which begin at the upgrade: what was said before it counts as read.
  static final int SCHEMA_VERSION = 3;
  static final byte[] KEY = "data-set".getBytes(StandardCharsets.US_ASCII);
  /// There while an import is not finished, and the data set row is not yet.
  static final byte[] IMPORT_KEY = "import".getBytes(StandardCharsets.US_ASCII);

  private static final int ID_KEY_BYTES = 32;

  private DataSet() {}

  static DataSetRow createOrCheck(Database database, int slots, InstantSource clock, RandomGenerator random)
      throws RocksDBException, StoreOpenException {
    byte[] stored = database.get(Column.DATA_SET, KEY);
    if (stored != null) {
      return upgrade(database, check(parse(stored), slots));
    }
    if (database.get(Column.DATA_SET, IMPORT_KEY) != null) {
      throw new StoreOpenException(
          Reason.NOT_A_DATA_SET, "an import was begun and is not finished: import the same file again to finish it");
    }
    if (holdsAnything(database)) {
      throw new StoreOpenException(
          Reason.NOT_A_DATA_SET, "the database has rows but does not say what data set it is, expected a row 'data-set'");
    }
    return create(database, slots, clock, random);
  }

  static DataSetRow parse(byte[] stored) throws StoreOpenException {
    try {
      return DataSetRow.parseFrom(stored);
    } catch (InvalidProtocolBufferException e) {
      throw new StoreOpenException(Reason.CORRUPT, "the row 'data-set' cannot be parsed", e);
    }
  }

  static DataSetRow check(DataSetRow row, int slots) throws StoreOpenException {
    if (row.getSchemaVersion() > SCHEMA_VERSION) {
      throw new StoreOpenException(
          Reason.NEWER_SCHEMA,
          "the data set has schema " + row.getSchemaVersion() + ", expected at most " + SCHEMA_VERSION
              + ": it was written by a newer version");
    }
    if (row.getSchemaVersion() < 1 || row.getSlots() < 1 || row.getConversationIdKey().size() != ID_KEY_BYTES) {
      throw new StoreOpenException(Reason.CORRUPT, "the row 'data-set' lacks its schema, slots or key");
    }
    if (row.getSlots() != slots) {
      throw new StoreOpenException(
          Reason.OTHER_SLOTS,
          "the data set was created with " + row.getSlots() + " slots, configured are " + slots
              + ": the number is fixed at creation");
    }
    return row;
  }

  /// Opening has made the column families that an older data set lacks; from now on an older version refuses it. What is
  /// cut short is done again.
  private static DataSetRow upgrade(Database database, DataSetRow row) throws RocksDBException, StoreOpenException {
    if (row.getSchemaVersion() == SCHEMA_VERSION) {
      return row;
    }
    LastingMarks.fill(database);
    DataSetRow upgraded = row.toBuilder().setSchemaVersion(SCHEMA_VERSION).build();
    write(database, upgraded);
    return upgraded;
  }

  private static void write(Database database, DataSetRow row) throws RocksDBException {
    try (WriteBatch batch = new WriteBatch()) {
      batch.put(database.handle(Column.DATA_SET), KEY, row.toByteArray());
      database.writeSynced(batch);
    }
  }

  private static DataSetRow create(Database database, int slots, InstantSource clock, RandomGenerator random)
      throws RocksDBException {
    byte[] idKey = new byte[ID_KEY_BYTES];
    random.nextBytes(idKey);
    DataSetRow row =
        DataSetRow.newBuilder()
            .setSchemaVersion(SCHEMA_VERSION)
            .setSlots(slots)
            .setConversationIdKey(ByteString.copyFrom(idKey))
            .setCreatedMicros(TimeUnit.MILLISECONDS.toMicros(clock.millis()))
            .build();
    write(database, row);
    return row;
  }

  static boolean holdsAnything(Database database) throws RocksDBException {
    for (Column column : Column.values()) {
      try (RocksIterator rows = database.iterate(column)) {
        rows.seekToFirst();
        if (rows.isValid()) {
          return true;
        }
        rows.status();
      }
    }
    return false;
  }
}
