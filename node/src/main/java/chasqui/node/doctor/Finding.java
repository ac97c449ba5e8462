package chasqui.node.doctor;

/// What a check found.
///
/// @param what what was looked at, one word or two
/// @param sentence what is so, and how to mend it where it is not well
public record Finding(Level level, String what, String sentence) {

  /// How well it is.
  public enum Level {
    OK,
    WARN,
    /// A node does not start, or is not safe, like this.
    FAIL
  }

  static Finding ok(String what, String sentence) {
    return new Finding(Level.OK, what, sentence);
  }

  static Finding warn(String what, String sentence) {
    return new Finding(Level.WARN, what, sentence);
  }

  static Finding fail(String what, String sentence) {
    return new Finding(Level.FAIL, what, sentence);
  }

  /// One line for a terminal.
  public String line() {
    return String.format("%-5s %-14s %s", level, what, sentence);
  }
}
