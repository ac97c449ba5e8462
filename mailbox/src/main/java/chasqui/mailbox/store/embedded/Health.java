package chasqui.mailbox.store.embedded;

import chasqui.mailbox.store.FatalHandler;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.rocksdb.BackgroundErrorReason;
import org.rocksdb.RocksDBException;
import org.rocksdb.Status;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Whether the store may be trusted. Sound at first; out of room until the database was opened again; failed for ever.
/// Once it has failed nothing is acknowledged or answered any more, and the handler is told once.
final class Health {
  private static final Logger log = LoggerFactory.getLogger(Health.class);

  private final FatalHandler handler;
  private final AtomicReference<String> failure = new AtomicReference<>();
  private final AtomicBoolean outOfRoom = new AtomicBoolean();

  Health(FatalHandler handler) {
    this.handler = handler;
  }

  void fatal(String what, Throwable cause) {
    if (failure.compareAndSet(null, what)) {
      log.error("the store failed and must not be trusted again by this process: {}", what, cause);
      handler.fatal(what, cause);
    }
  }

  /// An error in a flush, a compaction or a write, told by a thread of RocksDB.
  void background(BackgroundErrorReason reason, Status status) {
    String what = "RocksDB in " + reason + ": " + status.getCodeString() + " " + status.getState();
    if (isNoSpace(status)) {
      outOfRoom(what);
    } else {
      fatal(what, new RocksDBException(what, status));
    }
  }

  boolean hasFailed() {
    return failure.get() != null;
  }

  String failure() {
    return "the store failed: " + failure.get();
  }

  /// The disk was full during a write. What it holds now is unknown until the database has been opened again.
  void outOfRoom(String what) {
    if (outOfRoom.compareAndSet(false, true)) {
      log.warn("the disk is full; the database is opened again when there is room: {}", what);
    }
  }

  boolean isOutOfRoom() {
    return outOfRoom.get();
  }

  void roomIsBack() {
    outOfRoom.set(false);
    log.info("the disk has room again; the database is open");
  }

  /// Room may come back; every other error of RocksDB may not.
  static boolean isNoSpace(RocksDBException e) {
    return e.getStatus() != null && isNoSpace(e.getStatus());
  }

  private static boolean isNoSpace(Status status) {
    return status.getSubCode() == Status.SubCode.NoSpace;
  }
}
