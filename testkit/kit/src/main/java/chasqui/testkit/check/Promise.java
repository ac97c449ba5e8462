package chasqui.testkit.check;

/// The promises of Chasqui. The text of each stands in `docs/guarantees.md`.
public enum Promise {
  NO_LOSS("NoLoss"),
  NO_DUPLICATE("NoDuplicate"),
  DENSE_ORDER("DenseOrder"),
  ACKED_IS_DURABLE("AckedIsDurable"),
  CURSOR_FORWARD("CursorForward"),
  NO_UNBOUNDED_QUEUE("NoUnboundedQueue"),
  NO_LEAK("NoLeak"),
  SOFT_STATE("SoftState");

  private final String label;

  Promise(String label) {
    this.label = label;
  }

  public String label() {
    return label;
  }

  @Override
  public String toString() {
    return label;
  }
}
