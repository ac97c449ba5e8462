package chasqui.mailbox.store.cql;

import com.datastax.oss.driver.api.core.cql.AsyncResultSet;
import com.datastax.oss.driver.api.core.cql.BoundStatement;
import com.datastax.oss.driver.api.core.cql.PreparedStatement;
import com.datastax.oss.driver.api.core.cql.Row;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.function.Predicate;

/// A prepared statement with its kind. May be used by any thread.
final class Query {
  private final Cql cql;
  private final Kind kind;
  private final String table;
  private final PreparedStatement prepared;

  Query(Cql cql, Kind kind, String table, PreparedStatement prepared) {
    this.cql = cql;
    this.kind = kind;
    this.table = table;
    this.prepared = prepared;
  }

  Kind kind() {
    return kind;
  }

  String table() {
    return table;
  }

  /// The statement with its values, to be sent alone or in a batch.
  BoundStatement bind(Object... values) {
    return prepared.bind(values);
  }

  /// Sends a write.
  CompletionStage<Void> write(Object... values) {
    return cql.write(table, 1, bind(values));
  }

  /// Sends a conditional write: true if its condition held.
  CompletionStage<Boolean> applies(BoundStatement statement) {
    cql.metrics().written(table, 1);
    // Asked before anything else: servers differ in what rows they add to the answer.
    return Stages.map(cql.send(kind, statement), AsyncResultSet::wasApplied);
  }

  /// Reads at most one row.
  <T> CompletionStage<Optional<T>> one(Function<Row, T> decode, Object... values) {
    return Stages.map(cql.send(kind, bind(values)), rows -> Optional.ofNullable(rows.one()).map(decode));
  }

  /// Reads all rows.
  <T> CompletionStage<List<T>> all(Function<Row, T> decode, Object... values) {
    List<T> found = new ArrayList<>();
    return Stages.map(each(bind(values), row -> found.add(decode.apply(row))), done -> found);
  }

  /// Gives the rows one after the other, page by page, until there are no more or `sink` wants no more.
  CompletionStage<Void> each(BoundStatement statement, Predicate<Row> sink) {
    return Stages.then(cql.send(kind, statement), page -> passOn(page, sink));
  }

  private CompletionStage<Void> passOn(AsyncResultSet page, Predicate<Row> sink) {
    for (Row row : page.currentPage()) {
      if (!sink.test(row)) {
        return CompletableFuture.completedStage(null);
      }
    }
    return page.hasMorePages()
        ? Stages.then(cql.send(kind, page::fetchNextPage), next -> passOn(next, sink))
        : CompletableFuture.completedStage(null);
  }
}
