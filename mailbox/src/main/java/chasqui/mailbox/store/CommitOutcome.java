package chasqui.mailbox.store;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/// What became of a journal batch.
public sealed interface CommitOutcome {

  /// Durable as a whole, and seen by every later read of a conversation through this store.
  ///
  /// @param applied completes once all that follows from it is stored, marks included; {@link #AT_ONCE} where that is the
  ///     same write. Completes exceptionally where the store was closed before
  record Committed(CompletionStage<Void> applied) implements CommitOutcome {

    /// The batch and what follows from it were one write.
    public static final CompletionStage<Void> AT_ONCE = CompletableFuture.completedStage(null);

    public Committed() {
      this(AT_ONCE);
    }
  }

  /// Definitely not stored, and never will be: the store had no room.
  record StoreFull(String detail) implements CommitOutcome {}

  /// It may be stored, now or later. Whoever waits is told "unknown"; the stripe must not go on with its own view of
  /// the conversations concerned, but read them again.
  record Unknown(String detail) implements CommitOutcome {}
}
