package chasqui.mailbox.store.embedded;

import static chasqui.mailbox.store.embedded.SampleData.NOON;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import chasqui.mailbox.store.Chat;
import chasqui.mailbox.store.StoreFixture;
import chasqui.mailbox.store.portable.PortableException;
import chasqui.mailbox.store.portable.Progress;
import chasqui.store.v1.ConversationRow;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A backup holds what was there at its moment, and what is restored is of a later generation.
class BackupsTest {
  @TempDir Path folder;

  private final Backups backups = new Backups(Progress.NONE, NOON.toEpochMilli());

  @Test
  void a_checkpoint_of_a_running_store_holds_what_was_committed_before_it_and_nothing_later() throws Exception {
    Path backup = folder.resolve("backup");
    Chat chat = new Chat("later", NOON);
    try (EmbeddedStore store = Stores.open(Stores.config(folder))) {
      SampleData.fill(store, 3);
      SampleData.commit(store, 1, chat.created("alice", "bob"));
      Path checkpoint = store.checkpoint();
      SampleData.commit(store, 2, chat.said("alice", "phone", "after"));
      backups.backUpCheckpoint(checkpoint, backup);
      assertFalse(Files.exists(checkpoint), "the checkpoint is left");
    }
    long generation = backups.restore(backup, folder.resolve("restored"), StoreFixture.SLOTS);
    try (EmbeddedStore store = open("restored")) {
      ConversationRow row = SampleData.join(store.conversations().load("later")).orElseThrow().row();
      assertEquals(1, row.getHead());
      assertEquals(generation, row.getGeneration());
      assertEquals(generation, store.dataSet().getFirstGeneration());
      assertEquals(0, SampleData.join(store.users().loadDevice("bob-1", "desk")).orElseThrow().getSyncedMicros());
      assertEquals(8, SampleData.join(store.users().loadDevice("alice", "phone")).orElseThrow().getRevokedMicros());
      assertEquals(1, SampleData.join(store.cursors().load("alice", "phone", List.of("chat-0"))).get("chat-0").generation());
    }
  }

  @Test
  void a_backup_that_is_restored_twice_gets_two_generations_and_so_does_a_copy_of_it_later() throws Exception {
    Path backup = stopped();
    long first = backups.restore(backup, folder.resolve("one"), StoreFixture.SLOTS);
    long second = backups.restore(backup, folder.resolve("two"), StoreFixture.SLOTS);
    assertEquals(NOON.toEpochMilli() / 900_000, first);
    assertEquals(first + 1, second);
    Files.delete(backup.resolve("restored"));
    long hourLater = new Backups(Progress.NONE, NOON.toEpochMilli() + 3_600_000)
        .restore(backup, folder.resolve("three"), StoreFixture.SLOTS);
    assertEquals(first + 4, hourLater);
  }

  @Test
  void a_backup_can_be_exported_and_is_still_whole_after_that() throws Exception {
    Path backup = stopped();
    try (EmbeddedSource source = EmbeddedSource.open(backup, () -> NOON)) {
      source.read(row -> {});
    }
    backups.restore(backup, folder.resolve("restored"), StoreFixture.SLOTS);
  }

  @Test
  void what_cannot_be_restored_is_told_in_a_sentence_and_leaves_no_data_set() throws Exception {
    Path backup = stopped();
    Path target = folder.resolve("target");
    assertTrue(refused(backup, target, 32).contains("has 64 slots, configured are 32"));
    assertTrue(refused(backup, folder.resolve("data"), StoreFixture.SLOTS).contains("holds a data set already"));
    assertTrue(assertThrows(PortableException.class, () -> backups.backUp(folder.resolve("data"), backup))
        .getMessage().contains("is there already"));
    Path table;
    try (var files = Files.list(backup.resolve("rocksdb"))) {
      table = files.filter(file -> file.toString().endsWith(".sst")).findFirst().orElseThrow();
    }
    byte[] bytes = Files.readAllBytes(table);
    bytes[bytes.length / 2] ^= 1;
    Files.write(table, bytes);
    assertTrue(refused(backup, target, StoreFixture.SLOTS).endsWith(table.getFileName() + " has a wrong sum"));
    Files.delete(table);
    assertTrue(refused(backup, target, StoreFixture.SLOTS).contains("is missing"));
    Files.delete(backup.resolve("backup"));
    assertTrue(refused(backup, target, StoreFixture.SLOTS).contains("is not a whole backup"));
    assertFalse(Database.exists(target.resolve("rocksdb")));
  }

  private Path stopped() throws Exception {
    try (EmbeddedStore store = Stores.open(Stores.config(folder))) {
      SampleData.fill(store, 3);
    }
    Path backup = folder.resolve("backup");
    backups.backUp(folder.resolve("data"), backup);
    return backup;
  }

  private EmbeddedStore open(String name) throws Exception {
    return Stores.open(EmbeddedStoreConfig.defaults(folder.resolve(name), StoreFixture.SLOTS).withSpaceReserveBytes(0));
  }

  private String refused(Path backup, Path target, int slots) {
    return assertThrows(PortableException.class, () -> backups.restore(backup, target, slots)).getMessage();
  }
}
