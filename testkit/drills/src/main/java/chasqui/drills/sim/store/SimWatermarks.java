package chasqui.drills.sim.store;

import chasqui.mailbox.store.WatermarkStore;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;

final class SimWatermarks implements WatermarkStore {
  private final SimStore store;

  SimWatermarks(SimStore store) {
    this.store = store;
  }

  @Override
  public CompletionStage<Map<String, Watermark>> load(String conversationId, Collection<String> userIds) {
    List<String> users = List.copyOf(userIds);
    return store.read(() -> {
      Map<String, Watermark> found = new LinkedHashMap<>();
      for (String user : users) {
        Watermark watermark = store.tables().watermarks().get(new StoreTables.WatermarkKey(conversationId, user));
        if (watermark != null) {
          found.put(user, watermark);
        }
      }
      return found;
    });
  }

  @Override
  public CompletionStage<Void> save(String userId, Map<String, Watermark> watermarks) {
    return store.save(new StoreWrite.Watermarks(userId, watermarks));
  }
}
