package chasqui.drills.sim.shared;

import chasqui.drills.sim.store.StoreWrite;
import chasqui.mailbox.store.shared.JournalTable;
import chasqui.store.v1.JournalRow;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/// Rows change by conditional writes, one after the other. Marks are cells that are ordered by their own value.
final class SharedJournals implements JournalTable {
  private static final String APPLIED = "applied";
  private static final String DELETED = "deleted";
  private static final StoreWrite NO_MEANING = null;

  private final StoreClient client;

  SharedJournals(StoreClient client) {
    this.client = client;
  }

  @Override
  public CompletionStage<Boolean> insert(JournalId journal, long number, JournalRow row) {
    String what = row.hasSeal() ? "seals " : "commits ";
    return client.ask(what + journal + " at " + number, () -> rows().insert(journal, number, row));
  }

  @Override
  public CompletionStage<Optional<JournalRow>> read(JournalId journal, long number) {
    return client.ask("reads " + journal + " at " + number, () -> rows().read(journal, number));
  }

  @Override
  public CompletionStage<List<Placed>> readPart(JournalId journal, long fromNumber, int rowsMax) {
    return client.ask("reads " + journal + " from " + fromNumber,
        () -> rows().readPart(journal, fromNumber, PLACES_PER_PART, rowsMax));
  }

  @Override
  public CompletionStage<Marks> readMarks(JournalId journal) {
    return client.ask("reads marks of " + journal, () -> {
      NavigableMap<String, CellWrite> cells = client.rows().replicas().read(marksOf(journal));
      return new Marks(value(cells, APPLIED), value(cells, DELETED));
    });
  }

  private static long value(NavigableMap<String, CellWrite> cells, String mark) {
    return cells.containsKey(mark) ? cells.get(mark).order() : 0;
  }

  @Override
  public CompletionStage<Void> raiseApplied(JournalId journal, long applied) {
    rows().raisingApplied(journal, applied);
    return raise(journal, APPLIED, applied);
  }

  @Override
  public CompletionStage<Void> raiseDeleted(JournalId journal, long deleted) {
    rows().raisingDeleted(journal, deleted);
    return raise(journal, DELETED, deleted);
  }

  private CompletionStage<Void> raise(JournalId journal, String mark, long value) {
    CellWrite cell = new CellWrite(marksOf(journal), mark, value, value);
    return client.write("raises " + mark + " of " + journal + " to " + value, List.of(cell), NO_MEANING);
  }

  @Override
  public CompletionStage<Void> deletePart(JournalId journal, long part) {
    return delete("deletes part " + part + " of " + journal, journal,
        part * PLACES_PER_PART, (part + 1) * PLACES_PER_PART - 1);
  }

  @Override
  public CompletionStage<Void> deleteUpto(JournalId journal, long number) {
    return delete("deletes " + journal + " up to " + number, journal, number - number % PLACES_PER_PART, number);
  }

  private CompletionStage<Void> delete(String what, JournalId journal, long first, long last) {
    return client.ask(what, () -> {
      client.rows().audit().expect(client.rows().replicas().isDurable(new CellWrite(marksOf(journal), DELETED, last, last)),
          "what is up to " + last + " goes before the mark that says so is durable", journal);
      rows().delete(journal, first, last);
      return null;
    });
  }

  private static String marksOf(JournalId journal) {
    return "marks " + journal;
  }

  private Journals rows() {
    return client.rows().journals();
  }
}
