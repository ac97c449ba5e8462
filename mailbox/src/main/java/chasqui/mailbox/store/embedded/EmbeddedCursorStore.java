package chasqui.mailbox.store.embedded;

import chasqui.mailbox.store.CursorStore;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;

/// Cursors as 16 bytes, generation then acked, big-endian: RocksDB's `max` merge keeps the larger, whatever the order of
/// arrival, and no save has to read.
final class EmbeddedCursorStore implements CursorStore {
  private final ReadPool reads;
  private final Saves saves;

  EmbeddedCursorStore(ReadPool reads, Saves saves) {
    this.reads = reads;
    this.saves = saves;
  }

  @Override
  public CompletionStage<Map<String, Cursor>> load(String userId, String deviceId, List<String> conversationIds) {
    return reads.now(
        database -> {
          Key key = new Key();
          Map<String, Cursor> cursors = HashMap.newHashMap(conversationIds.size());
          // One by one: RocksDB's multi-get for lists gives null for a row that it could not read.
          for (String conversationId : conversationIds) {
            byte[] value = database.get(Column.CURSOR, key.cursor(userId, deviceId, conversationId).toBytes());
            if (value != null) {
              cursors.put(conversationId, decode(value));
            }
          }
          return cursors;
        });
  }

  @Override
  public CompletionStage<Void> save(String userId, String deviceId, Map<String, Cursor> cursors) {
    Map<String, Cursor> copy = Map.copyOf(cursors);
    return saves.save(
        copy.size(),
        group -> {
          Key key = new Key();
          copy.forEach(
              (conversationId, cursor) ->
                  group.merge(Column.CURSOR, key.cursor(userId, deviceId, conversationId), encode(cursor)));
        });
  }

  private static byte[] encode(Cursor cursor) {
    return ByteBuffer.allocate(2 * Long.BYTES).putLong(cursor.generation()).putLong(cursor.acked()).array();
  }

  private static Cursor decode(byte[] value) {
    ByteBuffer bytes = ByteBuffer.wrap(value);
    return new Cursor(bytes.getLong(), bytes.getLong());
  }
}
