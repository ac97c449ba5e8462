package chasqui.mailbox.store;

import chasqui.log.v1.Entry;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletionStage;

/// Reads what commits have written about conversations. Every stage completes exceptionally with {@link StoreException}
/// when the store cannot tell; an absent value is only ever an answer, never an error swallowed.
public interface ConversationStore {

  /// The conversation, or empty if it was never created.
  CompletionStage<Optional<StoredConversation>> load(String conversationId);

  /// The highest counter committed for the device; 0 if there is none.
  CompletionStage<Long> loadCounter(String conversationId, String userId, String deviceId);

  /// The `seq` of the entry appended under the id, if any.
  CompletionStage<OptionalLong> findId(
      String conversationId, String userId, String deviceId, boolean counted, byte[] clientMessageId);

  /// Entries with `after < seq <= upto`, ascending, bounded by count and encoded bytes (one entry is always given if the
  /// range holds one). With `newestFirst` the bounds cut off the oldest instead of the newest.
  CompletionStage<List<Entry>> readLog(
      String conversationId, long after, long upto, int entriesMax, int bytesMax, boolean newestFirst);

  /// The changes of the messages with `afterTarget < seq <= uptoTarget`, once `rowsMax` is reached no further message;
  /// with `newestFirst` the oldest messages are left out instead of the newest.
  CompletionStage<ChangeRows> readChanges(
      String conversationId, long afterTarget, long uptoTarget, int rowsMax, boolean newestFirst);

  /// The `seq` of the first entry with a stamp of at least `stampMicros` and a `seq` of at most `upto`; `upto + 1` if none.
  CompletionStage<Long> firstSeqSince(String conversationId, long stampMicros, long upto);
}
