package chasqui.mailbox.store.embedded;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What a trace of system calls shows: a sync that fails ends the process without an ack, and every ack has its sync.
/// Needs `strace` and the right to trace.
class FailingSyncIT {
  @TempDir Path folder;

  @BeforeAll
  static void traceable() throws Exception {
    boolean works;
    try {
      Process process = new ProcessBuilder("strace", "-o", "/dev/null", "true").redirectErrorStream(true).start();
      works = process.waitFor(10, TimeUnit.SECONDS) && process.exitValue() == 0;
    } catch (IOException e) {
      works = false;
    }
    if (!works) {
      System.err.println("NOT RUN: FailingSyncIT needs strace and the right to trace a child");
    }
    Assumptions.assumeTrue(works, "strace does not work here");
  }

  @Test
  void a_failed_sync_ends_the_process_without_an_ack() throws Exception {
    List<String> lines = runWithFailingSync("halt", CommitLoop.HALTED);
    assertEquals("fatal", lines.getLast().split(" ")[0], lines.toString());
  }

  @Test
  void after_a_failed_sync_nothing_is_acked_even_if_the_process_lives_on() throws Exception {
    List<String> lines = runWithFailingSync("go-on", 0);
    int fatal = lines.indexOf(lines.stream().filter(line -> line.startsWith("fatal ")).findFirst().orElseThrow());
    List<String> after = lines.subList(fatal + 1, lines.size());
    assertTrue(after.stream().anyMatch(line -> line.startsWith("unknown ")), lines.toString());
    assertFalse(after.stream().anyMatch(line -> line.startsWith("ack ")), lines.toString());
    assertFalse(after.stream().anyMatch(line -> line.startsWith("full ")), lines.toString());
    assertFalse(after.stream().anyMatch(line -> line.startsWith("fatal ")), "told twice: " + lines);
  }

  private List<String> runWithFailingSync(String atFatal, int exitStatus) throws Exception {
    // Counted by thread: the committer's 30th sync.
    List<String> strace =
        List.of(
            "strace", "-f", "-qq", "-o", "/dev/null", "-e", "trace=fdatasync,fsync",
            "-e", "inject=fdatasync,fsync:error=EIO:when=30");
    List<String> lines;
    try (ChildJvm child = ChildJvm.startUnder(strace, CommitLoop.class, folder.toString(), "200", "sync", atFatal)) {
      lines = child.awaitEnd();
      assertEquals(exitStatus, child.exitStatus(), lines.toString());
    }
    assertTrue(lines.stream().filter(line -> line.startsWith("ack ")).count() >= 20, lines.toString());
    try (EmbeddedStore store = Stores.open(Stores.config(folder))) {
      for (int stripe = 0; stripe < CommitLoop.STRIPES; stripe++) {
        String acked = "ack " + stripe + " ";
        long head =
            lines.stream()
                .filter(line -> line.startsWith(acked))
                .mapToLong(line -> Long.parseLong(line.substring(acked.length())))
                .max()
                .orElse(0);
        long stored =
            store.conversations().load("stripe " + stripe).toCompletableFuture().join().orElseThrow().row().getHead();
        assertTrue(stored >= head, "stripe " + stripe + " has " + stored + ", acked was " + head);
      }
    }
    return lines;
  }

  @Test
  void every_ack_follows_a_sync_of_its_own_group() throws Exception {
    assertEquals(0, acksBeforeTheirSync("sync"));
  }

  @Test
  void the_trace_notices_when_syncs_are_off() throws Exception {
    assertTrue(acksBeforeTheirSync("nosync") > 0);
  }

  /// Reads the trace in order: a write of `sent` makes a batch wait, a sync that begins after it covers it, a write of
  /// `ack` must find it covered.
  private long acksBeforeTheirSync(String sync) throws Exception {
    Path trace = folder.resolve("trace");
    List<String> strace =
        List.of("strace", "-f", "-qq", "-s", "64", "-o", trace.toString(), "-e", "trace=fdatasync,fsync,write");
    try (ChildJvm child = ChildJvm.startUnder(strace, CommitLoop.class, folder.toString(), "60", sync, "halt")) {
      List<String> lines = child.awaitEnd();
      assertEquals("done", lines.getLast());
    }
    return countUncovered(Files.readAllLines(trace));
  }

  private static long countUncovered(List<String> trace) {
    List<String> waiting = new ArrayList<>();
    List<String> syncing = new ArrayList<>();
    long uncovered = 0;
    long acks = 0;
    for (String line : trace) {
      if (line.contains("write(1, \"sent ")) {
        waiting.add(said(line, "sent "));
      } else if (line.contains("fdatasync(")) {
        syncing.clear();
        syncing.addAll(waiting);
        if (!line.contains("unfinished")) {
          waiting.removeAll(syncing);
        }
      } else if (line.contains("fdatasync resumed")) {
        waiting.removeAll(syncing);
      } else if (line.contains("write(1, \"ack ")) {
        acks++;
        if (waiting.remove(said(line, "ack "))) {
          uncovered++;
        }
      }
    }
    assertEquals(60 * CommitLoop.STRIPES, acks);
    return uncovered;
  }

  private static String said(String line, String verb) {
    int from = line.indexOf(verb) + verb.length();
    return line.substring(from, line.indexOf('\\', from));
  }
}
