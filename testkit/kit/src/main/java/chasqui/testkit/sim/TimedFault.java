package chasqui.testkit.sim;

/// A fault and when it begins.
public record TimedFault(long atNanos, Fault fault) {
  @Override
  public String toString() {
    return "at " + atNanos / 1_000_000 + " ms " + fault;
  }
}
