package chasqui.drills.sim.shared;

import chasqui.drills.sim.store.StoreWrite;
import chasqui.mailbox.store.WatermarkStore;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.concurrent.CompletionStage;

/// Two cells for each user: what was received and what was read, each ordered by its position.
final class SharedWatermarks implements WatermarkStore {
  private static final String RECEIVED = " received";
  private static final String READ = " read";

  private final StoreClient client;

  SharedWatermarks(StoreClient client) {
    this.client = client;
  }

  @Override
  public CompletionStage<Map<String, Watermark>> load(String conversationId, Collection<String> userIds) {
    List<String> users = List.copyOf(userIds);
    return client.ask("loads watermarks of " + conversationId, () -> {
      NavigableMap<String, CellWrite> cells = client.rows().replicas().read(partition(conversationId));
      Map<String, Watermark> found = new LinkedHashMap<>();
      for (String user : users) {
        CellWrite received = cells.get(user + RECEIVED);
        CellWrite read = cells.get(user + READ);
        if (received != null || read != null) {
          found.put(user, new Watermark(
              received == null ? Delivered.NOTHING : (Delivered) received.value(),
              read == null ? Read.NOTHING : (Read) read.value()));
        }
      }
      return found;
    });
  }

  @Override
  public CompletionStage<Void> save(String userId, Map<String, Watermark> watermarks) {
    List<CellWrite> cells = new ArrayList<>();
    watermarks.forEach((id, watermark) -> {
      Delivered received = watermark.delivered();
      Read read = watermark.read();
      if (received.isBeyond(Delivered.NOTHING)) {
        cells.add(new CellWrite(
            partition(id), userId + RECEIVED, SharedCursors.order(received.generation(), received.seq()), received));
      }
      if (read.isBeyond(Read.NOTHING)) {
        cells.add(new CellWrite(partition(id), userId + READ, SharedCursors.order(read.generation(), read.seq()), read));
      }
    });
    return client.write("saves watermarks of " + userId, cells, new StoreWrite.Watermarks(userId, watermarks));
  }

  private static String partition(String conversationId) {
    return "watermarks " + conversationId;
  }
}
