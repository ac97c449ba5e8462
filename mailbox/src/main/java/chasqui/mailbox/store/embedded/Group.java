package chasqui.mailbox.store.embedded;

import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.MessageLite;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;

/// The write batch that a group becomes. Used by the committer's thread only.
///
/// Keys and values pass through two direct buffers, which RocksDB reads without another copy on the Java heap.
final class Group implements AutoCloseable {
  private static final int KEY_BYTES_MAX = 2_048;
  private static final int VALUE_BYTES_AT_FIRST = 64 << 10;

  private final WriteBatch batch = new WriteBatch();
  private final ByteBuffer keyBytes = ByteBuffer.allocateDirect(KEY_BYTES_MAX);
  private ByteBuffer valueBytes = ByteBuffer.allocateDirect(VALUE_BYTES_AT_FIRST);
  private Database database;

  /// Begins the next group.
  void start(Database database) {
    this.database = database;
    batch.clear();
  }

  void put(Column column, Key key, MessageLite value) {
    int length = value.getSerializedSize();
    ByteBuffer buffer = valueOf(length);
    try {
      CodedOutputStream output = CodedOutputStream.newInstance(buffer);
      value.writeTo(output);
      output.flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    putBuffers(column, key, buffer.position(length).flip());
  }

  /// Numbers of 8 bytes, big-endian.
  void put(Column column, Key key, long first, long... others) {
    ByteBuffer value = valueOf((1 + others.length) * Long.BYTES).putLong(first);
    for (long other : others) {
      value.putLong(other);
    }
    putBuffers(column, key, value.flip());
  }

  void putEmpty(Column column, Key key) {
    putBuffers(column, key, valueOf(0).flip());
  }

  void merge(Column column, Key key, byte[] value) {
    try {
      batch.merge(database.handle(column), key.toBytes(), value);
    } catch (RocksDBException e) {
      throw new IllegalStateException(e);
    }
  }

  void delete(Column column, Key key) {
    try {
      batch.delete(database.handle(column), key.toBytes());
    } catch (RocksDBException e) {
      throw new IllegalStateException(e);
    }
  }

  void deleteRange(Column column, byte[] begin, byte[] end) {
    try {
      batch.deleteRange(database.handle(column), begin, end);
    } catch (RocksDBException e) {
      throw new IllegalStateException(e);
    }
  }

  /// Adds the change as a whole, or leaves the group as it was and throws.
  void add(WriteRequest.Change change) {
    batch.setSavePoint();
    try {
      change.addTo(this);
      batch.popSavePoint();
    } catch (RuntimeException e) {
      rollback(e);
      throw e;
    } catch (RocksDBException e) {
      throw new IllegalStateException(e);
    }
  }

  private void rollback(RuntimeException cause) {
    try {
      batch.rollbackToSavePoint();
    } catch (RocksDBException e) {
      cause.addSuppressed(e);
    }
  }

  WriteBatch batch() {
    return batch;
  }

  private void putBuffers(Column column, Key key, ByteBuffer value) {
    keyBytes.clear();
    key.writeTo(keyBytes);
    try {
      batch.put(database.handle(column), keyBytes.flip(), value);
    } catch (RocksDBException e) {
      throw new IllegalStateException(e);
    }
  }

  private ByteBuffer valueOf(int length) {
    if (valueBytes.capacity() < length) {
      valueBytes = ByteBuffer.allocateDirect(Math.max(length, 2 * valueBytes.capacity()));
    }
    return valueBytes.clear();
  }

  @Override
  public void close() {
    batch.close();
  }
}
