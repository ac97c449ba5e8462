package chasqui.mailbox.store.embedded;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import chasqui.mailbox.store.StoreFixture;
import chasqui.mailbox.store.StoreOpenException;
import chasqui.mailbox.store.StoreOpenException.Reason;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// One process at a time has a data set.
class SecondProcessIT {
  @TempDir Path folder;

  @Test
  void a_second_process_is_refused_and_told_who_holds_the_data() throws Exception {
    try (EmbeddedStore store = Stores.open(Stores.config(folder))) {
      // A refused try of this process must not loosen the lock against others.
      assertEquals(Reason.IN_USE, assertThrows(StoreOpenException.class, () -> Stores.open(Stores.config(folder))).reason());
      List<String> lines = said(openElsewhere());
      assertTrue(lines.getFirst().startsWith("refused IN_USE"), lines.toString());
      assertTrue(lines.getFirst().contains("process " + ProcessHandle.current().pid()), lines.toString());
      assertEquals(StoreFixture.SLOTS, store.dataSet().getSlots(), "the holder goes on");
    }
    assertEquals("open", said(openElsewhere()).getFirst());
  }

  @Test
  void the_data_of_a_killed_process_is_free_at_once() throws Exception {
    try (ChildJvm child = ChildJvm.start(CommitLoop.class, folder.toString(), "1000000", "sync", "halt")) {
      child.awaitLines(said -> said.contains("open"));
      StoreOpenException refused =
          assertThrows(StoreOpenException.class, () -> Stores.open(Stores.config(folder)));
      assertEquals(Reason.IN_USE, refused.reason());
      assertTrue(refused.getMessage().contains("process " + child.pid()), refused.getMessage());
      child.kill();
      child.awaitEnd();
    }
    Stores.open(Stores.config(folder)).close();
  }

  private List<String> openElsewhere() throws Exception {
    try (ChildJvm child = ChildJvm.start(CommitLoop.class, folder.toString(), "1", "sync", "halt")) {
      return child.awaitEnd();
    }
  }

  /// What the child itself says, without its log.
  private static List<String> said(List<String> lines) {
    return lines.stream().filter(line -> line.startsWith("refused ") || line.equals("open")).toList();
  }
}
