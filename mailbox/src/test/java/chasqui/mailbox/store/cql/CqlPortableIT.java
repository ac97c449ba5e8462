package chasqui.mailbox.store.cql;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import chasqui.discovery.CrashPoints;
import chasqui.log.v1.Entry;
import chasqui.mailbox.store.Chat;
import chasqui.mailbox.store.StoreFixture;
import chasqui.mailbox.store.StoreOpenException;
import chasqui.mailbox.store.embedded.EmbeddedSource;
import chasqui.mailbox.store.embedded.EmbeddedStore;
import chasqui.mailbox.store.embedded.EmbeddedStoreConfig;
import chasqui.mailbox.store.embedded.EmbeddedTarget;
import chasqui.mailbox.store.embedded.SampleData;
import chasqui.mailbox.store.portable.Exporter;
import chasqui.mailbox.store.portable.Importer;
import chasqui.mailbox.store.portable.PortableException;
import chasqui.mailbox.store.portable.Progress;
import chasqui.store.v1.ConversationCommit;
import chasqui.store.v1.ConversationRow;
import chasqui.store.v1.ExportedRow;
import chasqui.store.v1.ImportProgress;
import chasqui.store.v1.IncarnationRow;
import io.opentelemetry.api.OpenTelemetry;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/// A data set moves from the embedded store to CQL and back, through a file, on a real server.
@ExtendWith(CqlExtension.class)
class CqlPortableIT {

  @TempDir Path folder;

  private final CqlStoreConfig config = CqlExtension.emptyConfig();
  private Path file;

  @BeforeEach
  void export() throws Exception {
    file = folder.resolve("file");
    Path data = folder.resolve("data");
    EmbeddedStoreConfig embedded = EmbeddedStoreConfig.defaults(data, StoreFixture.SLOTS).withSpaceReserveBytes(0);
    try (EmbeddedStore store = EmbeddedStore.open(embedded, () -> SampleData.NOON, new SecureRandom(),
        OpenTelemetry.noop().getMeter("test"), (what, cause) -> { }, CrashPoints.NONE)) {
      SampleData.fill(store);
    }
    export(data, file);
  }

  private static void export(Path data, Path file) throws Exception {
    try (EmbeddedSource source = EmbeddedSource.open(data, () -> SampleData.NOON)) {
      Exporter.export(source, file, Progress.NONE);
    }
  }

  private static CqlTables.Surroundings surroundings() {
    return CqlExtension.surroundings(() -> SampleData.NOON);
  }

  private CqlTarget target() throws Exception {
    return CqlTarget.open(config, StoreFixture.SLOTS, surroundings());
  }

  private CqlTables tables() throws Exception {
    return CqlExtension.open(config, StoreFixture.SLOTS, () -> SampleData.NOON);
  }

  private Importer.Imported importInto(CqlTarget target) throws Exception {
    return new Importer(file, Progress.NONE).into(target, false, 0);
  }

  @Test
  void what_went_into_cql_comes_out_with_the_same_bytes_and_goes_on_there() throws Exception {
    try (CqlTarget target = target()) {
      assertEquals(0, importInto(target).resumedAfter());
    }
    Path back = folder.resolve("back");
    try (CqlSource source = CqlSource.open(config, StoreFixture.SLOTS, surroundings());
        EmbeddedTarget sorted = EmbeddedTarget.open(back, StoreFixture.SLOTS)) {
      source.copyInto(sorted, Progress.NONE);
    }
    export(back, folder.resolve("again"));
    assertArrayEquals(Files.readAllBytes(file), Files.readAllBytes(folder.resolve("again")));

    try (CqlTables tables = tables()) {
      String id = "chat-0";
      ConversationRow row = SampleData.join(tables.conversations().load(id)).orElseThrow().row();
      assertEquals(5, SampleData.join(
          tables.conversations().findId(id, "alice", "phone", true, Chat.countedId(5))).orElseThrow());
      assertEquals(row.getHead() - 1, SampleData.join(tables.cursors().load("alice", "phone", List.of(id))).get(id).acked());
      // What is committed from now on stands above all that was imported.
      ConversationCommit next = new Chat(id, SampleData.NOON.plusSeconds(9), row.getHead()).said("alice", "phone", "on");
      SampleData.join(tables.commits().apply(next));
      assertEquals(row.getHead() + 1, SampleData.join(tables.conversations().load(id)).orElseThrow().row().getHead());
      assertEquals(row.getHead() + 1, SampleData.join(tables.conversations().loadCounter(id, "alice", "phone")));
      List<Entry> read = SampleData.join(
          tables.conversations().readLog(id, row.getHead() - 1, row.getHead() + 1, 9, 1 << 20, false));
      assertEquals(2, read.size());
    }
  }

  @Test
  void an_import_that_was_cut_short_goes_on_and_no_node_opens_what_is_there_before() throws Exception {
    try (CqlTarget target = target()) {
      target.store(List.of(ExportedRow.getDefaultInstance().toBuilder()
          .setUser(chasqui.store.v1.ExportedUser.newBuilder().setUserId("u")).build()),
          ImportProgress.newBuilder().setChunk(1).build());
    }
    StoreOpenException unfinished = assertThrows(StoreOpenException.class, () -> tables().close());
    assertTrue(unfinished.getMessage().contains("import the same file again"), unfinished.getMessage());
    try (CqlTarget target = target()) {
      assertEquals(1, target.begun().orElseThrow().getChunk());
      assertTrue(assertThrows(PortableException.class, () -> importInto(target)).getMessage().contains("another import"));
    }
  }

  @Test
  void a_keyspace_with_a_data_set_takes_none_and_one_whose_mailbox_runs_gives_none() throws Exception {
    try (CqlTables tables = tables()) {
      SampleData.join(tables.incarnations().add(IncarnationRow.newBuilder()
          .setIncarnation("life-1").setNodeId("mailbox-1").setStripes(4).build()));
      assertTrue(assertThrows(StoreOpenException.class, () -> target().close()).getMessage().contains("holds a data set already"));
      StoreOpenException running = assertThrows(
          StoreOpenException.class, () -> CqlSource.open(config, StoreFixture.SLOTS, surroundings()).close());
      assertTrue(running.getMessage().startsWith("the mailbox node mailbox-1 (incarnation life-1) runs"), running.getMessage());
      SampleData.join(tables.incarnations().markReplayed("life-1"));
      CqlSource.open(config, StoreFixture.SLOTS, surroundings()).close();
    }
  }
}
