package chasqui.drills.faults.ground;

/// How a row ended.
public enum Outcome {
  PASSED("passed"),
  FAILED("failed"),
  NOT_MEASURABLE("not measurable here"),
  /// What it attacks is not built yet.
  LATER("later");

  private final String words;

  Outcome(String words) {
    this.words = words;
  }

  public String words() {
    return words;
  }
}
