package chasqui.mailbox.store.shared;

import chasqui.store.v1.SlotOwnerRow;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/// Who serves each slot. A row is changed by compare-and-set only, and each change raises its epoch.
public interface CustodyTable {

  /// The rows of these slots, seeing every change that was answered before; absent where nobody ever served one.
  CompletionStage<Map<Integer, SlotOwnerRow>> read(Collection<Integer> slots);

  /// Replaces the row if it is still `expected` (empty: if there is none); false if it is another. `UNKNOWN` may come true
  /// later: the caller tries again until the row is another than expected.
  CompletionStage<Boolean> change(int slot, Optional<SlotOwnerRow> expected, SlotOwnerRow next);
}
