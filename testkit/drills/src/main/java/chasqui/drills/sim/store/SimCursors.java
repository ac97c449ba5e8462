package chasqui.drills.sim.store;

import chasqui.mailbox.store.CursorStore;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;

final class SimCursors implements CursorStore {
  private final SimStore store;

  SimCursors(SimStore store) {
    this.store = store;
  }

  @Override
  public CompletionStage<Map<String, Cursor>> load(String userId, String deviceId, List<String> conversationIds) {
    return store.read(() -> {
      Map<String, Cursor> found = new LinkedHashMap<>();
      for (String id : conversationIds) {
        Cursor cursor = store.tables().cursors().get(new StoreTables.CursorKey(userId, deviceId, id));
        if (cursor != null) {
          found.put(id, cursor);
        }
      }
      return found;
    });
  }

  @Override
  public CompletionStage<Void> save(String userId, String deviceId, Map<String, Cursor> cursors) {
    return store.save(new StoreWrite.Cursors(userId, deviceId, cursors));
  }
}
