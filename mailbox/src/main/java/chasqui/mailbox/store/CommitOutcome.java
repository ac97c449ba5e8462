package chasqui.mailbox.store;

/// What became of a journal batch.
public sealed interface CommitOutcome {

  /// Durable as a whole, and visible to every later read of this store.
  record Committed() implements CommitOutcome {}

  /// Definitely not stored, and never will be: the store had no room.
  record StoreFull(String detail) implements CommitOutcome {}

  /// It may be stored, now or later. Whoever waits is told "unknown"; the stripe must not go on with its own view of
  /// the conversations concerned, but read them again.
  record Unknown(String detail) implements CommitOutcome {}
}
