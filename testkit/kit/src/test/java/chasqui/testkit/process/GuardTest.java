package chasqui.testkit.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GuardTest {
  private static final Duration LIMIT = Duration.ofSeconds(60);

  /// Starts a process that lives long, says its number, and waits. With a second argument it ends by itself then. A
  /// stubborn child makes the file of the third argument when it is asked to end, and stays.
  public static final class Parent {
    public static void main(String[] arguments) throws Exception {
      Guard.sweep(Path.of(arguments[0]));
      boolean stubborn = arguments.length > 1 && arguments[1].equals("stubborn");
      List<String> program = stubborn
          ? List.of("sh", "-c", "trap ': >\"$0\"' TERM; echo deaf; while :; do sleep 1; done", arguments[2])
          : List.of("sh", "-c", "sleep 600");
      Process child = Guard.start(new ProcessBuilder(program));
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
    Path asked = folder.resolve("asked");
    try (JavaProcess parent = parent(folder.resolve("none").toString(), "stubborn", asked.toString())) {
      long child = childOf(parent);
      assertEquals(0, parent.awaitEnd(LIMIT));
      Await.until(LIMIT, "the child is gone", () -> !runs(child));
      assertFalse(Files.exists(asked), "it was asked to end");
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
      String ours = group(ProcessHandle.current().pid());
      // It makes its session in the moment after it was started.
      Await.until(LIMIT, "it has a group of its own", () -> !ours.equals(group(child.pid())));
    } finally {
      child.destroyForcibly();
    }
  }

  private static String group(long pid) {
    Path stat = Path.of("/proc/" + pid + "/stat");
    try {
      if (Files.exists(stat)) {
        // Behind the name, which may hold anything: state, parent, group.
        String text = Files.readString(stat);
        return text.substring(text.lastIndexOf(')') + 2).split(" ")[2];
      }
      Process ps = new ProcessBuilder("ps", "-o", "pgid=", "-p", Long.toString(pid)).start();
      return new String(ps.getInputStream().readAllBytes(), StandardCharsets.US_ASCII).strip();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
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
