package chasqui.drills.sim.shared;

import chasqui.drills.sim.store.ConversationTable;
import chasqui.log.v1.Entry;
import chasqui.mailbox.store.ChangeRows;
import chasqui.mailbox.store.ConversationStore;
import chasqui.mailbox.store.StoredConversation;
import chasqui.store.v1.ConversationRow;
import chasqui.store.v1.MembershipRow;
import com.google.protobuf.ByteString;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletionStage;

/// Each part of an answer is read from two copies of its own.
final class SharedConversations implements ConversationStore {
  private final StoreClient client;

  SharedConversations(StoreClient client) {
    this.client = client;
  }

  private Replicas replicas() {
    return client.rows().replicas();
  }

  @Override
  public CompletionStage<Optional<StoredConversation>> load(String conversationId) {
    return client.ask("loads " + conversationId, () -> load(replicas(), conversationId));
  }

  private static Optional<StoredConversation> load(Replicas replicas, String id) {
    CellWrite row = replicas.read(CommitCells.rowOf(id)).get(CommitCells.ONLY);
    if (row == null) {
      return Optional.empty();
    }
    List<MembershipRow> members = replicas.read(CommitCells.membersOf(id)).values().stream()
        .map(cell -> (MembershipRow) cell.value()).toList();
    return Optional.of(new StoredConversation((ConversationRow) row.value(), members));
  }

  @Override
  public CompletionStage<Long> loadCounter(String conversationId, String userId, String deviceId) {
    return client.ask("loads a counter of " + conversationId, () -> {
      CellWrite cell = replicas().read(CommitCells.countersOf(conversationId)).get(CommitCells.counterKey(userId, deviceId));
      return cell == null ? 0 : (Long) cell.value();
    });
  }

  @Override
  public CompletionStage<OptionalLong> findId(
      String conversationId, String userId, String deviceId, boolean counted, byte[] clientMessageId) {
    String key = CommitCells.idKey(userId, deviceId, counted, ByteString.copyFrom(clientMessageId));
    return client.ask("finds an id of " + conversationId, () -> {
      CellWrite cell = replicas().read(CommitCells.idsOf(conversationId)).get(key);
      return cell == null ? OptionalLong.empty() : OptionalLong.of((Long) cell.value());
    });
  }

  @Override
  public CompletionStage<List<Entry>> readLog(
      String conversationId, long after, long upto, int entriesMax, int bytesMax, boolean newestFirst) {
    return client.ask("reads the log of " + conversationId,
        () -> log(conversationId).read(after, upto, entriesMax, bytesMax, newestFirst));
  }

  @Override
  public CompletionStage<ChangeRows> readChanges(
      String conversationId, long afterTarget, long uptoTarget, int rowsMax, boolean newestFirst) {
    return client.ask("reads changes of " + conversationId, () -> {
      List<Entry> changes = entries(CommitCells.changesOf(conversationId));
      return ConversationTable.holding(List.of(), changes).changes(afterTarget, uptoTarget, rowsMax, newestFirst);
    });
  }

  @Override
  public CompletionStage<Long> firstSeqSince(String conversationId, long stampMicros, long upto) {
    return client.ask("looks for a stamp in " + conversationId,
        () -> log(conversationId).firstSeqSince(stampMicros, upto));
  }

  private ConversationTable log(String conversationId) {
    return ConversationTable.holding(entries(CommitCells.logOf(conversationId)), List.of());
  }

  private List<Entry> entries(String partition) {
    return replicas().read(partition).values().stream().map(cell -> (Entry) cell.value()).toList();
  }
}
