package chasqui.testkit.process;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Starts processes that end when we end, even if we are killed: a watchdog beside us holds the other end of a pipe and
/// ends, by its own number, whatever we started and left.
///
/// They stand in sessions of their own where the machine can do that, so that Ctrl-C in a terminal reaches us alone and
/// we end them in good order. Thread-safe.
public final class Guard {

  private static final Path OWN_SESSION = Path.of("/usr/bin/setsid");
  // Waits until the watchdog has been told; if we are gone before, the program is never run. The number stays the same.
  private static final List<String> GATE = List.of("sh", "-c", "read -r go && exec \"$@\"", "gate");

  private static OutputStream watchdog;

  private Guard() {}

  /// Starts what `builder` describes. Its standard input must be a pipe, as it is unless redirected; nothing has been
  /// read from it.
  ///
  /// @throws IOException if it cannot be started; a program that does not exist ends with status 127 instead
  public static Process start(ProcessBuilder builder) throws IOException {
    if (builder.redirectInput() != ProcessBuilder.Redirect.PIPE) {
      throw new IllegalArgumentException("what is guarded is started through its standard input");
    }
    List<String> program = builder.command();
    builder.command(inOwnSession(GATE, program));
    Process process;
    try {
      process = builder.start();
    } finally {
      builder.command(program);
    }
    tell("+ " + process.pid());
    process.getOutputStream().write("go\n".getBytes(StandardCharsets.US_ASCII));
    process.getOutputStream().flush();
    return process;
  }

  /// Removes a folder when we are gone, if it is still there by then.
  public static void sweep(Path folder) {
    try {
      tell("rm " + folder.toAbsolutePath());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Whoever still runs when we are gone is ended at once, and not asked first.
  public static void hurry() {
    try {
      tell("now");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static synchronized void tell(String line) throws IOException {
    if (watchdog == null) {
      watchdog = startWatchdog();
    }
    watchdog.write((line + "\n").getBytes(StandardCharsets.UTF_8));
    watchdog.flush();
  }

  private static OutputStream startWatchdog() throws IOException {
    try (InputStream script = Guard.class.getResourceAsStream("guard.sh")) {
      String text = new String(script.readAllBytes(), StandardCharsets.UTF_8);
      // Its outputs must not keep anybody waiting who reads ours to the end.
      return new ProcessBuilder(inOwnSession(List.of("bash", "-c", text, "guard"), List.of()))
          .redirectOutput(ProcessBuilder.Redirect.DISCARD)
          .redirectError(ProcessBuilder.Redirect.DISCARD)
          .start()
          .getOutputStream();
    }
  }

  private static List<String> inOwnSession(List<String> first, List<String> then) {
    List<String> words = new ArrayList<>();
    if (Files.isExecutable(OWN_SESSION)) {
      words.add(OWN_SESSION.toString());
    }
    words.addAll(first);
    words.addAll(then);
    return words;
  }
}
