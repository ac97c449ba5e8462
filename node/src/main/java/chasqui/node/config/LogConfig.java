package chasqui.node.config;

import java.nio.file.Path;

/// What is logged, and where.
///
/// @param level the least that is logged
/// @param format for machines or for people
/// @param file empty: the standard error stream
public record LogConfig(Level level, Format format, Path file) {

  /// How much.
  public enum Level {
    ERROR,
    WARN,
    INFO,
    DEBUG
  }

  /// How a line looks.
  public enum Format {
    /// One JSON object a line, with key-values.
    JSON,
    /// For a person at a terminal.
    TEXT
  }

  public static final LogConfig DEFAULT = new LogConfig(Level.INFO, Format.JSON, Path.of(""));
}
