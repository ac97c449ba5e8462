package chasqui.drills.mesh.process;

import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// How loud a line of a log is, whoever wrote it.
public enum LogLevel {
  DEBUG,
  INFO,
  WARN,
  ERROR;

  // Ours, Cassandra's and gRPC's write the word, Envoy in brackets, etcd as JSON or as a letter before a bar.
  private static final Pattern WORD = Pattern.compile(
      "\\b(TRACE|DEBUG|INFO|WARN|ERROR)\\b|\\[(trace|debug|info|warning|error|critical)]|\"level\":\"(\\w+)\"| ([DINWEC]) \\| ");
  private static final int LOOKED_AT = 80;
  private static final Map<String, LogLevel> WORDS = Map.ofEntries(
      Map.entry("trace", DEBUG), Map.entry("debug", DEBUG), Map.entry("d", DEBUG),
      Map.entry("info", INFO), Map.entry("i", INFO), Map.entry("n", INFO),
      Map.entry("warn", WARN), Map.entry("warning", WARN), Map.entry("w", WARN),
      Map.entry("error", ERROR), Map.entry("critical", ERROR), Map.entry("fatal", ERROR), Map.entry("panic", ERROR),
      Map.entry("e", ERROR), Map.entry("c", ERROR));

  /// The level that a line names near its beginning; a line that names none goes on with what the last one said.
  ///
  /// @param before the level of the line before it
  static LogLevel of(String line, LogLevel before) {
    Matcher word = WORD.matcher(line).region(0, Math.min(line.length(), LOOKED_AT));
    if (!word.find()) {
      return before;
    }
    for (int group = 1; group <= word.groupCount(); group++) {
      if (word.group(group) != null) {
        return WORDS.getOrDefault(word.group(group).toLowerCase(Locale.ROOT), before);
      }
    }
    return before;
  }
}
