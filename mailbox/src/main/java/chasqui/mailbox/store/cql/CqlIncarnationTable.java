package chasqui.mailbox.store.cql;

import chasqui.mailbox.store.shared.IncarnationTable;
import chasqui.store.v1.IncarnationRow;
import com.datastax.oss.driver.api.core.cql.Row;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/// Incarnations: one partition, since all are always read together. A row is written twice in its life, the second time to
/// say that it is replayed; the timestamps 1 and 2 keep that order whatever clocks say. The second writing has a TTL and
/// takes the whole row with it when it ends.
final class CqlIncarnationTable implements IncarnationTable {
  private static final String LIST = "all";
  private static final long ADDED = 1;
  private static final long REPLAYED = 2;

  private final Query add;
  private final Query replayed;
  private final Query read;
  private final Query list;

  CqlIncarnationTable(Cql cql) {
    add = cql.query(Kind.WRITE,
        "INSERT INTO {}.incarnation (list, incarnation, row) VALUES (?, ?, ?) USING TIMESTAMP ?");
    // A week.
    replayed = cql.query(Kind.WRITE,
        "INSERT INTO {}.incarnation (list, incarnation, row) VALUES (?, ?, ?) USING TTL 604800 AND TIMESTAMP ?");
    read = cql.query(Kind.READ, "SELECT row FROM {}.incarnation WHERE list = ? AND incarnation = ?");
    list = cql.query(Kind.READ, "SELECT row FROM {}.incarnation WHERE list = ?");
  }

  @Override
  public CompletionStage<Void> add(IncarnationRow row) {
    return add.write(LIST, row.getIncarnation(), Blobs.of(row), ADDED);
  }

  @Override
  public CompletionStage<Optional<IncarnationRow>> read(String incarnation) {
    return read.one(CqlIncarnationTable::row, LIST, incarnation);
  }

  @Override
  public CompletionStage<List<IncarnationRow>> list() {
    return list.all(CqlIncarnationTable::row, LIST);
  }

  @Override
  public CompletionStage<Void> markReplayed(String incarnation) {
    return Stages.then(read(incarnation), row ->
        row.isEmpty()
            ? CompletableFuture.completedStage(null)
            : replayed.write(
                LIST, incarnation, Blobs.of(row.get().toBuilder().setReplayed(true).build()), REPLAYED));
  }

  private static IncarnationRow row(Row row) {
    return Blobs.parse(IncarnationRow.parser(), row.getByteBuffer("row"));
  }
}
