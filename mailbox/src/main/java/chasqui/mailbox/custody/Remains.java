package chasqui.mailbox.custody;

import chasqui.mailbox.store.shared.JournalTable;
import chasqui.mailbox.store.shared.JournalTable.JournalId;
import chasqui.mailbox.store.shared.JournalTable.Marks;
import chasqui.store.v1.IncarnationRow;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Deletes what replayed incarnations have left of their journals, as late as a living one would. The seals stay. May be
/// done twice, or by two.
///
/// Its owner may only have been paused. Then one insert of it may be under way, at a place that was held before the journal was
/// sealed, and replayed since: so it repeats what is applied already, and the place behind it has the seal.
final class Remains {

  /// Sweeps in which an incarnation has to have been seen as replayed: ten minutes.
  static final int SWEEPS_KEPT = 21;

  // Its owner may have died between the mark and the deletion of parts below it: as many are deleted again.
  private static final int PARTS_AGAIN = 16;

  private final Loop loop;
  private final JournalTable table;
  private final Map<String, Integer> sweeps = new HashMap<>();

  Remains(Loop loop, JournalTable table) {
    this.loop = loop;
    this.table = table;
  }

  /// All incarnations, as a sweep has found them.
  void swept(List<IncarnationRow> rows) {
    Set<String> replayed = new HashSet<>();
    for (IncarnationRow row : rows) {
      if (row.getReplayed()) {
        replayed.add(row.getIncarnation());
        if (sweeps.merge(row.getIncarnation(), 1, Integer::sum) == SWEEPS_KEPT) {
          for (int stripe = 0; stripe < row.getStripes(); stripe++) {
            remove(new JournalId(row.getIncarnation(), stripe));
          }
        }
      }
    }
    sweeps.keySet().retainAll(replayed);
  }

  // Up to `applied` and no further: the seal stands behind it, wherever that is. What fails is left to the other nodes, or
  // to a later life of this one.
  private void remove(JournalId journal) {
    loop.when(table.readMarks(journal), (marks, failure) -> {
      if (failure == null && marks.applied() > 0) {
        loop.when(table.raiseDeleted(journal, marks.applied()), (raised, unraised) -> {
          if (unraised == null) {
            removeParts(journal, marks);
          }
        });
      }
    });
  }

  private void removeParts(JournalId journal, Marks marks) {
    long first = Math.max(0, marks.deleted() / JournalTable.PLACES_PER_PART - PARTS_AGAIN);
    for (long part = first; (part + 1) * JournalTable.PLACES_PER_PART - 1 <= marks.applied(); part++) {
      table.deletePart(journal, part);
    }
    table.deleteUpto(journal, marks.applied());
  }
}
