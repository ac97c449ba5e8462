package chasqui.mailbox.store.cql;

import com.datastax.oss.driver.api.core.cql.BatchStatement;
import com.datastax.oss.driver.api.core.cql.BatchStatementBuilder;
import com.datastax.oss.driver.api.core.cql.BatchType;
import com.datastax.oss.driver.api.core.cql.BoundStatement;
import com.datastax.oss.driver.api.core.cql.Statement;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/// Plain writes that are sent together: those of one partition in one unlogged batch, which its replicas take as one
/// mutation. Never more than one partition in a batch.
final class Writes {
  /// Rows of one batch. With the bound of a commit (256 KiB, or one entry) it keeps batches below a server's limit.
  private static final int BATCH_ROWS_MAX = 100;

  private final Cql cql;
  private final Map<String, List<Write>> byPartition = new LinkedHashMap<>();

  private record Write(Query query, BoundStatement statement) {}

  Writes(Cql cql) {
    this.cql = cql;
  }

  /// @param partition names the partition, by whatever tells it from the others; tables with the same key share it
  void add(String partition, Query query, Object... values) {
    byPartition.computeIfAbsent(partition, name -> new ArrayList<>()).add(new Write(query, query.bind(values)));
  }

  /// Sends all. Completes when a quorum has every one.
  CompletionStage<Void> send() {
    List<List<Write>> requests = requests();
    return requests.size() == 1 ? send(requests.getFirst()) : Stages.paced(steps(), Integer.MAX_VALUE);
  }

  /// Each step sends one request.
  Iterator<Supplier<CompletionStage<Void>>> steps() {
    return requests().stream().<Supplier<CompletionStage<Void>>>map(writes -> () -> send(writes)).iterator();
  }

  private List<List<Write>> requests() {
    List<List<Write>> requests = new ArrayList<>();
    for (List<Write> writes : byPartition.values()) {
      for (int i = 0; i < writes.size(); i += BATCH_ROWS_MAX) {
        requests.add(writes.subList(i, Math.min(writes.size(), i + BATCH_ROWS_MAX)));
      }
    }
    return requests;
  }

  private CompletionStage<Void> send(List<Write> writes) {
    writes.forEach(write -> cql.metrics().written(write.query().table(), 1));
    return Stages.map(cql.send(Kind.WRITE, statement(writes)), done -> null);
  }

  private static Statement<?> statement(List<Write> writes) {
    if (writes.size() == 1) {
      return writes.getFirst().statement();
    }
    BatchStatementBuilder batch = BatchStatement.builder(BatchType.UNLOGGED)
        .setConsistencyLevel(Kind.WRITE.level()).setIdempotence(true);
    writes.forEach(write -> batch.addStatement(write.statement()));
    return batch.build();
  }
}
