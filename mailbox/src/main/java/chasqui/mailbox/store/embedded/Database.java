package chasqui.mailbox.store.embedded;

import com.google.protobuf.InvalidProtocolBufferException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import org.rocksdb.BackgroundErrorReason;
import org.rocksdb.Checkpoint;
import org.rocksdb.ColumnFamilyDescriptor;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.DBOptions;
import org.rocksdb.FlushOptions;
import org.rocksdb.Options;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.Snapshot;
import org.rocksdb.Status;
import org.rocksdb.WriteBatch;
import org.rocksdb.WriteOptions;

/// One opened RocksDB with its native objects. Whoever uses it makes sure that nobody closes it meanwhile.
final class Database implements AutoCloseable {
  private final Tuning tuning;
  private final RocksDB rocks;
  private final Map<Column, ColumnFamilyHandle> handles;
  private final ReadOptions reads;
  private final WriteOptions writes;

  private Database(Tuning tuning, RocksDB rocks, Map<Column, ColumnFamilyHandle> handles, boolean syncWrites) {
    this.tuning = tuning;
    this.rocks = rocks;
    this.handles = handles;
    this.reads = new ReadOptions().setVerifyChecksums(true);
    this.writes = new WriteOptions().setSync(syncWrites);
  }

  static boolean exists(Path folder) {
    return Files.exists(folder.resolve("CURRENT"));
  }

  /// The names of the column families that the folder holds; none if it holds no database.
  static List<String> columnNames(Path folder) throws RocksDBException {
    try (Options options = new Options()) {
      return exists(folder)
          ? RocksDB.listColumnFamilies(options, folder.toString()).stream().map(String::new).toList()
          : List.of();
    }
  }

  /// A value of the default column family, read without changing the database, whatever else it holds.
  static byte[] peek(Path folder, byte[] key) throws RocksDBException {
    try (Options options = new Options();
        RocksDB rocks = RocksDB.openReadOnly(options, folder.toString())) {
      return rocks.get(key);
    }
  }

  static Database open(
      Path folder,
      EmbeddedStoreConfig config,
      BiConsumer<BackgroundErrorReason, Status> errors)
      throws RocksDBException {
    return open(folder, config, errors, RocksDB::open);
  }

  /// For reads only: changes nothing on the disk. Nobody else may write meanwhile.
  static Database openReadOnly(Path folder, EmbeddedStoreConfig config) throws RocksDBException {
    return open(folder, config, (reason, status) -> {}, RocksDB::openReadOnly);
  }

  /// How RocksDB opens.
  @FunctionalInterface
  private interface Opener {
    RocksDB open(DBOptions options, String path, List<ColumnFamilyDescriptor> columns, List<ColumnFamilyHandle> handles)
        throws RocksDBException;
  }

  private static Database open(
      Path folder, EmbeddedStoreConfig config, BiConsumer<BackgroundErrorReason, Status> errors, Opener opener)
      throws RocksDBException {
    Tuning tuning = new Tuning(config.memory());
    try {
      DBOptions options = tuning.database(new BackgroundErrors(errors));
      List<ColumnFamilyDescriptor> descriptors = new ArrayList<>();
      for (Column column : Column.values()) {
        descriptors.add(new ColumnFamilyDescriptor(column.storedNameBytes(), tuning.column(column)));
      }
      List<ColumnFamilyHandle> opened = new ArrayList<>();
      RocksDB rocks = opener.open(options, folder.toString(), descriptors, opened);
      Map<Column, ColumnFamilyHandle> handles = new EnumMap<>(Column.class);
      for (Column column : Column.values()) {
        handles.put(column, opened.get(column.ordinal()));
      }
      return new Database(tuning, rocks, handles, config.syncWrites());
    } catch (RocksDBException | RuntimeException e) {
      tuning.close();
      throw e;
    }
  }

  ColumnFamilyHandle handle(Column column) {
    return handles.get(column);
  }

  /// The value, or null.
  byte[] get(Column column, byte[] key) throws RocksDBException {
    return rocks.get(handle(column), reads, key);
  }

  /// An iterator that the caller closes before the database.
  RocksIterator iterate(Column column) {
    return rocks.newIterator(handle(column), reads);
  }

  /// Reads of several columns as of one moment.
  <T> T atOneMoment(MomentRead<T> read) throws RocksDBException, InvalidProtocolBufferException {
    Snapshot snapshot = rocks.getSnapshot();
    try (ReadOptions options = new ReadOptions().setVerifyChecksums(true).setSnapshot(snapshot)) {
      return read.from(options);
    } finally {
      rocks.releaseSnapshot(snapshot);
    }
  }

  byte[] get(Column column, ReadOptions options, byte[] key) throws RocksDBException {
    return rocks.get(handle(column), options, key);
  }

  RocksIterator iterate(Column column, ReadOptions options) {
    return rocks.newIterator(handle(column), options);
  }

  /// Durable when it returns, if writes are synced.
  void write(WriteBatch batch) throws RocksDBException {
    rocks.write(writes, batch);
  }

  /// Durable when it returns, even if writes are not synced.
  void writeSynced(WriteBatch batch) throws RocksDBException {
    try (WriteOptions synced = new WriteOptions().setSync(true)) {
      rocks.write(synced, batch);
    }
  }

  /// Deletes the files that hold nothing but keys from `begin` to before `end`.
  void dropFiles(Column column, byte[] begin, byte[] end) throws RocksDBException {
    rocks.deleteFilesInRanges(handle(column), List.of(begin, end), false);
  }

  /// About how many rows the column family has.
  long rowsEstimated(Column column) throws RocksDBException {
    return rocks.getLongProperty(handle(column), "rocksdb.estimate-num-keys");
  }

  /// Makes a folder, which must not be there yet, with the database as it is now: unchanged files are linked, so it must be on
  /// the same disk.
  void checkpoint(Path folder) throws RocksDBException {
    try (Checkpoint checkpoint = Checkpoint.create(rocks)) {
      checkpoint.createCheckpoint(folder.toString());
    }
  }

  /// Writes what only the log and memory hold into data files.
  void flush() throws RocksDBException {
    try (FlushOptions options = new FlushOptions().setWaitForFlush(true)) {
      rocks.flush(options, List.copyOf(handles.values()));
    }
  }

  @Override
  public void close() {
    writes.close();
    reads.close();
    handles.values().forEach(ColumnFamilyHandle::close);
    rocks.close();
    tuning.close();
  }

  /// What is read as of one moment.
  @FunctionalInterface
  interface MomentRead<T> {
    T from(ReadOptions options) throws RocksDBException, InvalidProtocolBufferException;
  }
}
