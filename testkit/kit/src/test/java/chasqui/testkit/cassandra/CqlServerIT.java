package chasqui.testkit.cassandra;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// The server starts, can be killed, paused and started again, and leaves nothing.
class CqlServerIT {

  @Test
  @Timeout(value = 10, unit = TimeUnit.MINUTES)
  void a_node_is_killed_and_starts_again_on_its_data_and_leaves_nothing() {
    Path data;
    ProcessHandle process;
    try (CqlServer server = CqlServer.ofOurs(1, 512)) {
      CqlNode node = server.nodes().getFirst();
      node.kill();
      assertFalse(answers(server));
      node.start();
      node.awaitCql();
      node.pause();
      assertFalse(answers(server));
      node.resume();
      node.awaitCql();
      process = ProcessHandle.of(node.pid()).orElseThrow();
      data = process.info().arguments()
          .flatMap(words -> Arrays.stream(words).filter(word -> word.startsWith("-Dcassandra.storagedir=")).findFirst())
          .map(word -> Path.of(word.substring(word.indexOf('=') + 1))).orElseThrow();
      assertTrue(Files.isDirectory(data.resolve("commitlog")));
      assertEquals(1, server.contactPoints().split(",").length);
    }
    assertFalse(process.isAlive());
    assertFalse(Files.exists(data));
  }

  private static boolean answers(CqlServer server) {
    String[] point = server.contactPoints().split(":");
    return NativeProtocol.answers(point[0], Integer.parseInt(point[1]));
  }
}
