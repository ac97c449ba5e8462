package chasqui.mailbox.store.embedded;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import chasqui.discovery.CrashPoints;
import chasqui.log.v1.Entry;
import chasqui.mailbox.store.Chat;
import chasqui.mailbox.store.CommitOutcome;
import chasqui.mailbox.store.StoreException;
import chasqui.mailbox.store.StoreOpenException;
import chasqui.mailbox.store.StoreOpenException.Reason;
import chasqui.store.v1.ConversationCommit;
import chasqui.store.v1.JournalBatch;
import chasqui.testkit.process.Await;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A byte that changed on the disk is found out, and never served.
class CorruptionTest {
  private static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");
  private static final int MESSAGES = 200;
  private static final int FLIPS_PER_FILE = 4;
  private static final long SEED = 20_260_301;

  @TempDir Path folder;

  private final List<String> fatal = new CopyOnWriteArrayList<>();

  @Test
  void a_flipped_byte_of_a_data_file_is_never_served() throws Exception {
    List<Entry> written = write();
    Path sound = Files.move(folder.resolve("data").resolve("rocksdb"), folder.resolve("sound"));
    Random random = new Random(SEED);
    int found = 0;
    for (Path file : files(sound, ".sst")) {
      for (int flip = 0; flip < FLIPS_PER_FILE; flip++) {
        Path copy = copy(sound, folder.resolve("data").resolve("rocksdb"));
        byte[] bytes = Files.readAllBytes(file);
        int at = random.nextInt(bytes.length);
        bytes[at] ^= (byte) (1 << random.nextInt(8));
        Files.write(copy.resolve(file.getFileName()), bytes);
        found += servesNothingElseThan(written, "byte " + at + " of " + file) ? 1 : 0;
        deleteAll(copy);
      }
    }
    assertTrue(found > 0, "no flip was found out");
  }

  /// True if the flip was found out; false if all was answered as written.
  private boolean servesNothingElseThan(List<Entry> written, String flip) {
    fatal.clear();
    try (EmbeddedStore store = open()) {
      assertEquals(written, read(store), flip);
      assertEquals(MESSAGES + 1L, join(store.conversations().load("c")).orElseThrow().row().getHead(), flip);
      assertEquals(MESSAGES + 1L, join(store.conversations().loadCounter("c", "ann", "phone")), flip);
      return false;
    } catch (StoreOpenException e) {
      return true;
    } catch (CompletionException e) {
      assertInstanceOf(StoreException.class, e.getCause(), flip);
      awaitTold();
      return true;
    }
  }

  @Test
  void after_a_checksum_that_does_not_hold_nothing_is_acked_or_answered() throws Exception {
    write();
    Path largest = files(".sst").getFirst();
    byte[] bytes = Files.readAllBytes(largest);
    for (int i = 0; i < bytes.length / 2; i += 50) {
      bytes[i] ^= 1;
    }
    Files.write(largest, bytes);
    try (EmbeddedStore store = open()) {
      assertThrows(CompletionException.class, () -> read(store));
      awaitTold();
      ConversationCommit commit = new Chat("d", NOON).created("ann", "bob");
      CommitOutcome outcome =
          store.journal().commit(0, JournalBatch.newBuilder().addCommits(commit).build()).toCompletableFuture().join();
      assertInstanceOf(CommitOutcome.Unknown.class, outcome);
      assertThrows(CompletionException.class, () -> join(store.users().loadUser("ann")));
      assertThrows(CompletionException.class, () -> join(store.cursors().save("ann", "phone", Map.of())));
    }
    assertEquals(1, fatal.size(), "told once: " + fatal);
  }

  @Test
  void a_log_damaged_in_the_middle_is_refused() throws Exception {
    writeAndDie();
    Path log = files(".log").getFirst();
    byte[] bytes = Files.readAllBytes(log);
    bytes[bytes.length / 3] ^= 1;
    Files.write(log, bytes);
    assertEquals(Reason.CORRUPT, assertThrows(StoreOpenException.class, this::open).reason());
  }

  @Test
  void a_log_whose_last_record_was_cut_off_is_read_up_to_it() throws Exception {
    writeAndDie();
    Path log = files(".log").getFirst();
    byte[] bytes = Files.readAllBytes(log);
    Files.write(log, Arrays.copyOf(bytes, bytes.length - 20));
    try (EmbeddedStore store = open()) {
      assertEquals(MESSAGES, read(store).size(), "all but the entry of the last batch");
    }
  }

  /// A read may fail just before the thread that found the damage has told of it.
  private void awaitTold() {
    Await.until(Duration.ofSeconds(30), "the damage is told", () -> !fatal.isEmpty());
    assertEquals(1, fatal.size(), "told once: " + fatal);
  }

  /// Writes a conversation into data files and gives its entries.
  private List<Entry> write() throws Exception {
    try (EmbeddedStore store = open()) {
      commitAll(store);
      return read(store);
    }
  }

  /// The same, ended by a copy of the files of a store that is still open: what a crash leaves.
  private void writeAndDie() throws Exception {
    Path living = folder.resolve("living");
    try (EmbeddedStore store = EmbeddedStore.open(Stores.config(living), surroundings())) {
      commitAll(store);
      copy(living.resolve("data").resolve("rocksdb"), folder.resolve("data").resolve("rocksdb"));
    }
  }

  private static void commitAll(EmbeddedStore store) {
    Chat chat = new Chat("c", NOON);
    commit(store, chat.created("ann", "bob"));
    for (int i = 0; i < MESSAGES; i++) {
      commit(store, chat.said("ann", "phone", "text " + i));
    }
  }

  private static void commit(EmbeddedStore store, ConversationCommit commit) {
    CommitOutcome outcome =
        store.journal().commit(0, JournalBatch.newBuilder().addCommits(commit).build()).toCompletableFuture().join();
    assertEquals(new CommitOutcome.Committed(), outcome);
  }

  private static List<Entry> read(EmbeddedStore store) {
    return join(store.conversations().readLog("c", 0, MESSAGES + 9, 10_000, 1 << 24, false));
  }

  private static <T> T join(CompletionStage<T> stage) {
    return stage.toCompletableFuture().orTimeout(120, TimeUnit.SECONDS).join();
  }

  private EmbeddedStore open() throws StoreOpenException {
    return EmbeddedStore.open(Stores.config(folder), surroundings());
  }

  private Surroundings surroundings() {
    return Stores.surroundings(() -> NOON, (what, cause) -> fatal.add(what), CrashPoints.NONE, () -> Long.MAX_VALUE);
  }

  private static Path copy(Path from, Path to) throws IOException {
    Files.createDirectories(to);
    try (Stream<Path> files = Files.list(from)) {
      for (Path file : files.toList()) {
        Files.copy(file, to.resolve(file.getFileName()));
      }
    }
    return to;
  }

  private static void deleteAll(Path flat) throws IOException {
    try (Stream<Path> files = Files.list(flat)) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
    }
  }

  private List<Path> files(String suffix) throws IOException {
    return files(folder.resolve("data").resolve("rocksdb"), suffix);
  }

  /// The largest first.
  private static List<Path> files(Path directory, String suffix) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files
          .filter(file -> file.toString().endsWith(suffix))
          .sorted(Comparator.comparingLong((Path file) -> file.toFile().length()).reversed())
          .toList();
    }
  }
}
