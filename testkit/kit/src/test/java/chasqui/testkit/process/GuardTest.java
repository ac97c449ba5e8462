package chasqui.testkit.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GuardTest {
  private static final Duration LIMIT = Duration.ofSeconds(60);

  /// Starts a process that lives long, says its number, and waits. With a second argument it ends by itself then.
  public static final class Parent {
    public static void main(String[] arguments) throws Exception {
      Guard.sweep(Path.of(arguments[0]));
      boolean stubborn = arguments.length > 1 && arguments[1].equals("stubborn");
      String program = stubborn ? "trap '' TERM; echo deaf; while :; do sleep 1; done" : "sleep 600";
      Process child = Guard.start(new ProcessBuilder("sh", "-c", program));
      if (stubborn) {
        child.getInputStream().read();
        Guard.hurry();
      }
      System.out.println("child " + child.pid());
      if (arguments.length == 1) {
        Thread.currentThread().join();
      }
    }
  }

  private static long childOf(JavaProcess parent) {
    String line = parent.awaitLine("child ", LIMIT);
    return Long.parseLong(line.substring("child ".length()));
  }

  private static boolean runs(long pid) {
    try {
      String stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
      return stat.charAt(stat.lastIndexOf(')') + 2) != 'Z';
    } catch (IOException gone) {
      return false;
    }
  }

  private static JavaProcess parent(String... arguments) {
    assumeTrue(Files.isDirectory(Path.of("/proc/self")), "the test looks into /proc");
    return new JavaCommand(Parent.class.getName()).jvm("-XX:TieredStopAtLevel=1", "-Xmx64m").arguments(arguments).start();
  }

  @Test
  void whatAKilledProcessStartedEndsAndItsFolderGoes(@TempDir Path folder) throws Exception {
    Path swept = Files.createDirectories(folder.resolve("a folder"));
    Files.writeString(swept.resolve("file"), "x");
    try (JavaProcess parent = parent(swept.toString())) {
      long child = childOf(parent);
      Await.until(LIMIT, "the child runs", () -> runs(child));
      parent.kill();
      Await.until(LIMIT, "the child is gone", () -> !runs(child));
      Await.until(LIMIT, "the folder is gone", () -> !Files.exists(swept));
    }
  }

  @Test
  void whatAProcessLeavesWhenItEndsIsEndedToo(@TempDir Path folder) {
    try (JavaProcess parent = parent(folder.resolve("none").toString(), "and end")) {
      long child = childOf(parent);
      assertEquals(0, parent.awaitEnd(LIMIT));
      Await.until(LIMIT, "the child is gone", () -> !runs(child));
    }
  }

  @Test
  void whoIsInAHurryDoesNotAsk(@TempDir Path folder) {
    try (JavaProcess parent = parent(folder.resolve("none").toString(), "stubborn")) {
      long child = childOf(parent);
      assertEquals(0, parent.awaitEnd(LIMIT));
      // Far below the time that it is given otherwise.
      Await.until(Duration.ofSeconds(12), "the child is gone", () -> !runs(child));
    }
  }

  @Test
  void aStoppedProcessIsEndedToo(@TempDir Path folder) throws Exception {
    try (JavaProcess parent = parent(folder.resolve("none").toString())) {
      long child = childOf(parent);
      assertEquals(0, new ProcessBuilder("kill", "-STOP", Long.toString(child)).start().waitFor());
      parent.kill();
      Await.until(LIMIT, "the child is gone", () -> !runs(child));
    }
  }

  @Test
  void aKeyInTheTerminalDoesNotReachIt() throws Exception {
    assumeTrue(Files.isExecutable(Path.of("/usr/bin/setsid")), "this machine cannot make sessions");
    Process child = Guard.start(new ProcessBuilder("sleep", "600"));
    try {
      assertNotEquals(group(ProcessHandle.current().pid()), group(child.pid()));
    } finally {
      child.destroyForcibly();
    }
  }

  private static String group(long pid) throws IOException {
    Process ps = new ProcessBuilder("ps", "-o", "pgid=", "-p", Long.toString(pid)).start();
    return new String(ps.getInputStream().readAllBytes(), StandardCharsets.US_ASCII).strip();
  }

  @Test
  void theProgramKeepsItsWordsFolderAndEnvironment(@TempDir Path folder) throws Exception {
    ProcessBuilder builder = new ProcessBuilder("sh", "-c", "echo \"$1|$NAME|$(pwd -P)|$$\"", "x", "two  words").directory(folder.toFile());
    builder.environment().put("NAME", "value");
    Process child = Guard.start(builder);
    String said = new String(child.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    assertEquals("two  words|value|" + folder.toRealPath() + "|" + child.pid(), said);
    assertEquals("sh", builder.command().getFirst());
  }

  @Test
  void withoutThePipeItIsRefused() {
    ProcessBuilder builder = new ProcessBuilder("true").redirectInput(ProcessBuilder.Redirect.INHERIT);
    assertThrows(IllegalArgumentException.class, () -> Guard.start(builder));
  }
}
