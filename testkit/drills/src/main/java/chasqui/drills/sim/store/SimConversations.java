package chasqui.drills.sim.store;

import chasqui.log.v1.Entry;
import chasqui.mailbox.store.ChangeRows;
import chasqui.mailbox.store.ConversationStore;
import chasqui.mailbox.store.StoredConversation;
import com.google.protobuf.ByteString;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

final class SimConversations implements ConversationStore {
  private static final ConversationTable ABSENT = new ConversationTable();

  private final SimStore store;

  SimConversations(SimStore store) {
    this.store = store;
  }

  private <T> CompletionStage<T> read(String conversationId, Function<ConversationTable, T> work) {
    return store.read(() -> work.apply(store.tables().conversations().getOrDefault(conversationId, ABSENT)));
  }

  @Override
  public CompletionStage<Optional<StoredConversation>> load(String conversationId) {
    return read(conversationId, table -> table == ABSENT ? Optional.empty() : Optional.of(table.stored()));
  }

  @Override
  public CompletionStage<Long> loadCounter(String conversationId, String userId, String deviceId) {
    return read(conversationId, table -> table.counter(userId, deviceId));
  }

  @Override
  public CompletionStage<OptionalLong> findId(
      String conversationId, String userId, String deviceId, boolean counted, byte[] clientMessageId) {
    ByteString id = ByteString.copyFrom(clientMessageId);
    return read(conversationId, table -> table.find(userId, deviceId, counted, id));
  }

  @Override
  public CompletionStage<List<Entry>> readLog(
      String conversationId, long after, long upto, int entriesMax, int bytesMax, boolean newestFirst) {
    return read(conversationId, table -> table.read(after, upto, entriesMax, bytesMax, newestFirst));
  }

  @Override
  public CompletionStage<ChangeRows> readChanges(
      String conversationId, long afterTarget, long uptoTarget, int rowsMax, boolean newestFirst) {
    return read(conversationId, table -> table.changes(afterTarget, uptoTarget, rowsMax, newestFirst));
  }

  @Override
  public CompletionStage<Long> firstSeqSince(String conversationId, long stampMicros, long upto) {
    return read(conversationId, table -> table.firstSeqSince(stampMicros, upto));
  }
}
