package chasqui.mailbox.store.cql;

import chasqui.mailbox.store.WatermarkStore;
import com.datastax.oss.driver.api.core.cql.Row;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;

/// Watermarks: a partition for each conversation, a cell for what was received and one for what was read. Each cell has the
/// timestamp that its own position gives, so each only moves forward.
final class CqlWatermarkStore implements WatermarkStore {
  private final Cql cql;
  private final Query load;
  private final Query saveDelivered;
  private final Query saveRead;

  CqlWatermarkStore(Cql cql) {
    this.cql = cql;
    load = cql.query(Kind.READ, "SELECT user, delivered, read FROM {}.watermark WHERE conversation = ? AND user IN ?");
    saveDelivered = cql.query(Kind.WRITE,
        "UPDATE {}.watermark USING TIMESTAMP ? SET delivered = ? WHERE conversation = ? AND user = ?");
    saveRead = cql.query(Kind.WRITE,
        "UPDATE {}.watermark USING TIMESTAMP ? SET read = ? WHERE conversation = ? AND user = ?");
  }

  @Override
  public CompletionStage<Map<String, Watermark>> load(String conversationId, Collection<String> userIds) {
    List<CompletionStage<List<Map.Entry<String, Watermark>>>> parts = new ArrayList<>();
    for (List<String> users : Chunks.of(userIds)) {
      parts.add(load.all(row -> Map.entry(row.getString("user"), watermark(row)), conversationId, users));
    }
    return Stages.map(Stages.all(parts), Chunks::toMap);
  }

  @Override
  public CompletionStage<Void> save(String userId, Map<String, Watermark> watermarks) {
    Writes writes = new Writes(cql);
    new HashMap<>(watermarks).forEach((conversationId, watermark) -> {
      Delivered delivered = watermark.delivered();
      if (delivered.isBeyond(Delivered.NOTHING)) {
        writes.add(conversationId, saveDelivered, Timestamps.ofPosition(delivered.generation(), delivered.seq()),
            encode(delivered), conversationId, userId);
      }
      Read read = watermark.read();
      if (read.isBeyond(Read.NOTHING)) {
        writes.add(conversationId, saveRead, Timestamps.ofPosition(read.generation(), read.seq()), encode(read),
            conversationId, userId);
      }
    });
    return writes.send();
  }

  private static Watermark watermark(Row row) {
    ByteBuffer delivered = row.getByteBuffer("delivered");
    ByteBuffer read = row.getByteBuffer("read");
    return new Watermark(
        delivered == null ? Delivered.NOTHING : new Delivered(delivered.getLong(), delivered.getLong()),
        read == null
            ? Read.NOTHING
            : new Read(read.getLong(), read.getLong(), read.getLong(), read.getLong(), read.getLong()));
  }

  private static ByteBuffer encode(Delivered delivered) {
    return ByteBuffer.allocate(2 * Long.BYTES).putLong(delivered.generation()).putLong(delivered.seq()).flip();
  }

  private static ByteBuffer encode(Read read) {
    return ByteBuffer.allocate(5 * Long.BYTES)
        .putLong(read.generation()).putLong(read.seq()).putLong(read.joinSeq())
        .putLong(read.messages()).putLong(read.mentions())
        .flip();
  }
}
