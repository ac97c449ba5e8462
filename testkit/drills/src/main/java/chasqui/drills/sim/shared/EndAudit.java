package chasqui.drills.sim.shared;

import chasqui.drills.sim.store.ConversationTable;
import chasqui.log.v1.Entry;
import chasqui.store.v1.IncarnationRow;
import chasqui.store.v1.JournalRow;
import chasqui.store.v1.MembershipRow;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/// What must be so at the end of a run, when all is well again.
final class EndAudit {
  private final SharedRows rows;

  EndAudit(SharedRows rows) {
    this.rows = rows;
  }

  /// An incarnation that is gone and was never replayed, or a place of a journal that nobody applied; or null.
  String unfinished(Set<String> living) {
    for (IncarnationRow row : rows.custody().incarnations().values()) {
      if (!row.getReplayed() && !living.contains(row.getIncarnation())) {
        return row.getIncarnation() + " is gone and was never replayed";
      }
    }
    for (var journal : rows.journals().all()) {
      for (var place : rows.journals().rows(journal).entrySet()) {
        JournalRow row = place.getValue();
        if (!rows.journals().isApplied(row)) {
          return "place " + place.getKey() + " of " + journal + " was never applied";
        }
      }
    }
    return null;
  }

  /// The cells have to say what all commits add up to.
  void compare(Consumer<String> complaint) {
    rows.truth().conversations().forEach((id, table) -> {
      compare("the row of " + id, List.of(table.row()), read(CommitCells.rowOf(id)), complaint);
      compare("the log of " + id, List.copyOf(table.log()), read(CommitCells.logOf(id)), complaint);
      List<MembershipRow> members = table.memberships();
      compare("the memberships of " + id, members, read(CommitCells.membersOf(id)), complaint);
      ids(id, table, complaint);
    });
  }

  private void ids(String id, ConversationTable table, Consumer<String> complaint) {
    long stored = read(CommitCells.idsOf(id)).size();
    long sent = table.log().stream().filter(entry -> !entry.getClientMessageId().isEmpty()).map(Entry::getSeq).count();
    if (stored < sent) {
      complaint.accept("of " + sent + " ids of " + id + " only " + stored + " are stored");
    }
  }

  private List<Object> read(String partition) {
    return new ArrayList<>(rows.replicas().readAll(partition).values().stream().map(CellWrite::value).toList());
  }

  private static void compare(String what, List<?> truth, List<?> stored, Consumer<String> complaint) {
    if (!truth.equals(stored)) {
      int at = 0;
      while (at < Math.min(truth.size(), stored.size()) && truth.get(at).equals(stored.get(at))) {
        at++;
      }
      complaint.accept(what + " is otherwise than committed: " + stored.size() + " rows for " + truth.size()
          + ", the first difference is at " + at + ": " + (at < stored.size() ? stored.get(at) : "nothing")
          + " instead of " + (at < truth.size() ? truth.get(at) : "nothing"));
    }
  }
}
