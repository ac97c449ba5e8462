package chasqui.mailbox.memory;

/// What is to become of a write to shared rows.
public enum WriteFate {
  DONE,
  /// Done, but nobody is told: the outcome is unknown.
  DONE_UNTOLD,
  /// Never done, and nobody is told.
  LOST,
  /// Nobody is told, and it is done later.
  LATE,
  /// Done and told; done once more later, as by a repeated packet.
  TWICE,
  /// Not done, and said so.
  BUSY,
  /// Not done for want of room, and said so.
  FULL;

  /// Decides what becomes of a write.
  @FunctionalInterface
  public interface Decider {
    Decider ALL_DONE = operation -> DONE;

    /// @param operation such as `insert` or `apply`
    WriteFate fateOf(String operation);
  }
}
