package chasqui.mailbox.store.embedded;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import chasqui.mailbox.store.StoreException;
import chasqui.mailbox.store.StoreException.Reason;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Long reads wait in a bounded queue.
class ReadPoolTest {
  @TempDir Path folder;

  private DatabaseAccess access;

  @BeforeEach
  void openDatabase() throws Exception {
    NativeLibrary.load(folder.resolve("native"));
    Health health =
        new Health(
            (what, cause) -> {
              throw new AssertionError(what, cause);
            });
    Path path = Files.createDirectory(folder.resolve("rocksdb"));
    access = new DatabaseAccess(Database.open(path, Stores.config(folder), health::background), health);
  }

  @AfterEach
  void closeDatabase() {
    access.takeAway();
  }

  @Test
  void one_more_than_may_wait_is_refused_as_busy() {
    CompletableFuture<Void> release = new CompletableFuture<>();
    CompletableFuture<Void> holding = new CompletableFuture<>();
    try (ReadPool pool = new ReadPool(access, new EmbeddedStoreConfig.Queues(1, 1, 2))) {
      CompletionStage<Integer> held =
          pool.soon(
              database -> {
                holding.complete(null);
                release.join();
                return 1;
              });
      holding.orTimeout(30, TimeUnit.SECONDS).join();
      CompletionStage<Integer> second = pool.soon(database -> 2);
      CompletionStage<Integer> third = pool.soon(database -> 3);
      assertEquals(2, pool.waiting());
      assertEquals(Reason.BUSY, reason(pool.soon(database -> 4)));
      assertEquals(Integer.valueOf(5), join(pool.now(database -> 5)));
      release.complete(null);
      assertEquals(6, join(held) + join(second) + join(third));
    }
  }

  @Test
  void reads_that_wait_are_finished_before_the_pool_closes_and_later_ones_refused() {
    CompletionStage<Integer> read;
    ReadPool pool = new ReadPool(access, EmbeddedStoreConfig.Queues.DEFAULT);
    read = pool.soon(database -> 1);
    pool.close();
    assertEquals(Integer.valueOf(1), join(read));
    assertEquals(Reason.CLOSED, reason(pool.soon(database -> 2)));
  }

  private static <T> T join(CompletionStage<T> stage) {
    return stage.toCompletableFuture().orTimeout(30, TimeUnit.SECONDS).join();
  }

  private static Reason reason(CompletionStage<?> stage) {
    CompletionException failed = assertThrows(CompletionException.class, () -> join(stage));
    return assertInstanceOf(StoreException.class, failed.getCause()).reason();
  }
}
