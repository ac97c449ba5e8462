package chasqui.mailbox.store.embedded;

import chasqui.mailbox.store.CommitOutcome;
import chasqui.mailbox.store.StoreException;
import chasqui.mailbox.store.StoreException.Reason;
import java.util.concurrent.CompletableFuture;

/// One writer's part of a group: it goes into the group's write batch, and hears what became of it.
sealed interface WriteRequest {

  /// How it changes the database.
  Change change();

  /// Tells the one who waits.
  void complete(CommitOutcome outcome);

  /// Adds writes to a group. Runs on the committer's thread; adds all or throws.
  @FunctionalInterface
  interface Change {
    void addTo(Group group);
  }

  /// A journal batch.
  record Commit(int stripe, int entries, Change change, CompletableFuture<CommitOutcome> waiting) implements WriteRequest {
    @Override
    public void complete(CommitOutcome outcome) {
      waiting.complete(outcome);
    }
  }

  /// Rows beside the journal: cursors, devices, users, expiry. `rows` is how many it writes.
  record Save(int rows, Change change, CompletableFuture<Void> waiting) implements WriteRequest {
    @Override
    public void complete(CommitOutcome outcome) {
      switch (outcome) {
        case CommitOutcome.Committed _ -> waiting.complete(null);
        case CommitOutcome.StoreFull(String detail) ->
            waiting.completeExceptionally(new StoreException(Reason.FULL, detail));
        case CommitOutcome.Unknown(String detail) ->
            waiting.completeExceptionally(new StoreException(Reason.UNKNOWN, detail));
      }
    }
  }
}
