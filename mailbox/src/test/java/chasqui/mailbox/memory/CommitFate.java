package chasqui.mailbox.memory;

/// What is to become of a commit.
public enum CommitFate {
  COMMITTED,
  /// Not stored, and said so.
  STORE_FULL,
  /// Stored, but nobody is told.
  UNKNOWN_STORED,
  /// Not stored, but nobody is told.
  UNKNOWN_LOST
}
