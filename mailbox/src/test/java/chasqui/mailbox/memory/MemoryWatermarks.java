package chasqui.mailbox.memory;

import chasqui.mailbox.memory.MemoryTables.WatermarkKey;
import chasqui.mailbox.store.WatermarkStore;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletionStage;

final class MemoryWatermarks implements WatermarkStore {

  private final MemoryGround store;

  MemoryWatermarks(MemoryGround store) {
    this.store = store;
  }

  @Override
  public CompletionStage<Map<String, Watermark>> load(String conversationId, Collection<String> userIds) {
    List<String> users = List.copyOf(userIds);
    return store.operate("loadWatermarks", () -> {
      Map<String, Watermark> found = new TreeMap<>();
      for (String user : users) {
        Watermark watermark = store.tables().watermarks.get(new WatermarkKey(conversationId, user));
        if (watermark != null) {
          found.put(user, watermark);
        }
      }
      return found;
    });
  }

  @Override
  public CompletionStage<Void> save(String userId, Map<String, Watermark> watermarks) {
    Map<String, Watermark> copy = Map.copyOf(watermarks);
    return store.operate("saveWatermarks", () -> {
      copy.forEach((id, watermark) ->
          store.tables().watermarks.merge(new WatermarkKey(id, userId), watermark, Watermark::further));
      return null;
    });
  }
}
