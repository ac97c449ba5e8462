package chasqui.drills.mesh.process;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MergedLogTest {

  @Test
  void linesAreNamedKeptAndShownFromALevelOn(@TempDir Path folder) throws Exception {
    List<String> shown = new ArrayList<>();
    try (MergedLog log = new MergedLog(folder, LogLevel.WARN, shown::add)) {
      log.of("edge-1").accept("12:00:00.000 WARN  before anybody looks");
      log.show();
      log.of("edge-1").accept("12:00:00.001 INFO  chasqui.node serving");
      log.of("edge-1").accept("12:00:00.002 WARN  chasqui.edge strange");
      log.of("mailbox-1").accept("12:00:00.003 ERROR chasqui.mailbox bad");
      log.of("mailbox-1").accept("    at some.Class(File.java)");
      log.of("envoy").accept("[2026-01-01 12:00:00.004][12][info][main] starting");
      log.of("edge-1").accept("12:00:00.005 WARN  \u001b[31mred");
    }
    assertEquals(List.of(
        "edge-1      12:00:00.002 WARN  chasqui.edge strange", "mailbox-1   12:00:00.003 ERROR chasqui.mailbox bad",
        "mailbox-1       at some.Class(File.java)", "edge-1      12:00:00.005 WARN  ?[31mred"), shown);
    assertEquals(7, Files.readAllLines(folder.resolve("mesh.log")).size());
    assertEquals(2, Files.readAllLines(folder.resolve("mailbox-1.log")).size());
  }

  @Test
  void theTailIsThatOfOnePart(@TempDir Path folder) {
    try (MergedLog log = new MergedLog(folder, LogLevel.INFO, _ -> { })) {
      List.of("a", "b", "c").forEach(log.of("etcd"));
      log.of("edge-1").accept("d");
      assertEquals(List.of("b", "c"), log.tail("etcd", 2));
      assertEquals(List.of(), log.tail("nobody", 2));
    }
  }

  @Test
  void everyonesWordsForALevelAreKnown() {
    assertEquals(LogLevel.ERROR, LogLevel.of("[2026-01-01 12:00:00.004][12][critical][main] x", LogLevel.INFO));
    assertEquals(LogLevel.WARN, LogLevel.of("{\"level\":\"warn\",\"ts\":\"2026\"}", LogLevel.INFO));
    assertEquals(LogLevel.ERROR, LogLevel.of("2026-01-01 12:00:00.000000 C | etcdmain: x", LogLevel.INFO));
    assertEquals(LogLevel.INFO, LogLevel.of("INFO  12:00:00.000 Server Starting listening for CQL clients", LogLevel.WARN));
    assertEquals(LogLevel.WARN, LogLevel.of("no level here", LogLevel.WARN));
    // A word far inside is what the line tells of, not its level.
    assertEquals(LogLevel.INFO, LogLevel.of("12:00:00.000 INFO  " + "x".repeat(80) + " ERROR", LogLevel.INFO));
  }
}
