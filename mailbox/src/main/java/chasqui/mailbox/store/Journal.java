package chasqui.mailbox.store;

import chasqui.store.v1.JournalBatch;
import java.util.concurrent.CompletionStage;

/// The commit journal: the one way by which conversations change.
///
/// A batch is durable as a whole or not at all. On the embedded store a batch and all that follows from it (log rows,
/// conversation rows, counters, ids, marks, memberships) is one write batch with one sync; a store with a separate
/// journal completes the stage when the journal row is durable and applies the rest on its own.
public interface Journal {

  /// Makes `batch` durable. The caller keeps at most one batch of a stripe in flight, and numbers them densely from 1.
  /// Throws only if the caller breaks that rule; never completes exceptionally. Completes on a thread of the store, or
  /// before it returns.
  CompletionStage<CommitOutcome> commit(int stripe, JournalBatch batch);

  /// How many entries are durable but not yet applied; bounded by the implementation. 0 on the embedded store.
  int unapplied();

  /// True while a batch of the stripe has been waiting for its outcome for longer than a second: what came now would wait
  /// too, so it is better refused; and while this node's clock is too far ahead for commits. Cheap, any thread.
  default boolean isStuck(int stripe) {
    return false;
  }
}
