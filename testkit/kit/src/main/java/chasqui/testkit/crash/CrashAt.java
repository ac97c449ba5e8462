package chasqui.testkit.crash;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/// Ends this process at the nth arrival at a named point, with nothing flushed, closed or said to anybody, as `kill -9`
/// would at that instant.
///
/// Asked for by the system property `chasqui.crash.at` or the variable `CHASQUI_CRASH_AT`: the point, a colon, the number
/// of the arrival from 1 on, as in `journal.after-commit:3`. Any thread may arrive.
public final class CrashAt {
  public static final String PROPERTY = "chasqui.crash.at";
  public static final String VARIABLE = "CHASQUI_CRASH_AT";

  /// What the shell reports for a process killed by SIGKILL.
  public static final int EXIT_STATUS = 137;

  private final String point;
  private final long arrival;
  private final Runnable end;
  private final AtomicLong arrivals = new AtomicLong();

  CrashAt(String point, long arrival, Runnable end) {
    this.point = point;
    this.arrival = arrival;
    this.end = end;
  }

  /// The crash that this process was started with, if any.
  public static Optional<CrashAt> asked() {
    return asked(System.getProperty(PROPERTY), System.getenv());
  }

  static Optional<CrashAt> asked(String property, Map<String, String> environment) {
    String wanted = property == null ? environment.get(VARIABLE) : property;
    return Optional.ofNullable(wanted).filter(text -> !text.isBlank()).map(CrashAt::parse);
  }

  static CrashAt parse(String wanted) {
    int colon = wanted.lastIndexOf(':');
    String digits = wanted.substring(colon + 1);
    if (colon < 1 || !digits.matches("[1-9][0-9]{0,8}")) {
      throw new IllegalArgumentException("'" + wanted + "' is not like journal.after-commit:3");
    }
    String point = wanted.substring(0, colon);
    return new CrashAt(point, Long.parseLong(digits), () -> halt(wanted));
  }

  private static void halt(String wanted) {
    // Evidence for the drill that reads this process's output; standard error is not buffered.
    System.err.println("crash point " + wanted);
    Runtime.getRuntime().halt(EXIT_STATUS);
  }

  /// Says that a point is reached; does not return at the arrival asked for.
  public void reach(String reached) {
    if (point.equals(reached) && arrivals.incrementAndGet() == arrival) {
      end.run();
    }
  }

  @Override
  public String toString() {
    return point + ":" + arrival;
  }
}
