package chasqui.mailbox.store.embedded;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;

/// Another Java process on this class path, for what one process cannot show: a lock, a kill, a failing system call.
/// Its lines on standard output are kept; its standard error goes where this process's goes.
final class ChildJvm implements AutoCloseable {
  private static final long WAIT_SECONDS_MAX = 60;

  private final Process process;
  private final List<String> lines = new ArrayList<>();
  private final CompletableFuture<Void> outputEnded;

  private ChildJvm(Process process) {
    this.process = process;
    this.outputEnded = CompletableFuture.runAsync(this::readLines, task -> Thread.ofPlatform().daemon().start(task));
  }

  static ChildJvm start(Class<?> main, String... arguments) throws IOException {
    return startUnder(List.of(), main, arguments);
  }

  /// Started by another program, such as `strace`.
  static ChildJvm startUnder(List<String> starter, Class<?> main, String... arguments) throws IOException {
    List<String> command = new ArrayList<>(starter);
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow", "-Xmx256m"));
    command.addAll(List.of("-XX:TieredStopAtLevel=1", "-cp", classPath(), main.getName()));
    command.addAll(List.of(arguments));
    return new ChildJvm(
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start());
  }

  private static String classPath() {
    String surefire = System.getProperty("surefire.test.class.path");
    return surefire == null ? System.getProperty("java.class.path") : surefire + File.pathSeparator;
  }

  private void readLines() {
    try (BufferedReader reader = process.inputReader()) {
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        synchronized (lines) {
          lines.add(line);
          lines.notifyAll();
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  long pid() {
    return process.pid();
  }

  /// Waits until enough was said.
  void awaitLines(Predicate<List<String>> enough) throws InterruptedException {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(WAIT_SECONDS_MAX);
    synchronized (lines) {
      while (!enough.test(lines)) {
        long leftMs = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
        if (leftMs <= 0 || outputEnded.isDone()) {
          throw new AssertionError("the process did not say what was expected, only: " + lines);
        }
        lines.wait(Math.min(leftMs, 100));
      }
    }
  }

  /// `kill -9`. By the handle: the process's own way would also throw away what it has said.
  void kill() {
    process.toHandle().destroyForcibly();
  }

  /// All lines, once the process has ended.
  List<String> awaitEnd() throws InterruptedException {
    try {
      if (!process.waitFor(WAIT_SECONDS_MAX, TimeUnit.SECONDS)) {
        throw new AssertionError("the process does not end; it said " + lines);
      }
      outputEnded.get(WAIT_SECONDS_MAX, TimeUnit.SECONDS);
    } catch (ExecutionException | TimeoutException e) {
      throw new AssertionError("the output of the process does not end", e);
    }
    synchronized (lines) {
      return List.copyOf(lines);
    }
  }

  int exitStatus() {
    return process.exitValue();
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
