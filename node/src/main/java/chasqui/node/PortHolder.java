package chasqui.node;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/// Which process listens on a port, as far as `/proc` tells this user.
public final class PortHolder {

  private static final Path PROC = Path.of("/proc");
  private static final String LISTEN = "0A";
  private static final int COMMAND_CHARS_MAX = 120;

  private PortHolder() {}

  /// The holder as `pid 12 (java -cp …)`; empty if it cannot be told.
  public static Optional<String> describe(int port) {
    Set<String> sockets = new HashSet<>();
    for (String table : List.of("net/tcp", "net/tcp6")) {
      sockets.addAll(listening(PROC.resolve(table), port));
    }
    if (sockets.isEmpty()) {
      return Optional.empty();
    }
    try (Stream<Path> processes = Files.list(PROC)) {
      return processes
          .filter(process -> process.getFileName().toString().chars().allMatch(Character::isDigit))
          .filter(process -> holds(process, sockets))
          .findFirst()
          .map(process -> "pid " + process.getFileName() + " (" + command(process) + ")");
    } catch (IOException | java.io.UncheckedIOException unknown) {
      return Optional.empty();
    }
  }

  /// Links of the sockets that listen on a port, as they look among a process's files.
  private static Set<String> listening(Path table, int port) {
    Set<String> sockets = new HashSet<>();
    String suffix = String.format(":%04X", port);
    try (Stream<String> lines = Files.lines(table)) {
      lines.skip(1).map(line -> line.strip().split("\\s+"))
          .filter(fields -> fields.length > 9 && fields[1].endsWith(suffix) && fields[3].equals(LISTEN))
          .forEach(fields -> sockets.add("socket:[" + fields[9] + "]"));
    } catch (IOException | java.io.UncheckedIOException absent) {
      // No /proc on this system: nobody can be named.
    }
    return sockets;
  }

  private static boolean holds(Path process, Set<String> sockets) {
    try (Stream<Path> files = Files.list(process.resolve("fd"))) {
      return files.anyMatch(file -> sockets.contains(target(file)));
    } catch (IOException | java.io.UncheckedIOException notOurs) {
      return false;
    }
  }

  private static String target(Path file) {
    try {
      return Files.readSymbolicLink(file).toString();
    } catch (IOException closed) {
      return "";
    }
  }

  private static String command(Path process) {
    try {
      String line = Files.readString(process.resolve("cmdline")).replace('\0', ' ').strip();
      return line.length() <= COMMAND_CHARS_MAX ? line : line.substring(0, COMMAND_CHARS_MAX) + "…";
    } catch (IOException gone) {
      return "gone";
    }
  }
}
