package chasqui.drills.mesh.process;

import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.regex.Pattern;

/// The logs of all parts as one stream, each line behind the name of its part, and as files: one of each part, and
/// `mesh.log` with all of it. Thread-safe.
///
/// Lines stand in the order in which they came, which between parts is nearly, not exactly, that of their times.
public final class MergedLog implements AutoCloseable {

  private static final String ALL = "mesh";
  private static final int NAME_WIDTH = 11;
  // What could steer a terminal, whoever wrote it.
  private static final Pattern CONTROL = Pattern.compile("[\\p{Cntrl}&&[^\\t]]");

  private final Path folder;
  private final Map<String, BufferedWriter> files = new TreeMap<>();
  private final Map<String, LogLevel> lastLevels = new TreeMap<>();
  private final Consumer<String> shown;
  private final LogLevel least;
  private boolean quiet = true;

  /// @param folder gets the files; what stands there is kept
  /// @param least what is shown at least
  /// @param shown gets the lines that are loud enough, once [#show] was called
  public MergedLog(Path folder, LogLevel least, Consumer<String> shown) {
    this.folder = folder;
    this.least = least;
    this.shown = shown;
    try {
      Files.createDirectories(folder);
    } catch (IOException e) {
      throw new UncheckedIOException("the logs' folder " + folder + " cannot be made", e);
    }
  }

  /// From here on lines are shown too.
  public synchronized void show() {
    quiet = false;
  }

  /// Takes the lines of a part.
  public Consumer<String> of(String part) {
    return line -> add(part, line);
  }

  private synchronized void add(String part, String line) {
    LogLevel level = LogLevel.of(line, lastLevels.getOrDefault(part, LogLevel.INFO));
    lastLevels.put(part, level);
    String named = String.format("%-" + NAME_WIDTH + "s %s", part, CONTROL.matcher(line).replaceAll("?"));
    write(part, line);
    write(ALL, named);
    if (!quiet && level.compareTo(least) >= 0) {
      shown.accept(named);
    }
  }

  private void write(String part, String line) {
    try {
      BufferedWriter file = files.get(part);
      if (file == null) {
        file = Files.newBufferedWriter(file(part), StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        files.put(part, file);
      }
      file.write(line);
      file.newLine();
      file.flush();
    } catch (IOException full) {
      // A log that cannot be written must not end what is logged; it is still shown.
    }
  }

  /// Where a part's lines are.
  public Path file(String part) {
    return folder.resolve(part + ".log");
  }

  /// The last lines of a part.
  public synchronized List<String> tail(String part, int lines) {
    try {
      List<String> all = Files.exists(file(part)) ? Files.readAllLines(file(part)) : List.of();
      return all.subList(Math.max(0, all.size() - lines), all.size());
    } catch (IOException unreadable) {
      return List.of("(its log cannot be read: " + unreadable + ")");
    }
  }

  @Override
  public synchronized void close() {
    files.values().forEach(MergedLog::close);
    files.clear();
  }

  private static void close(BufferedWriter file) {
    try {
      file.close();
    } catch (IOException full) {
      // Every line was flushed as far as it could be.
    }
  }
}
