package chasqui.mailbox.store.embedded;

import chasqui.log.v1.Entry;
import chasqui.mailbox.store.StoreOpenException;
import chasqui.mailbox.store.StoreOpenException.Reason;
import chasqui.mailbox.store.UserStore.Span;
import chasqui.store.v1.ConversationRow;
import chasqui.store.v1.MembershipRow;
import com.google.protobuf.InvalidProtocolBufferException;
import java.util.concurrent.TimeUnit;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.WriteBatch;

/// Gives a data set that was written without lasting marks those that it lacks: of every membership the one of its newest
/// entry, which is all that a list of conversations needs.
final class LastingMarks {
  private static final int ROWS_AT_ONCE = 10_000;

  private final Database database;
  private final Key key = new Key();

  private LastingMarks(Database database) {
    this.database = database;
  }

  static void fill(Database database) throws RocksDBException, StoreOpenException {
    try (RocksIterator intervals = database.iterate(Column.MEMBERSHIP);
        WriteBatch batch = new WriteBatch()) {
      LastingMarks marks = new LastingMarks(database);
      for (intervals.seekToFirst(); intervals.isValid(); intervals.next()) {
        marks.add(batch, intervals.key(), MembershipRow.parseFrom(intervals.value()));
        if (batch.count() >= ROWS_AT_ONCE) {
          database.writeSynced(batch);
          batch.clear();
        }
      }
      intervals.status();
      database.writeSynced(batch);
    } catch (InvalidProtocolBufferException e) {
      throw new StoreOpenException(Reason.CORRUPT, "a membership or its newest entry cannot be parsed", e);
    }
  }

  private void add(WriteBatch batch, byte[] interval, MembershipRow row)
      throws RocksDBException, InvalidProtocolBufferException {
    String conversationId = Key.firstName(interval);
    int day = (int) Math.floorDiv(stampMicros(conversationId, row.getLeaveSeq()), TimeUnit.DAYS.toMicros(1));
    byte[] mark = key.lastingMark(row.getUserId(), Span.periodOf(day).number(), conversationId).toBytes();
    batch.put(database.handle(Column.LASTING_MARK), mark, new byte[0]);
  }

  private long stampMicros(String conversationId, long leaveSeq) throws RocksDBException, InvalidProtocolBufferException {
    if (leaveSeq == 0) {
      byte[] row = database.get(Column.CONVERSATION, key.conversation(conversationId).toBytes());
      return ConversationRow.parseFrom(row).getStampMicros();
    }
    return Entry.parseFrom(database.get(Column.LOG, key.log(conversationId, leaveSeq).toBytes())).getStampMicros();
  }
}
