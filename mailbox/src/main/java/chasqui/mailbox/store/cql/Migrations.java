package chasqui.mailbox.store.cql;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/// The steps from one schema of the tables to the next, as files `0001.cql`, `0002.cql` and so on. A step may be run by
/// several nodes at a time, and again after half of it: each statement changes nothing where it was done before
/// (`IF NOT EXISTS`).
final class Migrations {
  /// The newest step, and so the schema of the tables that this version knows.
  static final int LATEST = 1;

  private Migrations() {}

  /// The statements of a step, with `{}` for the keyspace.
  static List<String> statements(int step) {
    String name = "%04d.cql".formatted(step);
    try (InputStream file = Migrations.class.getResourceAsStream(name)) {
      String text = new String(file.readAllBytes(), StandardCharsets.UTF_8);
      String code = text.lines().filter(line -> !line.startsWith("--")).collect(Collectors.joining("\n"));
      return Arrays.stream(code.split(";")).map(String::strip).filter(statement -> !statement.isEmpty()).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
