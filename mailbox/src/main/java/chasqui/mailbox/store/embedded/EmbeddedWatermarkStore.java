package chasqui.mailbox.store.embedded;

import chasqui.mailbox.store.WatermarkStore;
import java.nio.ByteBuffer;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import org.rocksdb.RocksDBException;

/// Watermarks as numbers of 8 bytes, big-endian, generation and seq first: RocksDB's `max` merge keeps the further, whatever
/// the order of arrival, and no save has to read. What is counted follows from the seq, so it is never compared.
final class EmbeddedWatermarkStore implements WatermarkStore {

  /// Users whose rows are read where they are asked for; more are read on the pool.
  private static final int USERS_AT_ONCE = 8;

  private final ReadPool reads;
  private final Saves saves;

  EmbeddedWatermarkStore(ReadPool reads, Saves saves) {
    this.reads = reads;
    this.saves = saves;
  }

  @Override
  public CompletionStage<Map<String, Watermark>> load(String conversationId, Collection<String> userIds) {
    List<String> users = List.copyOf(userIds);
    return users.size() <= USERS_AT_ONCE
        ? reads.now(database -> read(database, conversationId, users))
        : reads.soon(database -> read(database, conversationId, users));
  }

  private static Map<String, Watermark> read(Database database, String conversationId, List<String> users)
      throws RocksDBException {
    Key key = new Key();
    Map<String, Watermark> found = HashMap.newHashMap(users.size());
    for (String userId : users) {
      byte[] delivered = database.get(Column.WATERMARK, key.delivered(conversationId, userId).toBytes());
      byte[] read = database.get(Column.WATERMARK, key.read(conversationId, userId).toBytes());
      if (delivered != null || read != null) {
        found.put(userId, new Watermark(
            delivered == null ? Delivered.NOTHING : delivered(delivered), read == null ? Read.NOTHING : read(read)));
      }
    }
    return found;
  }

  @Override
  public CompletionStage<Void> save(String userId, Map<String, Watermark> watermarks) {
    Map<String, Watermark> copy = Map.copyOf(watermarks);
    return saves.save(
        2 * copy.size(),
        group -> {
          Key key = new Key();
          copy.forEach((conversationId, watermark) -> {
            if (watermark.delivered().isBeyond(Delivered.NOTHING)) {
              group.merge(Column.WATERMARK, key.delivered(conversationId, userId), encode(watermark.delivered()));
            }
            if (watermark.read().isBeyond(Read.NOTHING)) {
              group.merge(Column.WATERMARK, key.read(conversationId, userId), encode(watermark.read()));
            }
          });
        });
  }

  private static byte[] encode(Delivered delivered) {
    return ByteBuffer.allocate(2 * Long.BYTES).putLong(delivered.generation()).putLong(delivered.seq()).array();
  }

  private static byte[] encode(Read read) {
    return ByteBuffer.allocate(5 * Long.BYTES)
        .putLong(read.generation()).putLong(read.seq()).putLong(read.joinSeq())
        .putLong(read.messages()).putLong(read.mentions())
        .array();
  }

  private static Delivered delivered(byte[] value) {
    ByteBuffer bytes = ByteBuffer.wrap(value);
    return new Delivered(bytes.getLong(), bytes.getLong());
  }

  private static Read read(byte[] value) {
    ByteBuffer bytes = ByteBuffer.wrap(value);
    return new Read(bytes.getLong(), bytes.getLong(), bytes.getLong(), bytes.getLong(), bytes.getLong());
  }
}
