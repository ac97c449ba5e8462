package chasqui.mailbox.store.embedded;

import org.rocksdb.RocksDBException;

/// After the disk was full in the middle of a write, nobody knows what it holds. So the database is closed, and opened
/// again when there is room: its recovery reads the log from the disk and writes what it found into data files, and
/// only then does anybody read. Until then reads fail and commits are refused.
final class Reopening {
  private final DatabaseAccess access;
  private final SpaceGuard space;
  private final Health health;
  private final Opener opener;

  Reopening(DatabaseAccess access, SpaceGuard space, Health health, Opener opener) {
    this.access = access;
    this.space = space;
    this.health = health;
    this.opener = opener;
  }

  /// Opens the database of this store once more.
  @FunctionalInterface
  interface Opener {
    Database open() throws RocksDBException;
  }

  /// True if the database can be used. Called by the committer's thread between groups.
  boolean settled() {
    if (!health.isOutOfRoom()) {
      return true;
    }
    access.takeAway();
    if (!space.hasRoom()) {
      return false;
    }
    try {
      Database reopened = opener.open();
      access.bringBack(reopened);
      health.roomIsBack();
      return true;
    } catch (RocksDBException e) {
      if (!Health.isNoSpace(e)) {
        health.fatal("the database did not open again after the disk was full: " + e.getMessage(), e);
      }
      return false;
    }
  }
}
