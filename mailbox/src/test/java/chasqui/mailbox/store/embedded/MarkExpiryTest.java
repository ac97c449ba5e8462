package chasqui.mailbox.store.embedded;

import static org.junit.jupiter.api.Assertions.assertEquals;

import chasqui.mailbox.store.Chat;
import chasqui.mailbox.store.CommitOutcome;
import chasqui.store.v1.JournalBatch;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rocksdb.RocksIterator;

/// Expired marks leave the disk, living ones stay.
class MarkExpiryTest {
  private static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");
  private static final int TODAY = (int) (NOON.getEpochSecond() / 86_400);

  @TempDir Path folder;

  private final AtomicReference<Instant> now = new AtomicReference<>(NOON);

  @Test
  void rows_of_expired_days_are_deleted_and_no_others() throws Exception {
    now.set(NOON.minus(Duration.ofDays(5)));
    try (EmbeddedStore store = Stores.open(Stores.config(folder), now::get)) {
      for (int daysAgo = 0; daysAgo <= 45; daysAgo++) {
        commit(store, new Chat("c" + daysAgo, NOON.minus(Duration.ofDays(daysAgo))));
      }
      now.set(NOON);
      store.expireMarks();
    }
    assertEquals(TODAY - 40, storedDays().getFirst());
    assertEquals(TODAY, storedDays().getLast());
    assertEquals(2 * 41, storedDays().size(), "one mark of each of two members a day");
  }

  @Test
  void a_day_that_passes_expires_one_more_day() throws Exception {
    try (EmbeddedStore store = Stores.open(Stores.config(folder), now::get)) {
      for (int daysAgo = 38; daysAgo <= 40; daysAgo++) {
        commit(store, new Chat("c" + daysAgo, NOON.minus(Duration.ofDays(daysAgo))));
      }
      store.expireMarks();
      now.set(NOON.plus(Duration.ofDays(1)));
      store.expireMarks();
      now.set(NOON);
      store.expireMarks();
    }
    assertEquals(List.of(TODAY - 39, TODAY - 39, TODAY - 38, TODAY - 38), storedDays());
  }

  @Test
  void an_opened_store_expires_by_itself() throws Exception {
    try (EmbeddedStore store = Stores.open(Stores.config(folder), now::get)) {
      commit(store, new Chat("c", NOON));
    }
    now.set(NOON.plus(Duration.ofDays(41)));
    long deadline = System.nanoTime() + Duration.ofSeconds(30).toNanos();
    while (!storedDays().isEmpty() && System.nanoTime() < deadline) {
      // The first pass runs right after opening, on its own thread, and closing waits for it.
      Stores.open(Stores.config(folder), now::get).close();
    }
    assertEquals(List.of(), storedDays());
  }

  private static void commit(EmbeddedStore store, Chat chat) {
    JournalBatch batch = JournalBatch.newBuilder().addCommits(chat.created("ann", "bob")).build();
    assertEquals(new CommitOutcome.Committed(), store.journal().commit(0, batch).toCompletableFuture().join());
  }

  /// The days of all mark rows, read past the store.
  private List<Integer> storedDays() throws Exception {
    List<Integer> days = new ArrayList<>();
    Health health = new Health((what, cause) -> {});
    Path path = folder.resolve("data").resolve("rocksdb");
    try (Database database = Database.open(path, Stores.config(folder), health::background);
        RocksIterator rows = database.iterate(Column.MARK)) {
      for (rows.seekToFirst(); rows.isValid(); rows.next()) {
        days.add(Key.dayOfMarkKey(rows.key()));
      }
    }
    return days;
  }
}
