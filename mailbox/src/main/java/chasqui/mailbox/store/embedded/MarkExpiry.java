package chasqui.mailbox.store.embedded;

import chasqui.mailbox.store.StoreException;
import chasqui.mailbox.store.UserStore;
import java.time.InstantSource;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;

/// Marks live for 40 days after their day. A mark past that is not read any more; its row goes with the next pass.
final class MarkExpiry {
  private final InstantSource clock;
  private final Saves saves;
  private final DatabaseAccess access;
  /// The first day that was kept by the last pass; only the upkeep thread and tests run passes, one at a time.
  private int keptFrom;

  MarkExpiry(InstantSource clock, Saves saves, DatabaseAccess access) {
    this.clock = clock;
    this.saves = saves;
    this.access = access;
  }

  /// The first day whose marks still count.
  int firstLiveDay() {
    return firstLiveDay(clock);
  }

  static int firstLiveDay(InstantSource clock) {
    long today = Math.floorDiv(clock.millis(), TimeUnit.DAYS.toMillis(1));
    return (int) Math.max(0, today - UserStore.MARK_LIFE_DAYS);
  }

  /// Deletes what expired since the last pass of this process. Returns when it is durable.
  synchronized void pass() {
    int live = firstLiveDay();
    if (live <= keptFrom) {
      return;
    }
    if (access.use(database -> hasMarksBefore(database, live))) {
      byte[] begin = new Key().marks(0).toBytes();
      byte[] end = new Key().marks(live).toBytes();
      await(saves.save(1, group -> group.deleteRange(Column.MARK, begin, end)));
      access.use(
          database -> {
            database.dropFiles(Column.MARK, begin, end);
            return null;
          });
    }
    keptFrom = live;
  }

  private static boolean hasMarksBefore(Database database, int day) throws RocksDBException {
    try (RocksIterator marks = database.iterate(Column.MARK)) {
      marks.seekToFirst();
      marks.status();
      return marks.isValid() && Key.dayOfMarkKey(marks.key()) < day;
    }
  }

  private static void await(CompletionStage<Void> saved) {
    try {
      saved.toCompletableFuture().join();
    } catch (CompletionException e) {
      throw e.getCause() instanceof StoreException store ? store : e;
    }
  }
}
