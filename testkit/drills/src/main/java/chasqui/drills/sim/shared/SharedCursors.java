package chasqui.drills.sim.shared;

import chasqui.drills.sim.store.StoreWrite;
import chasqui.mailbox.store.CursorStore;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.concurrent.CompletionStage;

/// Cursors are ordered by the position they hold.
final class SharedCursors implements CursorStore {
  private static final int SEQ_BITS = 40;

  private final StoreClient client;

  SharedCursors(StoreClient client) {
    this.client = client;
  }

  /// The order of a position.
  static long order(long generation, long seq) {
    return (generation << SEQ_BITS) + seq;
  }

  @Override
  public CompletionStage<Map<String, Cursor>> load(String userId, String deviceId, List<String> conversationIds) {
    List<String> asked = List.copyOf(conversationIds);
    return client.ask("loads cursors of " + userId, () -> {
      NavigableMap<String, CellWrite> cells = client.rows().replicas().read(partition(userId, deviceId));
      Map<String, Cursor> found = new LinkedHashMap<>();
      for (String id : asked) {
        if (cells.containsKey(id)) {
          found.put(id, (Cursor) cells.get(id).value());
        }
      }
      return found;
    });
  }

  @Override
  public CompletionStage<Void> save(String userId, String deviceId, Map<String, Cursor> cursors) {
    List<CellWrite> cells = new ArrayList<>();
    cursors.forEach((id, cursor) -> cells.add(new CellWrite(
        partition(userId, deviceId), id, order(cursor.generation(), cursor.acked()), cursor)));
    return client.write("saves cursors of " + userId, cells, new StoreWrite.Cursors(userId, deviceId, cursors));
  }

  private static String partition(String userId, String deviceId) {
    return "cursors " + userId + "/" + deviceId;
  }
}
