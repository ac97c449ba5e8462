package chasqui.mailbox.store.embedded;

import chasqui.mailbox.store.StoreException;
import chasqui.mailbox.store.StoreException.Reason;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/// Writes of rows beside the journal: they wait for the next group and share its sync.
final class Saves {
  private final PendingWrites pending;

  Saves(PendingWrites pending) {
    this.pending = pending;
  }

  /// Completes when durable, or with a {@link StoreException}.
  CompletionStage<Void> save(int rows, WriteRequest.Change change) {
    CompletableFuture<Void> saved = new CompletableFuture<>();
    switch (pending.offer(new WriteRequest.Save(rows, change, saved))) {
      case TAKEN -> {}
      case BUSY ->
          saved.completeExceptionally(
              new StoreException(Reason.BUSY, "more than " + pending.savesMax() + " saves wait for a sync"));
      case CLOSED -> saved.completeExceptionally(new StoreException(Reason.CLOSED, "the store is closed"));
    }
    return saved;
  }
}
