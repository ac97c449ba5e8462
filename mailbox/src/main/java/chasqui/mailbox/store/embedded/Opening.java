package chasqui.mailbox.store.embedded;

import chasqui.mailbox.store.StoreOpenException;
import chasqui.mailbox.store.StoreOpenException.Reason;
import chasqui.store.v1.DataSetRow;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.rocksdb.RocksDBException;
import org.rocksdb.Status;

/// Opens a data set, or says in one sentence why not: lock, native library, what the folder holds, database, data set row.
final class Opening {
  private Opening() {}

  /// An open data set.
  record Opened(DataFolder folder, Database database, DataSetRow dataSet, Reopening.Opener opener) {}

  static Opened open(EmbeddedStoreConfig config, Surroundings surroundings, Health health) throws StoreOpenException {
    DataFolder folder = DataFolder.lock(config.dataFolder());
    try {
      NativeLibrary.load(folder.nativeLibrary());
      Path path = folder.database();
      FileTree.delete(folder.checkpoints());
      refuseForeign(path, config.slots());
      Reopening.Opener opener = () -> Database.open(path, config, health::background);
      Database database = opener.open();
      return new Opened(folder, database, dataSet(database, config, surroundings), opener);
    } catch (RocksDBException e) {
      folder.close();
      throw refusal(config.dataFolder(), e);
    } catch (IOException | UnsatisfiedLinkError e) {
      folder.close();
      throw new StoreOpenException(
          Reason.UNREADABLE, "the data folder " + config.dataFolder() + " cannot be used: " + e.getMessage(), e);
    } catch (StoreOpenException | RuntimeException e) {
      folder.close();
      throw e;
    }
  }

  /// What the data set says of itself, read without changing it; expects the schema of this version.
  static DataSetRow settled(Path path) throws RocksDBException, StoreOpenException {
    byte[] stored = Database.peek(path, DataSet.KEY);
    if (stored == null) {
      throw new StoreOpenException(
          Reason.NOT_A_DATA_SET, Database.peek(path, DataSet.IMPORT_KEY) == null
              ? "the database in " + path + " does not say what data set it is"
              : "an import into " + path + " was begun and is not finished: import the same file again to finish it");
    }
    DataSetRow row = DataSet.parse(stored);
    refuseForeign(path, row.getSlots());
    DataSet.check(row, row.getSlots());
    if (row.getSchemaVersion() < DataSet.SCHEMA_VERSION) {
      throw new StoreOpenException(
          Reason.NOT_A_DATA_SET, "the data set has schema " + row.getSchemaVersion() + ", expected "
              + DataSet.SCHEMA_VERSION + ": start a node of this version on it once, which upgrades it");
    }
    return row;
  }

  private static DataSetRow dataSet(Database database, EmbeddedStoreConfig config, Surroundings surroundings)
      throws RocksDBException, StoreOpenException {
    try {
      return DataSet.createOrCheck(database, config.slots(), surroundings.clock(), surroundings.secureRandom());
    } catch (RocksDBException | StoreOpenException | RuntimeException e) {
      database.close();
      throw e;
    }
  }

  /// A newer version may have column families that this one does not know; it must be told apart without changing it.
  private static void refuseForeign(Path path, int slots) throws RocksDBException, StoreOpenException {
    Set<String> foreign = new HashSet<>(Database.columnNames(path));
    List<String> known = Arrays.stream(Column.values()).map(Column::storedName).toList();
    known.forEach(foreign::remove);
    if (foreign.isEmpty()) {
      return;
    }
    byte[] row = Database.peek(path, DataSet.KEY);
    if (row != null) {
      DataSet.check(DataSet.parse(row), slots);
    }
    throw new StoreOpenException(
        Reason.NOT_A_DATA_SET,
        "the database in " + path + " has the unknown column families " + foreign + ", expected " + known);
  }

  static StoreOpenException refusal(Path folder, RocksDBException e) {
    String message = "the data set in " + folder + " cannot be opened: " + e.getMessage();
    if (Health.isNoSpace(e)) {
      return new StoreOpenException(Reason.FULL, message, e);
    }
    if (e.getStatus() != null && e.getStatus().getCode() == Status.Code.Corruption) {
      return new StoreOpenException(Reason.CORRUPT, message, e);
    }
    boolean locked = e.getMessage() != null && e.getMessage().contains("lock file");
    return new StoreOpenException(locked ? Reason.IN_USE : Reason.UNREADABLE, message, e);
  }
}
