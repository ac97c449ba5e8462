package chasqui.mailbox.store.embedded;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import chasqui.mailbox.store.Chat;
import chasqui.mailbox.store.CommitOutcome;
import chasqui.mailbox.store.StoreFixture;
import chasqui.mailbox.store.StoreOpenException;
import chasqui.mailbox.store.StoreOpenException.Reason;
import chasqui.mailbox.store.UserStore.Moved;
import chasqui.mailbox.store.UserStore.Span;
import chasqui.mailbox.store.WatermarkStore.Delivered;
import chasqui.mailbox.store.WatermarkStore.Read;
import chasqui.mailbox.store.WatermarkStore.Watermark;
import chasqui.store.v1.ConversationCommit;
import chasqui.store.v1.DataSetRow;
import chasqui.store.v1.JournalBatch;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rocksdb.ColumnFamilyDescriptor;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.DBOptions;
import org.rocksdb.Options;
import org.rocksdb.RocksDB;
import org.rocksdb.WriteBatch;

/// Which data sets are opened, which are refused, and that opening and closing leaves nothing behind.
class OpeningTest {
  private static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");

  @TempDir Path folder;

  @Test
  void a_second_opening_is_refused_and_told_who_holds_the_data() throws Exception {
    try (EmbeddedStore store = Stores.open(Stores.config(folder))) {
      StoreOpenException refused = refusal(Stores.config(folder));
      assertEquals(Reason.IN_USE, refused.reason());
      assertTrue(refused.getMessage().contains("(" + ProcessHandle.current().pid() + ")"), refused.getMessage());
      Path other = folder.resolve("data").resolve("..").resolve("data");
      assertEquals(Reason.IN_USE, assertThrows(StoreOpenException.class, () -> DataFolder.lock(other)).reason());
      assertEquals(StoreFixture.SLOTS, store.dataSet().getSlots());
    }
    Stores.open(Stores.config(folder)).close();
  }

  @Test
  void a_newer_schema_is_refused() throws Exception {
    DataSetRow row = create();
    rewrite(row.toBuilder().setSchemaVersion(DataSet.SCHEMA_VERSION + 1).build());
    StoreOpenException refused = refusal(Stores.config(folder));
    assertEquals(Reason.NEWER_SCHEMA, refused.reason());
    assertTrue(refused.getMessage().contains("schema " + (DataSet.SCHEMA_VERSION + 1)), refused.getMessage());
    rewrite(row);
    Stores.open(Stores.config(folder)).close();
  }

  @Test
  void a_newer_schema_with_other_column_families_is_refused_and_left_alone() throws Exception {
    DataSetRow row = create();
    rewrite(row.toBuilder().setSchemaVersion(7).build());
    addColumnFamily("reactions");
    assertEquals(Reason.NEWER_SCHEMA, refusal(Stores.config(folder)).reason());
    assertTrue(Database.columnNames(database()).contains("reactions"));
  }

  @Test
  void an_older_schema_is_opened_and_raised() throws Exception {
    DataSetRow row = create();
    rewrite(row.toBuilder().setSchemaVersion(1).build());
    dropColumnFamily("change");
    dropColumnFamily("watermark");
    Chat chat = new Chat("c", NOON);
    try (EmbeddedStore store = Stores.open(Stores.config(folder))) {
      assertEquals(row, store.dataSet());
      JournalBatch batch = JournalBatch.newBuilder()
          .addCommits(chat.created("ann", "bob")).build();
      assertEquals(new CommitOutcome.Committed(), store.journal().commit(0, batch).toCompletableFuture().join());
      JournalBatch deletion = JournalBatch.newBuilder().addCommits(chat.deleted("ann", 1)).build();
      assertEquals(new CommitOutcome.Committed(), store.journal().commit(0, deletion).toCompletableFuture().join());
      assertEquals(1, store.conversations().readChanges("c", 0, 1, 9, false).toCompletableFuture().join().rows().size());
      Watermark read = new Watermark(new Delivered(1, 2), new Read(1, 2, 1, 1, 0));
      store.watermarks().save("ann", Map.of("c", read)).toCompletableFuture().join();
      assertEquals(Map.of("ann", read), store.watermarks().load("c", List.of("ann")).toCompletableFuture().join());
    }
    assertEquals(row.getSchemaVersion(), DataSet.parse(Database.peek(database(), DataSet.KEY)).getSchemaVersion());
  }

  @Test
  void a_data_set_without_lasting_marks_is_given_those_of_the_newest_entries() throws Exception {
    DataSetRow row = create();
    int day = (int) Math.floorDiv(NOON.getEpochSecond(), 86_400);
    Chat chat = new Chat("c", NOON.minus(Duration.ofDays(100)));
    try (EmbeddedStore store = Stores.open(Stores.config(folder))) {
      for (ConversationCommit commit : List.of(
          chat.created("ann", "bob", "eve"), chat.at(NOON.minus(Duration.ofDays(50))).left("eve"),
          chat.at(NOON).said("ann", "phone", "still here"))) {
        JournalBatch batch = JournalBatch.newBuilder().addCommits(commit).build();
        assertEquals(new CommitOutcome.Committed(), store.journal().commit(0, batch).toCompletableFuture().join());
      }
    }
    rewrite(row.toBuilder().setSchemaVersion(2).build());
    dropColumnFamily("lasting_mark");
    for (int opening = 0; opening < 2; opening++) {
      try (EmbeddedStore store = Stores.open(Stores.config(folder))) {
        assertEquals(List.of(new Moved(Span.periodOf(day), List.of("c"))), periods(store, "ann", day));
        assertEquals(List.of(new Moved(Span.periodOf(day - 50), List.of("c"))), periods(store, "eve", day));
      }
    }
  }

  private static List<Moved> periods(EmbeddedStore store, String userId, int day) {
    return store.users().listActivity(userId, Span.periodOf(day), "", day, 9).toCompletableFuture().join();
  }

  @Test
  void another_number_of_slots_is_refused() throws Exception {
    create();
    EmbeddedStoreConfig other =
        new EmbeddedStoreConfig(
            folder.resolve("data"), 128, 4, true, 0, Stores.config(folder).memory(), EmbeddedStoreConfig.Queues.DEFAULT);
    StoreOpenException refused = refusal(other);
    assertEquals(Reason.OTHER_SLOTS, refused.reason());
    assertTrue(refused.getMessage().contains("64") && refused.getMessage().contains("128"), refused.getMessage());
  }

  @Test
  void a_database_of_somebody_else_is_refused() throws Exception {
    Path path = Files.createDirectories(database());
    NativeLibrary.load(folder.resolve("native"));
    try (Options options = new Options().setCreateIfMissing(true);
        RocksDB rocks = RocksDB.open(options, path.toString())) {
      rocks.put("a".getBytes(StandardCharsets.UTF_8), new byte[1]);
    }
    assertEquals(Reason.NOT_A_DATA_SET, refusal(Stores.config(folder)).reason());
  }

  @Test
  void a_creation_that_was_cut_short_is_done_again() throws Exception {
    Files.createDirectories(database());
    NativeLibrary.load(folder.resolve("native"));
    Health health = new Health((what, cause) -> {});
    Database.open(database(), Stores.config(folder), health::background).close();
    try (EmbeddedStore store = Stores.open(Stores.config(folder))) {
      assertEquals(32, store.dataSet().getConversationIdKey().size());
    }
  }

  @Test
  void the_data_is_for_its_owner_only() throws Exception {
    create();
    assertEquals("rwx------", PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve("data"))));
  }

  @Test
  void a_folder_that_cannot_be_made_is_refused() throws Exception {
    Files.writeString(folder.resolve("data"), "a file");
    assertEquals(Reason.UNREADABLE, refusal(Stores.config(folder)).reason());
  }

  @Test
  void a_hundred_openings_leave_no_file_and_no_thread() throws Exception {
    Chat chat = new Chat("c", NOON);
    create();
    long files = openFiles();
    long threads = Thread.getAllStackTraces().size();
    for (int i = 0; i < 100; i++) {
      try (EmbeddedStore store = Stores.open(Stores.config(folder))) {
        JournalBatch batch =
            JournalBatch.newBuilder()
                .addCommits(i == 0 ? chat.created("ann", "bob") : chat.said("ann", "phone", "text " + i))
                .build();
        assertEquals(new CommitOutcome.Committed(), store.journal().commit(0, batch).toCompletableFuture().join());
        assertEquals(i + 1, store.conversations().load("c").toCompletableFuture().join().orElseThrow().row().getHead());
      }
    }
    assertTrue(openFiles() <= files + 2, openFiles() + " open files, before " + files);
    assertTrue(Thread.getAllStackTraces().size() <= threads + 2, Thread.getAllStackTraces().keySet().toString());
  }

  private DataSetRow create() throws Exception {
    try (EmbeddedStore store = Stores.open(Stores.config(folder))) {
      return store.dataSet();
    }
  }

  private Path database() {
    return folder.resolve("data").resolve("rocksdb");
  }

  private void rewrite(DataSetRow row) throws Exception {
    Health health = new Health((what, cause) -> {});
    try (Database database = Database.open(database(), Stores.config(folder), health::background);
        WriteBatch batch = new WriteBatch()) {
      batch.put(database.handle(Column.DATA_SET), DataSet.KEY, row.toByteArray());
      database.writeSynced(batch);
    }
  }

  private void addColumnFamily(String name) throws Exception {
    try (Options options = new Options()) {
      var descriptors =
          RocksDB.listColumnFamilies(options, database().toString()).stream().map(ColumnFamilyDescriptor::new).toList();
      var handles = new ArrayList<ColumnFamilyHandle>();
      try (var databaseOptions = new DBOptions();
          RocksDB rocks = RocksDB.open(databaseOptions, database().toString(), descriptors, handles)) {
        rocks.createColumnFamily(new ColumnFamilyDescriptor(name.getBytes(StandardCharsets.UTF_8))).close();
      }
    }
  }

  private void dropColumnFamily(String name) throws Exception {
    try (Options options = new Options()) {
      var descriptors =
          RocksDB.listColumnFamilies(options, database().toString()).stream().map(ColumnFamilyDescriptor::new).toList();
      var handles = new ArrayList<ColumnFamilyHandle>();
      try (var databaseOptions = new DBOptions();
          RocksDB rocks = RocksDB.open(databaseOptions, database().toString(), descriptors, handles)) {
        for (int i = 0; i < handles.size(); i++) {
          if (new String(descriptors.get(i).getName(), StandardCharsets.UTF_8).equals(name)) {
            rocks.dropColumnFamily(handles.get(i));
          }
          handles.get(i).close();
        }
      }
    }
  }

  private static StoreOpenException refusal(EmbeddedStoreConfig config) {
    return assertThrows(StoreOpenException.class, () -> Stores.open(config));
  }

  private static long openFiles() throws IOException {
    try (Stream<Path> descriptors = Files.list(Path.of("/proc/self/fd"))) {
      return descriptors.count();
    }
  }
}
