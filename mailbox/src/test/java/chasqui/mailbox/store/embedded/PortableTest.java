package chasqui.mailbox.store.embedded;

import static chasqui.mailbox.store.embedded.SampleData.NOON;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import chasqui.mailbox.store.Chat;
import chasqui.mailbox.store.StoreFixture;
import chasqui.mailbox.store.StoreOpenException;
import chasqui.mailbox.store.portable.DataSetTarget;
import chasqui.mailbox.store.portable.Exporter;
import chasqui.mailbox.store.portable.Importer;
import chasqui.mailbox.store.portable.PortableException;
import chasqui.mailbox.store.portable.Progress;
import chasqui.store.v1.DataSetRow;
import chasqui.store.v1.ExportedRow;
import chasqui.store.v1.ImportProgress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A data set leaves a store and comes into another, through a file.
class PortableTest {
  @TempDir Path folder;

  private Path data;
  private Path file;

  @BeforeEach
  void export() throws Exception {
    data = folder.resolve("data");
    file = folder.resolve("file");
    try (EmbeddedStore store = Stores.open(Stores.config(folder))) {
      SampleData.fill(store);
    }
    export(data, file);
  }

  @Test
  void every_kind_of_row_comes_through_and_the_second_export_has_the_bytes_of_the_first() throws Exception {
    Path other = folder.resolve("other");
    importInto(other, file, false);
    Path again = folder.resolve("again");
    export(other, again);
    assertArrayEquals(Files.readAllBytes(file), Files.readAllBytes(again));
    Map<ExportedRow.RowCase, Integer> kinds = new EnumMap<>(ExportedRow.RowCase.class);
    try (EmbeddedSource source = EmbeddedSource.open(other, () -> NOON)) {
      source.read(row -> kinds.merge(row.getRowCase(), 1, Integer::sum));
    }
    assertEquals(ExportedRow.RowCase.values().length - 1, kinds.size(), kinds.toString());
    assertEquals(SampleData.CHATS, kinds.get(ExportedRow.RowCase.CONVERSATION));
  }

  @Test
  void a_store_that_was_imported_goes_on_where_the_first_was() throws Exception {
    Path other = folder.resolve("other");
    importInto(other, file, false);
    try (EmbeddedStore store = Stores.open(EmbeddedStoreConfig.defaults(other, StoreFixture.SLOTS).withSpaceReserveBytes(0))) {
      String id = "chat-0";
      long head = SampleData.join(store.conversations().load(id)).orElseThrow().row().getHead();
      assertEquals(5, SampleData.join(store.conversations().findId(id, "alice", "phone", true, Chat.countedId(5))).orElseThrow());
      assertEquals(head - 1, SampleData.join(store.cursors().load("alice", "phone", List.of(id))).get(id).acked());
      Chat chat = new Chat(id, NOON, head);
      SampleData.commit(store, 1, chat.said("alice", "phone", "on"));
      assertEquals(head + 1, SampleData.join(store.conversations().load(id)).orElseThrow().row().getHead());
    }
  }

  @Test
  void an_import_that_was_cut_short_goes_on_and_no_node_opens_what_is_there_before() throws Exception {
    Path other = folder.resolve("other");
    try (EmbeddedTarget target = EmbeddedTarget.open(other, StoreFixture.SLOTS)) {
      assertThrows(IllegalStateException.class, () -> importer().into(new EndsAfter(target, 1), false, 0));
    }
    StoreOpenException unfinished = assertThrows(StoreOpenException.class,
        () -> Stores.open(EmbeddedStoreConfig.defaults(other, StoreFixture.SLOTS)).close());
    assertTrue(unfinished.getMessage().contains("import the same file again"), unfinished.getMessage());
    assertThrows(StoreOpenException.class, () -> EmbeddedSource.open(other, () -> NOON).close());

    Path changed = folder.resolve("changed");
    try (EmbeddedStore store = Stores.open(Stores.config(folder))) {
      SampleData.commit(store, 1, new Chat("new", NOON).created("zoe"));
    }
    export(data, changed);
    assertTrue(refused(other, changed).contains("another import was begun"), "an import of another file goes on");

    assertEquals(1, importInto(other, file, false).resumedAfter());
    export(other, folder.resolve("again"));
    assertArrayEquals(Files.readAllBytes(file), Files.readAllBytes(folder.resolve("again")));
  }

  @Test
  void marks_are_left_out_when_their_life_is_over() throws Exception {
    AtomicLong marks = new AtomicLong();
    try (EmbeddedSource source = EmbeddedSource.open(data, () -> NOON.plusSeconds(86_400L * 35))) {
      source.read(row -> marks.addAndGet(row.hasMark() && row.getMark().getSpan() < 20_513 + 35 - 40 ? 1 : 0));
    }
    assertEquals(0, marks.get());
  }

  @Test
  void a_damaged_file_is_refused_with_the_place_and_nothing_is_stored() throws Exception {
    byte[] whole = Files.readAllBytes(file);
    Path damaged = folder.resolve("damaged");
    Path other = folder.resolve("other");
    for (int at = 0; at < whole.length; at += Math.max(1, whole.length / 16)) {
      byte[] bytes = whole.clone();
      bytes[at] ^= 1;
      Files.write(damaged, bytes);
      String told = refused(other, damaged);
      assertTrue(told.contains("is damaged: ") || told.contains("is not an export"), at + ": " + told);
    }
    for (int length : new int[] {0, 7, 12, whole.length / 2, whole.length - 1}) {
      Files.write(damaged, java.util.Arrays.copyOf(whole, length));
      assertTrue(refused(other, damaged).contains("damaged") || length < 8);
    }
    bytesFollow(whole, damaged, other);
    try (EmbeddedTarget target = EmbeddedTarget.open(other, StoreFixture.SLOTS)) {
      assertEquals(Optional.empty(), target.begun());
    }
  }

  private void bytesFollow(byte[] whole, Path damaged, Path other) throws Exception {
    Files.write(damaged, java.util.Arrays.copyOf(whole, whole.length + 3));
    assertTrue(refused(other, damaged).endsWith("3 bytes follow the trailer"));
  }

  @Test
  void what_cannot_go_in_is_told_in_a_sentence() throws Exception {
    StoreOpenException full = assertThrows(StoreOpenException.class, () -> EmbeddedTarget.open(data, StoreFixture.SLOTS).close());
    assertTrue(full.getMessage().contains("holds a data set already"), full.getMessage());
    try (EmbeddedTarget target = EmbeddedTarget.open(folder.resolve("slots"), 32)) {
      String told = assertThrows(PortableException.class, () -> importer().into(target, false, 0)).getMessage();
      assertTrue(told.contains("exported with 64 slots, configured are 32"), told);
    }
    assertTrue(assertThrows(PortableException.class, () -> export(data, file)).getMessage().contains("is there already"));
    assertTrue(assertThrows(StoreOpenException.class, () -> EmbeddedSource.open(folder.resolve("none"), () -> NOON).close())
        .getMessage().startsWith("there is no data set in"));
    try (EmbeddedStore _ = Stores.open(Stores.config(folder))) {
      assertEquals(StoreOpenException.Reason.IN_USE,
          assertThrows(StoreOpenException.class, () -> EmbeddedSource.open(data, () -> NOON).close()).reason());
    }
  }

  @Test
  void raised_generations_are_above_all_that_were_given() throws Exception {
    Path other = folder.resolve("other");
    importInto(other, file, true);
    try (EmbeddedSource source = EmbeddedSource.open(other, () -> NOON)) {
      long first = source.dataSet().getFirstGeneration();
      assertEquals(NOON.toEpochMilli() / 900_000, first);
      source.read(row -> {
        if (row.hasConversation()) {
          assertEquals(first, row.getConversation().getRow().getGeneration());
        }
        assertFalse(row.hasDevice() && row.getDevice().getRow().getSyncedMicros() != 0, "a device skips its conversations");
        assertFalse(row.hasCursor() && row.getCursor().getGeneration() != 1, "a cursor says more than it knows");
      });
    }
  }

  private Importer importer() {
    return new Importer(file, Progress.NONE);
  }

  private static void export(Path data, Path file) throws Exception {
    try (EmbeddedSource source = EmbeddedSource.open(data, () -> NOON)) {
      Exporter.export(source, file, Progress.NONE);
    }
  }

  private static Importer.Imported importInto(Path data, Path file, boolean raise) throws Exception {
    try (EmbeddedTarget target = EmbeddedTarget.open(data, StoreFixture.SLOTS)) {
      return new Importer(file, Progress.NONE).into(target, raise, NOON.toEpochMilli());
    }
  }

  private static String refused(Path data, Path file) {
    return assertThrows(PortableException.class, () -> importInto(data, file, false)).getMessage();
  }

  /// Throws instead of storing more, like a process that is killed.
  private record EndsAfter(DataSetTarget target, long chunks) implements DataSetTarget {
    @Override
    public int slots() {
      return target.slots();
    }

    @Override
    public int schemaMax() {
      return target.schemaMax();
    }

    @Override
    public Optional<ImportProgress> begun() {
      return target.begun();
    }

    @Override
    public void store(List<ExportedRow> rows, ImportProgress progress) throws PortableException {
      if (progress.getChunk() > chunks) {
        throw new IllegalStateException("killed");
      }
      target.store(rows, progress);
    }

    @Override
    public void finish(DataSetRow dataSet) throws PortableException {
      target.finish(dataSet);
    }

    @Override
    public void close() {}
  }
}
