package chasqui.mailbox.store.embedded;

import chasqui.mailbox.store.StoreOpenException;
import chasqui.mailbox.store.StoreOpenException.Reason;
import chasqui.mailbox.store.portable.DataSetTarget;
import chasqui.mailbox.store.portable.PortableException;
import chasqui.store.v1.DataSetRow;
import chasqui.store.v1.ExportedRow;
import chasqui.store.v1.ImportProgress;
import com.google.protobuf.InvalidProtocolBufferException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;

/// A data folder without a data set, that gets one. How far the import has come is written in the same batch as the rows.
/// One thread.
public final class EmbeddedTarget implements DataSetTarget {

  private final DataFolder folder;
  private final Database database;
  private final int slots;
  private final Group group = new Group();
  private final PortableRows rows = new PortableRows();
  private final Optional<ImportProgress> begun;

  private EmbeddedTarget(DataFolder folder, Database database, int slots, Optional<ImportProgress> begun) {
    this.folder = folder;
    this.database = database;
    this.slots = slots;
    this.begun = begun;
  }

  /// Opens a folder that holds no data set, or an unfinished import.
  public static EmbeddedTarget open(Path data, int slots) throws StoreOpenException {
    DataFolder folder = DataFolder.lock(data);
    try {
      NativeLibrary.load(folder.nativeLibrary());
      if (Database.exists(folder.database()) && Database.peek(folder.database(), DataSet.KEY) != null) {
        throw notEmpty(data);
      }
      Database database = Database.open(folder.database(), EmbeddedStoreConfig.defaults(data, slots), (reason, status) -> {});
      byte[] progress = database.get(Column.DATA_SET, DataSet.IMPORT_KEY);
      // One that was refused, or ended before its first chunk, left a database without rows.
      if (progress == null && DataSet.holdsAnything(database)) {
        database.close();
        throw notEmpty(data);
      }
      return new EmbeddedTarget(
          folder, database, slots, progress == null ? Optional.empty() : Optional.of(ImportProgress.parseFrom(progress)));
    } catch (RocksDBException e) {
      folder.close();
      throw Opening.refusal(data, e);
    } catch (InvalidProtocolBufferException e) {
      folder.close();
      throw new StoreOpenException(Reason.CORRUPT, "the row 'import' cannot be parsed", e);
    } catch (IOException | UnsatisfiedLinkError e) {
      folder.close();
      throw new StoreOpenException(Reason.UNREADABLE, "the data folder " + data + " cannot be used: " + e.getMessage(), e);
    } catch (StoreOpenException | RuntimeException e) {
      folder.close();
      throw e;
    }
  }

  private static StoreOpenException notEmpty(Path data) {
    return new StoreOpenException(
        Reason.NOT_A_DATA_SET, "the data folder " + data + " holds a data set already, expected an empty one");
  }

  @Override
  public int slots() {
    return slots;
  }

  @Override
  public int schemaMax() {
    return DataSet.SCHEMA_VERSION;
  }

  @Override
  public Optional<ImportProgress> begun() {
    return begun;
  }

  @Override
  public void store(List<ExportedRow> stored, ImportProgress progress) throws PortableException {
    try {
      group.start(database);
      stored.forEach(row -> rows.put(group, row));
      WriteBatch batch = group.batch();
      batch.put(database.handle(Column.DATA_SET), DataSet.IMPORT_KEY, progress.toByteArray());
      database.writeSynced(batch);
    } catch (RocksDBException e) {
      throw failed(e);
    } catch (IllegalArgumentException e) {
      throw new PortableException("chunk " + progress.getChunk() + " holds a row that no store takes: " + e.getMessage(), e);
    }
  }

  @Override
  public void finish(DataSetRow dataSet) throws PortableException {
    try (WriteBatch batch = new WriteBatch()) {
      database.flush();
      batch.delete(database.handle(Column.DATA_SET), DataSet.IMPORT_KEY);
      batch.put(database.handle(Column.DATA_SET), DataSet.KEY, dataSet.toByteArray());
      database.writeSynced(batch);
    } catch (RocksDBException e) {
      throw failed(e);
    }
  }

  private static PortableException failed(RocksDBException e) {
    return new PortableException(
        Health.isNoSpace(e)
            ? "the disk of the data folder is full: make room and import the same file again, it goes on where it was"
            : "the data cannot be written: " + e.getMessage(),
        e);
  }

  @Override
  public void close() {
    group.close();
    database.close();
    folder.close();
  }
}
