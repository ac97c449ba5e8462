package chasqui.mailbox.store.embedded;

import chasqui.mailbox.store.StoreOpenException;
import chasqui.mailbox.store.StoreOpenException.Reason;
import chasqui.mailbox.store.portable.DataSetSource;
import chasqui.mailbox.store.portable.PortableException;
import chasqui.store.v1.DataSetRow;
import com.google.protobuf.InvalidProtocolBufferException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;

/// The data set of a stopped node, or of a backup, as it is exported. Held by its lock; nothing in it is changed. One
/// thread.
public final class EmbeddedSource implements DataSetSource {

  private final DataFolder folder;
  private final Database database;
  private final DataSetRow dataSet;
  private final int firstLiveDay;

  private EmbeddedSource(DataFolder folder, Database database, DataSetRow dataSet, int firstLiveDay) {
    this.folder = folder;
    this.database = database;
    this.dataSet = dataSet;
    this.firstLiveDay = firstLiveDay;
  }

  /// Opens what is there.
  ///
  /// @param clock tells which marks are expired
  public static EmbeddedSource open(Path data, InstantSource clock) throws StoreOpenException {
    DataFolder folder = DataFolder.lockExisting(data);
    try {
      NativeLibrary.load(folder.nativeLibrary());
      DataSetRow row = Opening.settled(folder.database());
      Database database = Database.openReadOnly(folder.database(), EmbeddedStoreConfig.defaults(data, row.getSlots()));
      return new EmbeddedSource(folder, database, row, MarkExpiry.firstLiveDay(clock));
    } catch (RocksDBException e) {
      folder.close();
      throw Opening.refusal(data, e);
    } catch (IOException | UnsatisfiedLinkError e) {
      folder.close();
      throw new StoreOpenException(Reason.UNREADABLE, "the data folder " + data + " cannot be used: " + e.getMessage(), e);
    } catch (StoreOpenException | RuntimeException e) {
      folder.close();
      throw e;
    }
  }

  @Override
  public DataSetRow dataSet() {
    return dataSet;
  }

  @Override
  public long rowsEstimated() {
    try {
      long rows = 0;
      for (Column column : Column.values()) {
        rows += database.rowsEstimated(column);
      }
      return rows;
    } catch (RocksDBException e) {
      return 0;
    }
  }

  @Override
  public void read(RowSink sink) throws PortableException {
    for (Column column : Column.values()) {
      if (column != Column.DATA_SET) {
        read(column, sink);
      }
    }
  }

  private void read(Column column, RowSink sink) throws PortableException {
    try (RocksIterator rows = database.iterate(column)) {
      if (column == Column.MARK) {
        rows.seek(new Key().marks(firstLiveDay).toBytes());
      } else {
        rows.seekToFirst();
      }
      for (; rows.isValid(); rows.next()) {
        sink.row(PortableRows.exported(column, rows.key(), rows.value()));
      }
      rows.status();
    } catch (RocksDBException | InvalidProtocolBufferException | RuntimeException e) {
      throw new PortableException("the rows of '" + column.storedName() + "' cannot be read: " + e.getMessage(), e);
    }
  }

  @Override
  public void close() {
    database.close();
    folder.close();
  }
}
