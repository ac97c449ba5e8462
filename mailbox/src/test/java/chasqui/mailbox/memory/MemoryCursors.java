package chasqui.mailbox.memory;

import chasqui.mailbox.memory.MemoryTables.CursorKey;
import chasqui.mailbox.store.CursorStore;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletionStage;
import java.util.function.BinaryOperator;

final class MemoryCursors implements CursorStore {

  private static final Comparator<Cursor> BY_POSITION =
      Comparator.comparingLong(Cursor::generation).thenComparingLong(Cursor::acked);

  private final MemoryGround store;

  MemoryCursors(MemoryGround store) {
    this.store = store;
  }

  @Override
  public CompletionStage<Map<String, Cursor>> load(String userId, String deviceId, List<String> conversationIds) {
    return store.operate("loadCursors", () -> {
      Map<String, Cursor> found = new TreeMap<>();
      for (String id : conversationIds) {
        Cursor cursor = store.tables().cursors.get(new CursorKey(userId, deviceId, id));
        if (cursor != null) {
          found.put(id, cursor);
        }
      }
      return found;
    });
  }

  @Override
  public CompletionStage<Void> save(String userId, String deviceId, Map<String, Cursor> cursors) {
    return store.operate("saveCursors", () -> {
      cursors.forEach((id, cursor) ->
          store.tables().cursors.merge(
              new CursorKey(userId, deviceId, id), cursor, BinaryOperator.maxBy(BY_POSITION)));
      return null;
    });
  }
}
