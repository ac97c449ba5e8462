package chasqui.mailbox.store.embedded;

import chasqui.mailbox.store.StoreException;
import chasqui.mailbox.store.StoreException.Reason;
import com.google.protobuf.InvalidProtocolBufferException;
import java.util.concurrent.locks.StampedLock;
import org.rocksdb.RocksDBException;

/// The database as the rest of the store sees it: there, away for a while, or closed. Nobody uses native memory that
/// another thread has freed.
final class DatabaseAccess {
  /// Held shared by users, exclusively to take the database away. Guards `database`.
  private final StampedLock lock = new StampedLock();

  private final Health health;
  private Database database;

  DatabaseAccess(Database database, Health health) {
    this.database = database;
    this.health = health;
  }

  /// What is done with the database. Must not call back into this class.
  @FunctionalInterface
  interface Use<T> {
    T on(Database database) throws RocksDBException, InvalidProtocolBufferException;
  }

  /// The answer of `use`, or a {@link StoreException}. An error other than a lack of room is fatal.
  <T> T use(Use<T> use) {
    long stamp = lock.readLock();
    try {
      return use.on(present());
    } catch (RocksDBException e) {
      throw failed(e);
    } catch (InvalidProtocolBufferException e) {
      health.fatal("a stored row cannot be parsed", e);
      throw new StoreException(health.failure(), e);
    } finally {
      lock.unlockRead(stamp);
    }
  }

  private Database present() {
    if (health.hasFailed()) {
      throw new StoreException(Reason.UNKNOWN, health.failure());
    }
    if (health.isOutOfRoom()) {
      // Whoever was told "unknown" must not read what a recovery from the disk may contradict.
      throw new StoreException(Reason.FULL, "the store waits for room on its disk");
    }
    if (database == null) {
      throw new StoreException(Reason.CLOSED, "the store is closed");
    }
    return database;
  }

  private StoreException failed(RocksDBException e) {
    if (Health.isNoSpace(e)) {
      return new StoreException(Reason.FULL, "the disk is full: " + e.getMessage(), e);
    }
    health.fatal("RocksDB: " + e.getMessage(), e);
    return new StoreException(health.failure(), e);
  }

  /// Waits for the uses under way and closes the database.
  void takeAway() {
    long stamp = lock.writeLock();
    try {
      if (database != null) {
        database.close();
        database = null;
      }
    } finally {
      lock.unlockWrite(stamp);
    }
  }

  void bringBack(Database reopened) {
    long stamp = lock.writeLock();
    try {
      database = reopened;
    } finally {
      lock.unlockWrite(stamp);
    }
  }
}
