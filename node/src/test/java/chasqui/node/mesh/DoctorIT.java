package chasqui.node.mesh;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import chasqui.node.CommandRun;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The doctor on a data folder that has been used, and on one in use.
class DoctorIT {

  @TempDir
  private Path folder;

  @Test
  void a_data_set_is_looked_into_unless_a_node_has_it_open() throws Exception {
    Path data = folder.resolve("data");
    try (MeshFixture mesh = MeshFixture.start(data)) {
      mesh.direct("alice", "bob");
      CommandRun during = doctor(data);
      assertEquals(0, during.exit(), during.out());
      assertTrue(line(during, "store").contains("open in the node that runs"), during.out());
      assertTrue(line(during, "data lock").contains("process " + ProcessHandle.current().pid()), during.out());
    }
    CommandRun after = doctor(data);
    assertEquals(0, after.exit(), after.out());
    assertTrue(line(after, "store").contains("opens: schema 3, 1024 slots"), after.out());
  }

  @Test
  void what_is_no_data_set_is_a_failure() throws Exception {
    Path data = folder.resolve("data");
    Files.createDirectories(data.resolve("rocksdb"));
    Files.writeString(data.resolve("rocksdb/CURRENT"), "MANIFEST-000404\n");
    CommandRun run = doctor(data);
    assertEquals(1, run.exit(), run.out());
    assertTrue(line(run, "store").startsWith("FAIL"), run.out());
  }

  private CommandRun doctor(Path data) throws Exception {
    Path file = Files.writeString(folder.resolve("chasqui.properties"), "edge.port = 0\nops.port = 0\n");
    return CommandRun.of("doctor", "--data", data.toString(), "--config", file.toString());
  }

  private static String line(CommandRun run, String what) {
    return run.out().lines().filter(line -> line.contains(" " + what + " ")).findFirst().orElseThrow(() -> new AssertionError(run.out()));
  }
}
