package chasqui.node.config;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// A file of lines `key = value`. Empty lines and those that begin with `#` say nothing; a key stands once.
///
/// Read by hand and not as `java.util.Properties`, which lets the last of two equal keys win in silence and takes a
/// backslash out of a path.
public record ConfigFile(String name, Map<String, Line> lines) {

  /// A value and where it stands.
  public record Line(String value, int number) {}

  /// No file: nothing but defaults and the environment.
  public static final ConfigFile NONE = new ConfigFile("", Map.of());

  private static final long BYTES_MAX = 1024 * 1024;

  /// Reads a file.
  ///
  /// @throws ConfigException if it cannot be read or a line means nothing
  public static ConfigFile read(Path path) {
    try {
      if (Files.size(path) > BYTES_MAX) {
        throw new ConfigException(List.of(path + " is larger than 1 MiB: is it the right file?"));
      }
      return parse(path.getFileName().toString(), Files.readString(path, StandardCharsets.UTF_8));
    } catch (IOException unreadable) {
      throw new ConfigException(List.of("the configuration file cannot be read: " + unreadable));
    }
  }

  static ConfigFile parse(String name, String text) {
    Map<String, Line> lines = new LinkedHashMap<>();
    List<String> problems = new ArrayList<>();
    int number = 0;
    for (String raw : text.lines().toList()) {
      number++;
      String line = raw.strip();
      if (line.isEmpty() || line.startsWith("#")) {
        continue;
      }
      int equals = line.indexOf('=');
      if (equals < 1) {
        problems.add(name + " line " + number + ": expected `key = value`, got `" + line + "`");
        continue;
      }
      String key = Keys.canonical(line.substring(0, equals).strip());
      Line before = lines.putIfAbsent(key, new Line(line.substring(equals + 1).strip(), number));
      if (before != null) {
        problems.add(name + " line " + number + ": " + key + " was set in line " + before.number() + " already");
      }
    }
    if (!problems.isEmpty()) {
      throw new ConfigException(problems);
    }
    return new ConfigFile(name, lines);
  }
}
