package chasqui.testkit.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/// A JVM that we started: it can be listened to, killed without warning, stopped and continued. It ends when this is
/// closed, whatever state it is in, and when we end ([Guard]). Standard input is closed from the start.
public final class JavaProcess implements AutoCloseable {
  private static final Duration END_LIMIT = Duration.ofSeconds(20);

  private final String name;
  private final Process process;
  private final Lines output;
  private final Lines errors;

  JavaProcess(String name, Process process, Consumer<String> listener) {
    this.name = name;
    this.process = process;
    output = new Lines(name + " output", process.getInputStream(), listener);
    errors = new Lines(name + " errors", process.getErrorStream(), listener);
    try {
      process.getOutputStream().close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Any other program, which is then as a JVM of ours: guarded, listened to, killed, stopped and continued.
  ///
  /// @param listener hears every line of both outputs as it comes, on a thread of its own
  public static JavaProcess ofProgram(String name, ProcessBuilder program, Consumer<String> listener) {
    try {
      return new JavaProcess(name, Guard.start(program), listener);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot start " + program.command(), e);
    }
  }

  public long pid() {
    return process.pid();
  }

  public boolean isAlive() {
    return process.isAlive();
  }

  /// Lines written to standard output, the latest 20,000.
  public List<String> output() {
    return output.all();
  }

  /// Lines written to standard error, the latest 20,000.
  public List<String> errors() {
    return errors.all();
  }

  /// The first line of standard output that contains `part`, written already or within the limit. Fails at once when the
  /// process ends without it.
  public String awaitLine(String part, Duration limit) {
    return Await.value(limit, () -> "no line with '" + part + "' from " + this, () -> {
      boolean ended = !process.isAlive();
      if (ended) {
        output.awaitEnd();
      }
      Optional<String> line = output.first(text -> text.contains(part));
      if (line.isEmpty() && ended) {
        errors.awaitEnd();
        throw new AssertionError("it ended without a line with '" + part + "': " + this);
      }
      return line;
    });
  }

  /// Ends it as SIGKILL does and returns when it is gone.
  public void kill() {
    process.destroyForcibly();
    awaitEnd(END_LIMIT);
  }

  /// Asks it to end, as SIGTERM does. What it says until its end is still read.
  public void terminate() {
    // By its handle: `Process.destroy` also closes its output at once.
    process.toHandle().destroy();
  }

  /// Stops it without ending it. Its sockets stay open and its peers notice nothing.
  public void pause() {
    signal("STOP");
  }

  public void resume() {
    signal("CONT");
  }

  /// Waits for its end and gives its exit status; everything it wrote has then been read.
  public int awaitEnd(Duration limit) {
    try {
      if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
        throw new AssertionError("still running after " + limit + ": " + this);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted while waiting for the end of " + this, e);
    }
    output.awaitEnd();
    errors.awaitEnd();
    return process.exitValue();
  }

  private void signal(String signal) {
    if (!process.isAlive()) {
      return;
    }
    try {
      Process kill = new ProcessBuilder("kill", "-" + signal, Long.toString(pid())).inheritIO().start();
      if (kill.waitFor() != 0 && process.isAlive()) {
        throw new IllegalStateException("kill -" + signal + " of " + this + " failed");
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }

  /// Ends it and everything it started.
  @Override
  public void close() {
    List<ProcessHandle> children = process.descendants().toList();
    process.destroyForcibly();
    children.forEach(ProcessHandle::destroyForcibly);
    awaitEnd(END_LIMIT);
  }

  @Override
  public String toString() {
    List<String> said = errors.all();
    List<String> end = said.subList(Math.max(0, said.size() - 20), said.size());
    return name + " (process " + pid() + (isAlive() ? ")" : ", ended)") + (end.isEmpty() ? "" : ", errors: " + end);
  }
}
