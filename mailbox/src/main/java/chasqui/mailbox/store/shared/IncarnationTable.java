package chasqui.mailbox.store.shared;

import chasqui.store.v1.IncarnationRow;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/// The incarnations that may have committed.
public interface IncarnationTable {

  /// Lists an incarnation, before its first commit.
  CompletionStage<Void> add(IncarnationRow row);

  /// One incarnation.
  CompletionStage<Optional<IncarnationRow>> read(String incarnation);

  /// All that are listed, those replayed up to some days ago included, in no order.
  CompletionStage<List<IncarnationRow>> list();

  /// All journals of the incarnation are sealed, applied and told of. Never undone; may be said twice.
  CompletionStage<Void> markReplayed(String incarnation);
}
