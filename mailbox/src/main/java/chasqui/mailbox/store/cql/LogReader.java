package chasqui.mailbox.store.cql;

import chasqui.log.v1.Entry;
import chasqui.mailbox.store.StoreException;
import com.datastax.oss.driver.api.core.cql.BoundStatement;
import com.datastax.oss.driver.api.core.cql.Row;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/// Reads conversations' logs, bucket by bucket.
final class LogReader {
  private final Function<String, CompletionStage<Long>> head;
  private final Query newest;
  private final Query oldest;
  private final Query one;

  /// @param head gives a conversation's stored head, 0 if there is none
  LogReader(Cql cql, Function<String, CompletionStage<Long>> head) {
    this.head = head;
    String range = "SELECT entry FROM {}.log WHERE conversation = ? AND bucket = ? AND seq > ? AND seq <= ?";
    newest = cql.query(Kind.READ, range + " LIMIT ?");
    oldest = cql.query(Kind.READ, range + " ORDER BY seq ASC LIMIT ?");
    one = cql.query(Kind.READ, "SELECT entry FROM {}.log WHERE conversation = ? AND bucket = ? AND seq = ?");
  }

  /// Ascending; with `newestFirst` the bounds cut off the oldest.
  CompletionStage<List<Entry>> read(LogRange range, boolean newestFirst) {
    if (range.isEmpty()) {
      return CompletableFuture.completedStage(List.of());
    }
    Gathering gathering = new Gathering(range, newestFirst);
    CompletionStage<Void> read =
        newestFirst ? downFrom(range, range.lastBucket(), gathering) : upFrom(range, range.firstBucket(), gathering);
    return Stages.map(read, done -> gathering.ascending());
  }

  private CompletionStage<Void> upFrom(LogRange range, long bucket, Gathering gathering) {
    return Stages.then(readBucket(oldest, range, bucket, gathering), done -> {
      // What does not go on to the end of its bucket does not go on at all.
      boolean ends = gathering.isFull() || gathering.lastSeq() < Buckets.lastOfLog(bucket) || bucket == range.lastBucket();
      return ends ? nothing() : upFrom(range, bucket + 1, gathering);
    });
  }

  private CompletionStage<Void> downFrom(LogRange range, long bucket, Gathering gathering) {
    return Stages.then(readBucket(newest, range, bucket, gathering), done -> {
      if (gathering.isFull() || bucket == range.firstBucket()) {
        return nothing();
      }
      // Nothing where the newest should be: the range ends beyond the head, maybe far beyond.
      return gathering.isEmpty() ? fromHead(range, bucket, gathering) : downFrom(range, bucket - 1, gathering);
    });
  }

  private CompletionStage<Void> fromHead(LogRange range, long emptyBucket, Gathering gathering) {
    return Stages.then(head.apply(range.conversationId()), stored -> {
      LogRange known = range.upto(stored);
      boolean isBelow = !known.isEmpty() && known.lastBucket() < emptyBucket;
      return isBelow ? downFrom(known, known.lastBucket(), gathering) : nothing();
    });
  }

  private static CompletionStage<Void> nothing() {
    return CompletableFuture.completedStage(null);
  }

  private static CompletionStage<Void> readBucket(Query query, LogRange range, long bucket, Gathering gathering) {
    BoundStatement statement =
        query.bind(range.conversationId(), bucket, range.after(), range.upto(), gathering.missing());
    return query.each(statement.setPageSize(gathering.pageRows()), gathering::add);
  }

  /// By bisection: stamps rise with the seq. What is missing lies beyond the head.
  CompletionStage<Long> firstSeqSince(String conversationId, long stampMicros, long upto) {
    return bisect(conversationId, stampMicros, new Bounds(0, upto + 1, true), upto);
  }

  /// @param low an entry before the stamp, or 0
  /// @param high an entry since the stamp, or none
  private record Bounds(long low, long high, boolean highIsMissing) {}

  private CompletionStage<Long> bisect(String conversationId, long stampMicros, Bounds bounds, long upto) {
    if (bounds.high() - bounds.low() <= 1) {
      return CompletableFuture.completedStage(bounds.highIsMissing() ? upto + 1 : bounds.high());
    }
    long middle = bounds.low() + (bounds.high() - bounds.low()) / 2;
    CompletionStage<Optional<Entry>> entry = one.one(LogReader::entry, conversationId, Buckets.ofLog(middle), middle);
    return Stages.then(entry, found -> {
      boolean isBefore = found.isPresent() && found.get().getStampMicros() < stampMicros;
      Bounds closer = isBefore
          ? new Bounds(middle, bounds.high(), bounds.highIsMissing())
          : new Bounds(bounds.low(), middle, found.isEmpty());
      return bisect(conversationId, stampMicros, closer, upto);
    });
  }

  private static Entry entry(Row row) {
    return Blobs.parse(Entry.parser(), row.getByteBuffer("entry"));
  }

  /// Entries in the order of reading, up to the bounds. Used by one thread at a time.
  private static final class Gathering {
    private static final int PAGE_ROWS_MIN = 16;
    private static final int PAGE_ROWS_MAX = 64;
    private static final int BYTES_PER_ROW = 8 << 10;

    private final LogRange range;
    private final boolean newestFirst;
    private final List<Entry> entries = new ArrayList<>();
    private long bytes;
    private boolean full;

    Gathering(LogRange range, boolean newestFirst) {
      this.range = range;
      this.newestFirst = newestFirst;
    }

    /// False if there is no room for it.
    boolean add(Row row) {
      ByteBuffer blob = row.getByteBuffer("entry");
      bytes += blob.remaining();
      if (bytes > range.bytesMax() && !entries.isEmpty()) {
        full = true;
        return false;
      }
      Entry entry = Blobs.parse(Entry.parser(), blob);
      requireNext(entry.getSeq());
      entries.add(entry);
      full = entries.size() >= range.entriesMax();
      return !full;
    }

    /// Nothing deletes rows, so a hole is damage, or what is still being written: it must not be delivered as if it were lawful.
    private void requireNext(long seq) {
      boolean dense = newestFirst ? entries.isEmpty() || seq == lastSeq() - 1 : seq == lastSeq() + 1;
      if (!dense) {
        throw new StoreException(
            "the log of " + range.conversationId() + " goes on with " + seq + " beside " + lastSeq(), null);
      }
    }

    /// The one read last.
    long lastSeq() {
      return entries.isEmpty() ? range.after() : entries.getLast().getSeq();
    }

    boolean isFull() {
      return full;
    }

    boolean isEmpty() {
      return entries.isEmpty();
    }

    int missing() {
      return range.entriesMax() - entries.size();
    }

    /// Few where few bytes are wanted: a row may have 64 KiB.
    int pageRows() {
      return Math.clamp(range.bytesMax() / BYTES_PER_ROW, PAGE_ROWS_MIN, PAGE_ROWS_MAX);
    }

    List<Entry> ascending() {
      return newestFirst ? new ArrayList<>(entries.reversed()) : entries;
    }
  }
}
