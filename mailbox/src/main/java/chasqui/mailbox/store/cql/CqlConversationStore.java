package chasqui.mailbox.store.cql;

import chasqui.log.v1.Entry;
import chasqui.mailbox.store.ChangeRows;
import chasqui.mailbox.store.ConversationStore;
import chasqui.mailbox.store.StoredConversation;
import chasqui.store.v1.ConversationRow;
import chasqui.store.v1.MembershipRow;
import java.nio.ByteBuffer;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletionStage;

/// Conversations, counters and ids by key; the log by {@link LogReader}, changes by {@link ChangeReader}.
final class CqlConversationStore implements ConversationStore {
  private final Query row;
  private final Query memberships;
  private final Query counter;
  private final Query id;
  private final LogReader log;
  private final ChangeReader changes;

  CqlConversationStore(Cql cql) {
    row = cql.query(Kind.READ, "SELECT row FROM {}.conversation WHERE conversation = ?");
    memberships = cql.query(Kind.READ, "SELECT row FROM {}.membership WHERE conversation = ?");
    counter = cql.query(Kind.READ,
        "SELECT counter FROM {}.counter WHERE conversation = ? AND user = ? AND device = ?");
    id = cql.query(Kind.READ,
        "SELECT seq FROM {}.id WHERE conversation = ? AND user = ? AND device = ? AND counted = ? AND bucket = ? AND id = ?");
    log = new LogReader(cql, this::head);
    changes = new ChangeReader(cql);
  }

  @Override
  public CompletionStage<Optional<StoredConversation>> load(String conversationId) {
    CompletionStage<List<MembershipRow>> members =
        memberships.all(found -> Blobs.parse(MembershipRow.parser(), found.getByteBuffer("row")), conversationId);
    return Stages.then(row(conversationId), stored -> Stages.map(members, rows -> {
      rows.sort(Comparator.comparingLong(MembershipRow::getJoinSeq));
      return stored.map(known -> new StoredConversation(known, List.copyOf(rows)));
    }));
  }

  private CompletionStage<Optional<ConversationRow>> row(String conversationId) {
    return row.one(found -> Blobs.parse(ConversationRow.parser(), found.getByteBuffer("row")), conversationId);
  }

  private CompletionStage<Long> head(String conversationId) {
    return Stages.map(row(conversationId), stored -> stored.map(ConversationRow::getHead).orElse(0L));
  }

  @Override
  public CompletionStage<Long> loadCounter(String conversationId, String userId, String deviceId) {
    return Stages.map(
        counter.one(found -> found.getLong("counter"), conversationId, userId, deviceId), found -> found.orElse(0L));
  }

  @Override
  public CompletionStage<OptionalLong> findId(
      String conversationId, String userId, String deviceId, boolean counted, byte[] clientMessageId) {
    ByteBuffer value = ByteBuffer.wrap(clientMessageId);
    return Stages.map(
        id.one(found -> found.getLong("seq"), conversationId, userId, deviceId, counted, Buckets.ofId(counted, value), value),
        found -> found.map(OptionalLong::of).orElse(OptionalLong.empty()));
  }

  @Override
  public CompletionStage<List<Entry>> readLog(
      String conversationId, long after, long upto, int entriesMax, int bytesMax, boolean newestFirst) {
    return log.read(new LogRange(conversationId, after, upto, entriesMax, bytesMax), newestFirst);
  }

  @Override
  public CompletionStage<ChangeRows> readChanges(
      String conversationId, long afterTarget, long uptoTarget, int rowsMax, boolean newestFirst) {
    return changes.read(conversationId, afterTarget, uptoTarget, rowsMax, newestFirst);
  }

  @Override
  public CompletionStage<Long> firstSeqSince(String conversationId, long stampMicros, long upto) {
    return log.firstSeqSince(conversationId, stampMicros, upto);
  }
}
