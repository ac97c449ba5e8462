package chasqui.testkit.check;

/// One broken promise, with what is needed to find it: conversation, seq, device.
public record Violation(String promise, String details) {
  @Override
  public String toString() {
    return "broke " + promise + " - " + details;
  }
}
