package chasqui.mailbox.store;

import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;

/// How far each device has acked each conversation. A stored cursor only moves forward by (generation, seq), whatever
/// the order in which updates arrive.
public interface CursorStore {

  /// A position within a generation.
  record Cursor(long generation, long acked) {}

  /// The cursors of a device in these conversations; absent where none was stored.
  CompletionStage<Map<String, Cursor>> load(String userId, String deviceId, List<String> conversationIds);

  /// Merges each cursor to the larger of the stored and the given one. Completes when durable.
  CompletionStage<Void> save(String userId, String deviceId, Map<String, Cursor> cursors);
}
