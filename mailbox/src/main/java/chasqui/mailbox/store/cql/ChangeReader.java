package chasqui.mailbox.store.cql;

import chasqui.log.v1.Entry;
import chasqui.mailbox.store.ChangeRows;
import com.datastax.oss.driver.api.core.cql.BoundStatement;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/// Reads what changed the messages of a conversation: first which buckets hold changes at all, then those.
final class ChangeReader {
  private static final int PAGE_ROWS = 500;

  private final Query buckets;
  private final Query oldest;
  private final Query newest;

  ChangeReader(Cql cql) {
    buckets = cql.query(Kind.READ,
        "SELECT bucket FROM {}.change_bucket WHERE conversation = ? AND bucket >= ? AND bucket <= ?");
    String range = "SELECT entry FROM {}.change WHERE conversation = ? AND bucket = ? AND target > ? AND target <= ?";
    oldest = cql.query(Kind.READ, range);
    newest = cql.query(Kind.READ, range + " ORDER BY target DESC, seq DESC");
  }

  CompletionStage<ChangeRows> read(String conversationId, long after, long upto, int rowsMax, boolean newestFirst) {
    if (upto <= after) {
      return CompletableFuture.completedStage(new ChangeRows(List.of(), true));
    }
    Run run = new Run(conversationId, after, upto, newestFirst ? newest : oldest,
        new ChangeRows.Gathering(rowsMax, newestFirst));
    CompletionStage<List<Long>> holding = buckets.all(
        row -> row.getLong("bucket"), conversationId, Buckets.ofChange(after + 1), Buckets.ofChange(upto));
    return Stages.map(
        Stages.then(holding, found -> run.read((newestFirst ? found.reversed() : found).iterator())),
        done -> run.gathering.done());
  }

  private record Run(String conversationId, long after, long upto, Query query, ChangeRows.Gathering gathering) {

    CompletionStage<Void> read(Iterator<Long> buckets) {
      if (!buckets.hasNext()) {
        return CompletableFuture.completedStage(null);
      }
      BoundStatement statement = query.bind(conversationId, buckets.next(), after, upto).setPageSize(PAGE_ROWS);
      boolean[] more = {true};
      CompletionStage<Void> bucket = query.each(statement, row -> {
        more[0] = gathering.add(Blobs.parse(Entry.parser(), row.getByteBuffer("entry")));
        return more[0];
      });
      return Stages.then(bucket, done -> more[0] ? read(buckets) : CompletableFuture.completedStage(null));
    }
  }
}
