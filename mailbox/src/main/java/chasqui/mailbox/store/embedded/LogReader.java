package chasqui.mailbox.store.embedded;

import chasqui.log.v1.Entry;
import chasqui.mailbox.store.StoreException;
import chasqui.mailbox.store.StoreException.Reason;
import com.google.protobuf.InvalidProtocolBufferException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;

/// Reads one conversation's log, which is stored newest first. Holds one iterator, so all it reads is of one moment.
final class LogReader implements AutoCloseable {
  /// Rows fetched at a time when the oldest are wanted: they lie at the far end of the range, and seqs are dense, so a
  /// short range forward and turned round costs a quarter of walking backwards.
  private static final int TURN_ROUND_ROWS = 32;

  private final String conversationId;
  private final byte[] prefix;
  private final RocksIterator rows;
  private final Key key = new Key();

  LogReader(Database database, String conversationId) {
    this.conversationId = conversationId;
    this.prefix = key.log(conversationId).toBytes();
    this.rows = database.iterate(Column.LOG);
  }

  /// The newest of `after < seq <= upto` within the bounds, ascending.
  List<Entry> newest(long after, long upto, int entriesMax, long bytesMax)
      throws RocksDBException, InvalidProtocolBufferException {
    List<Entry> entries = new ArrayList<>();
    long bytes = 0;
    for (seek(upto); entries.size() < entriesMax && isAbove(after); rows.next()) {
      byte[] value = rows.value();
      bytes += value.length;
      if (bytes > bytesMax && !entries.isEmpty()) {
        break;
      }
      entries.add(Entry.parseFrom(value));
    }
    rows.status();
    Collections.reverse(entries);
    requireDense(entries);
    return entries;
  }

  /// The oldest of `after < seq <= upto` within the bounds, ascending.
  List<Entry> oldest(long after, long upto, int entriesMax, long bytesMax)
      throws RocksDBException, InvalidProtocolBufferException {
    List<Entry> entries = new ArrayList<>();
    long bytes = 0;
    long from = after;
    while (from < upto && entries.size() < entriesMax) {
      long to = Math.min(upto, from + Math.min(TURN_ROUND_ROWS, entriesMax - entries.size()));
      List<Entry> some = newest(from, to, TURN_ROUND_ROWS, Long.MAX_VALUE);
      if (some.isEmpty()) {
        break;
      }
      for (Entry entry : some) {
        bytes += entry.getSerializedSize();
        if (bytes > bytesMax && !entries.isEmpty()) {
          return entries;
        }
        entries.add(entry);
      }
      from = to;
    }
    return entries;
  }

  /// By bisection: stamps rise with the seq.
  long firstSeqSince(long stampMicros, long upto) throws RocksDBException, InvalidProtocolBufferException {
    seek(upto);
    if (!isAbove(0)) {
      rows.status();
      return upto + 1;
    }
    long low = 0;
    long high = Key.seqOfLogKey(rows.key());
    if (Entry.parseFrom(rows.value()).getStampMicros() < stampMicros) {
      return upto + 1;
    }
    while (high - low > 1) {
      long middle = low + (high - low) / 2;
      seek(middle);
      if (isAbove(low) && Entry.parseFrom(rows.value()).getStampMicros() >= stampMicros) {
        high = Key.seqOfLogKey(rows.key());
      } else {
        low = middle;
      }
    }
    rows.status();
    return high;
  }

  /// Nothing deletes rows, so a hole is a bug or damage, and must not be delivered as if it were lawful.
  private void requireDense(List<Entry> entries) {
    for (int i = 1; i < entries.size(); i++) {
      long expected = entries.get(i - 1).getSeq() + 1;
      if (entries.get(i).getSeq() != expected) {
        throw new StoreException(
            Reason.UNKNOWN,
            "the log of " + conversationId + " goes on with " + entries.get(i).getSeq() + ", expected " + expected);
      }
    }
  }

  private void seek(long seq) {
    rows.seek(key.log(conversationId, seq).toBytes());
  }

  private boolean isAbove(long after) {
    if (!rows.isValid()) {
      return false;
    }
    byte[] at = rows.key();
    return Key.startsWith(at, prefix) && Key.seqOfLogKey(at) > after;
  }

  @Override
  public void close() {
    rows.close();
  }
}
