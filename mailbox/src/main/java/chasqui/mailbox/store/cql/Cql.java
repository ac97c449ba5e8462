package chasqui.mailbox.store.cql;

import com.datastax.oss.driver.api.core.CqlSession;
import com.datastax.oss.driver.api.core.cql.AsyncResultSet;
import com.datastax.oss.driver.api.core.cql.SimpleStatement;
import com.datastax.oss.driver.api.core.cql.Statement;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A keyspace and the way to it.
final class Cql {
  /// Stands for the keyspace and its dot in the text of a statement.
  private static final Pattern TABLE = Pattern.compile("\\{}\\.([a-z_]+)");

  private final CqlSession session;
  private final String keyspace;
  private final Requests requests;
  private final CqlMetrics metrics;

  Cql(CqlSession session, String keyspace, Requests requests, CqlMetrics metrics) {
    this.session = session;
    this.keyspace = keyspace;
    this.requests = requests;
    this.metrics = metrics;
  }


  static String inKeyspace(String text, String keyspace) {
    return text.replace("{}.", keyspace + ".");
  }

  /// Prepares a statement, in which `{}.log` is the table `log`. Blocks: for the opening of a store.
  Query query(Kind kind, String text) {
    Matcher table = TABLE.matcher(text);
    if (!table.find()) {
      throw new IllegalArgumentException("no table in: " + text);
    }
    SimpleStatement statement =
        SimpleStatement.newInstance(inKeyspace(text, keyspace)).setIdempotent(kind != Kind.CONDITIONAL);
    // Plain writes have the session's level, which is the same: the driver warns of statements in a batch that have their own.
    SimpleStatement leveled = kind == Kind.WRITE ? statement : statement.setConsistencyLevel(kind.level());
    return new Query(this, kind, table.group(1), Waits.answerOf(session.prepareAsync(leveled)));
  }

  CompletionStage<AsyncResultSet> send(Kind kind, Statement<?> statement) {
    return send(kind, () -> session.executeAsync(statement));
  }

  CompletionStage<AsyncResultSet> send(Kind kind, Supplier<CompletionStage<AsyncResultSet>> call) {
    return requests.send(kind, call);
  }

  /// Sends a plain write.
  ///
  /// @param rows how many rows of `table` it writes
  CompletionStage<Void> write(String table, int rows, Statement<?> statement) {
    metrics.written(table, rows);
    return Stages.map(send(Kind.WRITE, statement), done -> null);
  }

  CqlMetrics metrics() {
    return metrics;
  }
}
