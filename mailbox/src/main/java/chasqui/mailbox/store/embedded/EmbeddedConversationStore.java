package chasqui.mailbox.store.embedded;

import chasqui.log.v1.Entry;
import chasqui.mailbox.store.ChangeRows;
import chasqui.mailbox.store.ConversationStore;
import chasqui.mailbox.store.StoredConversation;
import chasqui.store.v1.ConversationRow;
import chasqui.store.v1.MembershipRow;
import com.google.protobuf.InvalidProtocolBufferException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletionStage;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;

/// Conversations, counters and ids by point reads; the log by {@link LogReader}.
final class EmbeddedConversationStore implements ConversationStore {
  private final ReadPool reads;

  EmbeddedConversationStore(ReadPool reads) {
    this.reads = reads;
  }

  @Override
  public CompletionStage<Optional<StoredConversation>> load(String conversationId) {
    return reads.now(database -> database.atOneMoment(options -> load(database, options, conversationId)));
  }

  private static Optional<StoredConversation> load(Database database, ReadOptions options, String conversationId)
      throws RocksDBException, InvalidProtocolBufferException {
    Key key = new Key();
    byte[] row = database.get(Column.CONVERSATION, options, key.conversation(conversationId).toBytes());
    if (row == null) {
      return Optional.empty();
    }
    List<MembershipRow> memberships = new ArrayList<>();
    byte[] prefix = key.memberships(conversationId).toBytes();
    try (RocksIterator rows = database.iterate(Column.MEMBERSHIP, options)) {
      for (rows.seek(prefix); rows.isValid() && Key.startsWith(rows.key(), prefix); rows.next()) {
        memberships.add(MembershipRow.parseFrom(rows.value()));
      }
      rows.status();
    }
    memberships.sort(Comparator.comparingLong(MembershipRow::getJoinSeq));
    return Optional.of(new StoredConversation(ConversationRow.parseFrom(row), List.copyOf(memberships)));
  }

  @Override
  public CompletionStage<Long> loadCounter(String conversationId, String userId, String deviceId) {
    return reads.now(
        database -> {
          byte[] value = database.get(Column.COUNTER, new Key().counter(conversationId, userId, deviceId).toBytes());
          return value == null ? 0L : number(value);
        });
  }

  @Override
  public CompletionStage<OptionalLong> findId(
      String conversationId, String userId, String deviceId, boolean counted, byte[] clientMessageId) {
    return reads.now(
        database -> {
          byte[] key = new Key().id(conversationId, userId, deviceId, counted, clientMessageId).toBytes();
          byte[] value = database.get(Column.ID, key);
          return value == null ? OptionalLong.empty() : OptionalLong.of(number(value));
        });
  }

  @Override
  public CompletionStage<List<Entry>> readLog(
      String conversationId, long after, long upto, int entriesMax, int bytesMax, boolean newestFirst) {
    return reads.soon(
        database -> {
          try (LogReader log = new LogReader(database, conversationId)) {
            return newestFirst
                ? log.newest(after, upto, entriesMax, bytesMax)
                : log.oldest(after, upto, entriesMax, bytesMax);
          }
        });
  }

  @Override
  public CompletionStage<ChangeRows> readChanges(
      String conversationId, long afterTarget, long uptoTarget, int rowsMax, boolean newestFirst) {
    return reads.soon(
        database -> {
          try (ChangeReader changes = new ChangeReader(database, conversationId)) {
            return newestFirst
                ? changes.newest(afterTarget, uptoTarget, rowsMax)
                : changes.oldest(afterTarget, uptoTarget, rowsMax);
          }
        });
  }

  @Override
  public CompletionStage<Long> firstSeqSince(String conversationId, long stampMicros, long upto) {
    return reads.soon(
        database -> {
          try (LogReader log = new LogReader(database, conversationId)) {
            return log.firstSeqSince(stampMicros, upto);
          }
        });
  }

  private static long number(byte[] value) {
    return ByteBuffer.wrap(value).getLong();
  }
}
