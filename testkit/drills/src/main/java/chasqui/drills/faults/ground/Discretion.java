package chasqui.drills.faults.ground;

import java.util.List;
import java.util.regex.Pattern;

/// What must stand in no log and no metric: bodies, tokens, and what could steer a terminal or forge a line.
public final class Discretion {

  /// Part of the texts and names that rows use to be found again.
  public static final String MARK = "never-to-be-logged";

  /// How the texts begin that neighbours and rows say by the hundred.
  private static final List<String> SAID = List.of("word 1", "spoken 1", "hasty 1", "flood 1");
  private static final Pattern TOKEN = Pattern.compile("eyJ[A-Za-z0-9_-]{8,}\\.");
  private static final Pattern CONTROL = Pattern.compile("[\\x00-\\x08\\x0b-\\x1f\\x7f]");
  private static final Pattern FORGED = Pattern.compile("(?m)^00:00:00.000 ERROR forged");

  private Discretion() {}

  /// Looks through a text, in the name of `where`.
  public static void look(String where, String text, Finding finding) {
    finding.require(!text.contains(MARK), where + " holds a body or a name");
    finding.require(SAID.stream().noneMatch(text::contains), where + " holds a message's body");
    finding.require(!TOKEN.matcher(text).find(), where + " holds a token");
    finding.require(isPlain(text), where + " holds control characters");
    finding.require(!isForged(text), where + " holds a forged line");
  }

  public static boolean isPlain(String text) {
    return !CONTROL.matcher(text).find();
  }

  /// Whether a text that tries to be a line of a log, {@code 00:00:00.000 ERROR forged}, became one.
  public static boolean isForged(String text) {
    return FORGED.matcher(text).find();
  }
}
