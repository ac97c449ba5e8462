package chasqui.mailbox.custody;

import chasqui.log.v1.Entry;
import chasqui.mailbox.store.ChangeRows;
import chasqui.mailbox.store.ConversationStore;
import chasqui.mailbox.store.StoredConversation;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/// The conversations of a shared store, as this node has committed them: a read goes through once what was committed of
/// its conversation before it came is applied.
final class SharedConversations implements ConversationStore {

  private final ConversationStore tables;
  private final SharedJournal journal;

  SharedConversations(ConversationStore tables, SharedJournal journal) {
    this.tables = tables;
    this.journal = journal;
  }

  private <T> CompletionStage<T> read(String conversationId, Supplier<CompletionStage<T>> read) {
    CompletionStage<Void> unapplied = journal.unapplied(conversationId);
    return unapplied == null ? read.get() : unapplied.thenCompose(applied -> read.get());
  }

  @Override
  public CompletionStage<Optional<StoredConversation>> load(String conversationId) {
    return read(conversationId, () -> tables.load(conversationId));
  }

  @Override
  public CompletionStage<Long> loadCounter(String conversationId, String userId, String deviceId) {
    return read(conversationId, () -> tables.loadCounter(conversationId, userId, deviceId));
  }

  @Override
  public CompletionStage<OptionalLong> findId(
      String conversationId, String userId, String deviceId, boolean counted, byte[] clientMessageId) {
    return read(conversationId, () -> tables.findId(conversationId, userId, deviceId, counted, clientMessageId));
  }

  @Override
  public CompletionStage<List<Entry>> readLog(
      String conversationId, long after, long upto, int entriesMax, int bytesMax, boolean newestFirst) {
    return read(conversationId, () -> tables.readLog(conversationId, after, upto, entriesMax, bytesMax, newestFirst));
  }

  @Override
  public CompletionStage<ChangeRows> readChanges(
      String conversationId, long afterTarget, long uptoTarget, int rowsMax, boolean newestFirst) {
    return read(conversationId,
        () -> tables.readChanges(conversationId, afterTarget, uptoTarget, rowsMax, newestFirst));
  }

  @Override
  public CompletionStage<Long> firstSeqSince(String conversationId, long stampMicros, long upto) {
    return read(conversationId, () -> tables.firstSeqSince(conversationId, stampMicros, upto));
  }
}
