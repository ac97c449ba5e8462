package chasqui.drills.sim.shared;

import chasqui.mailbox.store.shared.JournalTable.JournalId;
import chasqui.mailbox.store.shared.JournalTable.Marks;
import chasqui.mailbox.store.shared.JournalTable.Placed;
import chasqui.store.v1.JournalRow;
import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/// The places of all journals, and what must hold of them at every moment.
final class Journals {
  private static final Comparator<JournalId> ORDER =
      Comparator.comparing(JournalId::incarnation).thenComparingInt(JournalId::stripe);

  /// Hears of each batch once, when it takes its place.
  @FunctionalInterface
  interface Committed {
    void batch(JournalId journal, JournalRow row);
  }

  private final NavigableMap<JournalId, NavigableMap<Long, JournalRow>> places = new TreeMap<>(ORDER);
  private final NavigableMap<JournalId, Marks> highestMarks = new TreeMap<>(ORDER);
  // Those that counted when they were won: no hole was below them.
  private final NavigableMap<JournalId, Long> seals = new TreeMap<>(ORDER);
  // What was ever placed: a row that comes back into a place that was deleted is no new one.
  private final Set<ByteString> placed = new HashSet<>();
  private final Replicas replicas;
  private final Audit audit;
  private final Happenings tally;
  private final Committed committed;

  Journals(Replicas replicas, Audit audit, Happenings tally, Committed committed) {
    this.tally = tally;
    this.replicas = replicas;
    this.audit = audit;
    this.committed = committed;
  }

  boolean insert(JournalId journal, long number, JournalRow row) {
    NavigableMap<Long, JournalRow> rows = places.computeIfAbsent(journal, _ -> new TreeMap<>());
    if (rows.containsKey(number)) {
      boolean same = rows.get(number).getNonce().equals(row.getNonce());
      tally.count((row.hasSeal() ? "seals" : "batches") + (same ? " inserted again" : " that met another row"));
      return false;
    }
    check(journal, number, row, rows);
    rows.put(number, row);
    tally.count(row.hasSeal() ? "seals won" : "batches");
    if (row.hasSeal() && number > marks(journal).deleted()) {
      seals.putIfAbsent(journal, number);
    }
    if (placed.add(row.getNonce()) && row.hasBatch()) {
      committed.batch(journal, row);
    }
    return true;
  }

  private void check(JournalId journal, long number, JournalRow row, NavigableMap<Long, JournalRow> rows) {
    if (number <= marks(journal).deleted()) {
      tally.count(row.hasSeal() ? "seals won in a hole" : "rows that came back into a hole");
      // A seal won in a hole, which its writer has to find out, or a row that was there before.
      audit.expect(row.hasSeal() || placed.contains(row.getNonce()), "a batch was put into the hole at " + number, journal);
      return;
    }
    audit.expect(number == 1 || number - 1 <= marks(journal).deleted() || rows.containsKey(number - 1),
        "place " + number + " is taken before the one below", journal);
    audit.expect(rows.tailMap(number).isEmpty(), "place " + number + " is taken after one above", journal);
    if (row.hasBatch()) {
      audit.expect(row.getBatch().getBatchNumber() == number, "a batch stands at a place of another number", journal);
      audit.expect(sealOf(journal).isEmpty(), "a batch was placed after the seal", journal);
    }
  }

  Optional<JournalRow> read(JournalId journal, long number) {
    return Optional.ofNullable(rows(journal).get(number));
  }

  List<Placed> readPart(JournalId journal, long from, int placesPerPart, int rowsMax) {
    List<Placed> found = new ArrayList<>();
    long end = Math.min((from / placesPerPart + 1) * placesPerPart, from + rowsMax);
    for (long number = from; number < end && rows(journal).containsKey(number); number++) {
      found.add(new Placed(number, rows(journal).get(number)));
    }
    return found;
  }

  void delete(JournalId journal, long first, long last) {
    NavigableMap<Long, JournalRow> deleted = places.computeIfAbsent(journal, _ -> new TreeMap<>())
        .subMap(first, true, last, true);
    audit.expect(last <= marks(journal).deleted(), "what is up to " + last + " goes unannounced", journal);
    Long seal = seals.get(journal);
    audit.expect(seal == null || !deleted.containsKey(seal), "the seal goes with what is up to " + last, journal);
    tally.count("rows deleted", deleted.size());
    deleted.clear();
  }

  /// The marks as a quorum has them are the business of the replicas; these are the highest that anybody wrote.
  Marks marks(JournalId journal) {
    return highestMarks.getOrDefault(journal, Marks.NONE);
  }

  void raisingApplied(JournalId journal, long applied) {
    Marks before = marks(journal);
    rows(journal).subMap(before.applied(), false, Math.max(applied, before.applied()), true).forEach((number, row) ->
        audit.expect(isApplied(row), "the mark of the applied is raised to " + applied + ", above " + number, journal));
    if (applied > before.applied()) {
      audit.expect(rows(journal).containsKey(applied), "the mark is raised to the empty place " + applied, journal);
      highestMarks.put(journal, new Marks(applied, before.deleted()));
    }
  }

  void raisingDeleted(JournalId journal, long deleted) {
    Marks before = marks(journal);
    audit.expect(deleted <= before.applied(), "the mark of the deleted is raised above what is applied", journal);
    if (deleted > before.deleted()) {
      highestMarks.put(journal, new Marks(before.applied(), deleted));
    }
  }

  boolean isApplied(JournalRow row) {
    return row.hasSeal() || row.getBatch().getCommitsList().stream()
        .allMatch(commit -> CommitCells.of(commit).stream().allMatch(replicas::isDurable));
  }

  /// The place of the seal that counts.
  Optional<Long> sealOf(JournalId journal) {
    return Optional.ofNullable(seals.get(journal));
  }

  /// What stands in a journal, ascending.
  NavigableMap<Long, JournalRow> rows(JournalId journal) {
    return places.getOrDefault(journal, new TreeMap<>());
  }

  /// All journals that anything was ever put into.
  Iterable<JournalId> all() {
    return places.keySet();
  }
}
