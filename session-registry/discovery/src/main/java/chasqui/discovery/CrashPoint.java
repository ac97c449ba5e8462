package chasqui.discovery;

/// The moments at which a crash is most likely to show a mistake; drills end the process at the nth arrival at one.
public enum CrashPoint {
  /// A batch is put together, nothing is written.
  BEFORE_JOURNAL_COMMIT("journal.before-commit"),
  /// The batch is durable, nobody knows.
  AFTER_JOURNAL_COMMIT("journal.after-commit"),
  /// A committed batch is about to be applied to log, state and index.
  BEFORE_APPLY("apply.before"),
  /// It is applied, the journal still names it.
  AFTER_APPLY("apply.after"),
  /// An answer to a sender is about to leave.
  BEFORE_ACK("ack.before"),
  /// The answer was handed to the transport.
  AFTER_ACK("ack.after"),
  /// A conversation's head is about to be written.
  BEFORE_HEAD_WRITE("head.before-write"),
  /// The head is written.
  AFTER_HEAD_WRITE("head.after-write"),
  /// A device's cursor is about to be stored.
  BEFORE_CURSOR_SAVE("cursor.before-save"),
  /// The cursor is stored.
  AFTER_CURSOR_SAVE("cursor.after-save"),
  /// A head is about to be pushed to the edges.
  BEFORE_PUSH("push.before"),
  /// The push was handed to the links.
  AFTER_PUSH("push.after");

  private final String id;

  CrashPoint(String id) {
    this.id = id;
  }

  /// The name in configuration and reports.
  public String id() {
    return id;
  }
}
