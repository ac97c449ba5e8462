package chasqui.log.fold;

import chasqui.log.v1.Entry;
import chasqui.log.v1.FoldedEntry;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Folds a page.
public final class Folding {

  private Folding() {}

  /// The entries of `(after, upto]` that stand in a place of their own, with their changes folded in.
  ///
  /// @param entries ascending
  /// @param changes what changed them, ascending for each; those of other entries are passed over
  public static List<FoldedEntry> fold(List<Entry> entries, List<Entry> changes, long after, long upto) {
    Map<Long, Fold> folds = new LinkedHashMap<>();
    for (Entry entry : entries) {
      if (entry.getSeq() > after && entry.getSeq() <= upto && !Changes.isChange(entry)) {
        folds.put(entry.getSeq(), Fold.of(entry));
      }
    }
    for (Entry change : changes) {
      Fold fold = folds.get(Changes.targetOf(change));
      if (fold != null) {
        fold.apply(change);
      }
    }
    return folds.values().stream().map(Fold::view).toList();
  }
}
