package chasqui.mailbox.store.cql;

import chasqui.mailbox.store.shared.JournalTable;
import chasqui.store.v1.JournalRow;
import com.datastax.oss.driver.api.core.cql.BoundStatement;
import com.datastax.oss.driver.api.core.cql.Row;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;

/// Journals: a partition for each part, a conditional insert for each row. A row has at most 256 KiB, a part so at most
/// 64 MiB.
final class CqlJournalTable implements JournalTable {
  /// Rows of one page of a read: 4 MiB at most.
  private static final int PAGE_ROWS = 16;

  private final Coordinators coordinators;
  private final Query insert;
  private final Query read;
  private final Query readFrom;
  private final Query readMarks;
  private final Query raiseApplied;
  private final Query raiseDeleted;
  private final Query deletePart;
  private final Query deleteUpto;
  /// Journals whose last insert had an unknown outcome, with how many did in a row.
  private final Map<JournalId, Integer> troubled = new ConcurrentHashMap<>();

  CqlJournalTable(Cql cql, Coordinators coordinators) {
    this.coordinators = coordinators;
    insert = cql.query(Kind.CONDITIONAL,
        "INSERT INTO {}.journal (incarnation, stripe, part, number, row) VALUES (?, ?, ?, ?, ?) IF NOT EXISTS");
    read = cql.query(Kind.SERIAL_READ,
        "SELECT row FROM {}.journal WHERE incarnation = ? AND stripe = ? AND part = ? AND number = ?");
    readFrom = cql.query(Kind.SERIAL_READ,
        "SELECT number, row FROM {}.journal WHERE incarnation = ? AND stripe = ? AND part = ? AND number >= ? LIMIT ?");
    readMarks = cql.query(Kind.READ,
        "SELECT applied, deleted FROM {}.journal_mark WHERE incarnation = ? AND stripe = ?");
    raiseApplied = cql.query(Kind.WRITE,
        "UPDATE {}.journal_mark USING TIMESTAMP ? SET applied = ? WHERE incarnation = ? AND stripe = ?");
    raiseDeleted = cql.query(Kind.WRITE,
        "UPDATE {}.journal_mark USING TIMESTAMP ? SET deleted = ? WHERE incarnation = ? AND stripe = ?");
    // The writes whose timestamps are the server's: those of the rows are, too.
    deletePart = cql.query(Kind.WRITE,
        "DELETE FROM {}.journal WHERE incarnation = ? AND stripe = ? AND part = ?");
    deleteUpto = cql.query(Kind.WRITE,
        "DELETE FROM {}.journal WHERE incarnation = ? AND stripe = ? AND part = ? AND number <= ?");
  }

  @Override
  public CompletionStage<Boolean> insert(JournalId journal, long number, JournalRow row) {
    BoundStatement statement =
        insert.bind(journal.incarnation(), journal.stripe(), part(number), number, Blobs.of(row));
    Integer unknown = troubled.get(journal);
    // The coordinator of before may be what is wrong.
    CompletionStage<Boolean> inserted =
        insert.applies(unknown == null ? statement : coordinators.another(statement, unknown));
    return inserted.whenComplete((taken, failure) -> {
      if (failure != null) {
        troubled.merge(journal, 1, Integer::sum);
      } else if (unknown != null) {
        troubled.remove(journal);
      }
    });
  }

  @Override
  public CompletionStage<Optional<JournalRow>> read(JournalId journal, long number) {
    return read.one(CqlJournalTable::row, journal.incarnation(), journal.stripe(), part(number), number);
  }

  @Override
  public CompletionStage<List<Placed>> readPart(JournalId journal, long fromNumber, int rowsMax) {
    int left = (int) Math.min(rowsMax, PLACES_PER_PART - fromNumber % PLACES_PER_PART);
    BoundStatement statement =
        readFrom.bind(journal.incarnation(), journal.stripe(), part(fromNumber), fromNumber, left).setPageSize(PAGE_ROWS);
    List<Placed> found = new ArrayList<>();
    CompletionStage<Void> read = readFrom.each(statement, row -> {
      Placed placed = new Placed(row.getLong("number"), row(row));
      return placed.number() == fromNumber + found.size() && found.add(placed);
    });
    return Stages.map(read, done -> found);
  }

  @Override
  public CompletionStage<Marks> readMarks(JournalId journal) {
    CompletionStage<Optional<Marks>> marks =
        readMarks.one(row -> new Marks(row.getLong("applied"), row.getLong("deleted")), journal.incarnation(), journal.stripe());
    return Stages.map(marks, found -> found.orElse(Marks.NONE));
  }

  @Override
  public CompletionStage<Void> raiseApplied(JournalId journal, long applied) {
    return raise(raiseApplied, journal, applied);
  }

  @Override
  public CompletionStage<Void> raiseDeleted(JournalId journal, long deleted) {
    return raise(raiseDeleted, journal, deleted);
  }

  /// The value is its own timestamp: the higher stands, whenever it comes.
  private static CompletionStage<Void> raise(Query mark, JournalId journal, long value) {
    return mark.write(value, value, journal.incarnation(), journal.stripe());
  }

  @Override
  public CompletionStage<Void> deletePart(JournalId journal, long part) {
    return deletePart.write(journal.incarnation(), journal.stripe(), part);
  }

  @Override
  public CompletionStage<Void> deleteUpto(JournalId journal, long number) {
    return deleteUpto.write(journal.incarnation(), journal.stripe(), part(number), number);
  }

  private static long part(long number) {
    return number / PLACES_PER_PART;
  }

  private static JournalRow row(Row row) {
    return Blobs.parse(JournalRow.parser(), row.getByteBuffer("row"));
  }
}
