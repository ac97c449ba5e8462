package chasqui.testkit.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import chasqui.testkit.crash.CrashAt;
import chasqui.testkit.history.History;
import chasqui.testkit.history.HistoryReader;
import chasqui.testkit.history.HistoryWriter;
import chasqui.testkit.history.Observation.MemberJoined;
import chasqui.testkit.sim.SimMain;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JavaProcessTest {
  private static final Duration LIMIT = Duration.ofSeconds(40);

  /// What the child does, by its first argument.
  public static final class Child {
    public static void main(String[] arguments) throws Exception {
      System.out.println("ready " + arguments[0]);
      switch (arguments[0]) {
        case "count" -> {
          for (long i = 0; ; i++) {
            System.out.println("count " + i);
          }
        }
        case "fail" -> {
          System.err.println("a reason");
          System.exit(3);
        }
        case "crash" -> {
          CrashAt crash = CrashAt.asked().orElseThrow();
          for (int i = 1; ; i++) {
            System.out.println("arrival " + i);
            crash.reach("apply.before");
          }
        }
        case "farewell" -> {
          Runtime.getRuntime().addShutdownHook(new Thread(() -> System.out.println("x".repeat(10_000) + " bye")));
          System.out.println("listening");
          Thread.currentThread().join();
        }
        case "history" -> {
          HistoryWriter writer = HistoryWriter.append(Path.of(arguments[1]));
          for (long seq = 0; ; seq++) {
            writer.accept(new MemberJoined("alice", "talk", seq));
            System.out.println(seq);
          }
        }
        default -> Thread.currentThread().join();
      }
    }
  }

  private static JavaCommand child(String... arguments) {
    return new JavaCommand(Child.class.getName())
        .jvm("-XX:TieredStopAtLevel=1", "-Xmx64m")
        .arguments(arguments);
  }

  @Test
  void startsSaysAndIsKilled() {
    try (JavaProcess process = child("wait").start()) {
      assertEquals("ready wait", process.awaitLine("ready", LIMIT));
      assertTrue(process.isAlive());
      process.kill();
      assertFalse(process.isAlive());
      assertEquals(137, process.awaitEnd(LIMIT));
    }
  }

  @Test
  void whatItSaysWhileItEndsIsRead() {
    try (JavaProcess process = child("farewell").start()) {
      process.awaitLine("listening", LIMIT);
      process.terminate();
      assertEquals(143, process.awaitEnd(LIMIT));
      assertTrue(process.output().getLast().endsWith(" bye"), process.output().getLast());
      assertEquals(List.of(), process.errors());
    }
  }

  @Test
  void closingEndsIt() {
    JavaProcess process = child("wait").start();
    process.awaitLine("ready", LIMIT);
    process.close();
    assertFalse(ProcessHandle.of(process.pid()).map(ProcessHandle::isAlive).orElse(false));
  }

  @Test
  void anEarlyEndFailsTheWaitAndShowsItsErrors() {
    try (JavaProcess process = child("fail").start()) {
      AssertionError failure = assertThrows(AssertionError.class, () -> process.awaitLine("never", LIMIT));
      assertTrue(failure.getMessage().contains("a reason"), failure.getMessage());
      assertEquals(3, process.awaitEnd(LIMIT));
      assertEquals(List.of("ready fail"), process.output());
    }
  }

  @Test
  void aPausedProcessStandsStillAndGoesOn() {
    try (JavaProcess process = child("count").start()) {
      process.awaitLine("count 10", LIMIT);
      process.pause();
      // What was in the pipe is read; then nothing changes any more.
      String[] last = {""};
      int[] same = {0};
      Await.until(LIMIT, "standing still", () -> {
        String now = process.output().getLast();
        same[0] = now.equals(last[0]) ? same[0] + 1 : 0;
        last[0] = now;
        return same[0] == 20;
      });
      process.resume();
      Await.until(LIMIT, "going on", () -> !process.output().getLast().equals(last[0]));
      process.pause();
    }
  }

  @Test
  void aCrashPointEndsTheProcessAtTheNthArrival() {
    try (JavaProcess process =
        child("crash").environment(CrashAt.VARIABLE, "apply.before:3").start()) {
      assertEquals(CrashAt.EXIT_STATUS, process.awaitEnd(LIMIT));
      assertEquals("arrival 3", process.output().getLast());
      assertEquals(List.of("crash point apply.before:3"), process.errors());
    }
  }

  @Test
  void aKilledWritersHistoryHoldsAllThatItWasDoneWriting(@TempDir Path folder) {
    Path file = folder.resolve("killed.history");
    long done;
    try (JavaProcess process = child("history", file.toString()).start()) {
      process.awaitLine("1000", LIMIT);
      process.kill();
      done = Long.parseLong(process.output().stream().filter(line -> line.matches("[0-9]+")).toList().getLast());
    }
    History history = new History();
    HistoryReader.Read read = new HistoryReader().read(file, history);
    assertTrue(read.observations() > done, "wrote " + done + ", found " + read);
    assertTrue(read.torn() <= 1);
    assertEquals(new MemberJoined("alice", "talk", done), history.observations().get((int) done));
  }

  /// The promise of the simulator that only two JVMs can show.
  @Test
  void twoJvmsRunTheSameSimulation() {
    String first = simulated("-XX:+UseSerialGC");
    assertTrue(first.contains("\"violations\":0"), first);
    assertEquals(first, simulated("-Xint"));
  }

  private static String simulated(String jvmFlag) {
    JavaCommand command = new JavaCommand(SimMain.class.getName()).jvm(jvmFlag, "-Xmx256m").arguments("0", "20");
    try (JavaProcess process = command.start()) {
      assertEquals(0, process.awaitEnd(LIMIT), () -> process.errors().toString());
      return process.output().getLast();
    }
  }

  @Test
  void whatFindsItsPortsTakenIsStartedOnOthersAndOtherFailuresAreToldAtOnce() {
    List<List<Integer>> tried = new ArrayList<>();
    assertEquals("started at the third", FreePorts.started(2, ports -> {
      tried.add(ports);
      if (tried.size() < 3) {
        throw new AssertionError("listen tcp 127.0.0.1:" + ports.getFirst() + ": bind: address already in use");
      }
      return "started at the third";
    }));
    tried.clear();
    AssertionError other = new AssertionError("no room on the disk");
    assertSame(other, assertThrows(AssertionError.class, () -> FreePorts.started(1, ports -> {
      tried.add(ports);
      throw other;
    })));
    assertEquals(1, tried.size());
  }

  @Test
  void freePortsAreFreeAndDifferent() throws Exception {
    List<Integer> ports = FreePorts.several(20);
    assertEquals(20, new HashSet<>(ports).size());
    try (ServerSocket socket = new ServerSocket(ports.getFirst(), 1, InetAddress.getLoopbackAddress())) {
      assertNotEquals(ports.getFirst(), FreePorts.one());
      assertEquals(ports.getFirst(), socket.getLocalPort());
    }
  }
}
