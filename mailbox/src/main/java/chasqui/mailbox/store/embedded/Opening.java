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

  private static StoreOpenException refusal(Path folder, RocksDBException e) {
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
