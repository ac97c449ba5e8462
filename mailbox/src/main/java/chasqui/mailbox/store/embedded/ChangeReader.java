package chasqui.mailbox.store.embedded;

import chasqui.log.fold.Changes;
import chasqui.log.v1.Entry;
import chasqui.mailbox.store.ChangeRows;
import com.google.protobuf.InvalidProtocolBufferException;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;

/// Reads what changed the messages of one conversation. Holds one iterator, so all it reads is of one moment.
final class ChangeReader implements AutoCloseable {
  private final String conversationId;
  private final byte[] prefix;
  private final RocksIterator rows;

  ChangeReader(Database database, String conversationId) {
    this.conversationId = conversationId;
    this.prefix = new Key().changes(conversationId).toBytes();
    this.rows = database.iterate(Column.CHANGE);
  }

  ChangeRows oldest(long after, long upto, int rowsMax) throws RocksDBException, InvalidProtocolBufferException {
    ChangeRows.Gathering gathering = new ChangeRows.Gathering(rowsMax, false);
    for (rows.seek(new Key().change(conversationId, after, Long.MAX_VALUE).toBytes()); isHere(); rows.next()) {
      Entry row = Entry.parseFrom(rows.value());
      if (Changes.targetOf(row) > upto || !gathering.add(row)) {
        break;
      }
    }
    rows.status();
    return gathering.done();
  }

  ChangeRows newest(long after, long upto, int rowsMax) throws RocksDBException, InvalidProtocolBufferException {
    ChangeRows.Gathering gathering = new ChangeRows.Gathering(rowsMax, true);
    for (rows.seekForPrev(new Key().change(conversationId, upto, Long.MAX_VALUE).toBytes()); isHere(); rows.prev()) {
      Entry row = Entry.parseFrom(rows.value());
      if (Changes.targetOf(row) <= after || !gathering.add(row)) {
        break;
      }
    }
    rows.status();
    return gathering.done();
  }

  private boolean isHere() {
    return rows.isValid() && Key.startsWith(rows.key(), prefix);
  }

  @Override
  public void close() {
    rows.close();
  }
}
