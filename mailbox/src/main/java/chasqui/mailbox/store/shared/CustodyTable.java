package chasqui.mailbox.store.shared;

import chasqui.store.v1.SlotOwnerRow;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/// Who serves each slot. A row is changed by compare-and-set only, and each change raises its epoch.
public interface CustodyTable {

  /// The row of a slot, seeing every change that was answered before; empty where nobody ever served it. Of a change without
  /// an answer it may see now the row of before, now that of after. Nothing but what was decided is seen.
  CompletionStage<Optional<SlotOwnerRow>> read(int slot);

  /// As `read`, and what it has not seen of a change that was left half done is not seen by anybody later, unless that
  /// change is asked for again: for those who wait for the outcome of one. Dearer.
  CompletionStage<Optional<SlotOwnerRow>> readSettled(int slot);

  /// Replaces the row if it is still `expected` (empty: if there is none); false if it is another. `UNKNOWN` may come true
  /// later: the caller tries again until the row is another than expected.
  CompletionStage<Boolean> change(int slot, Optional<SlotOwnerRow> expected, SlotOwnerRow next);
}
