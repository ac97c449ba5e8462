package chasqui.mailbox.store.cql;

import chasqui.mailbox.store.CursorStore;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;

/// Cursors: a partition for each device. Both cells of a cursor have the timestamp that the position gives, so the further
/// one stands whatever the order of arrival, and no save has to read.
final class CqlCursorStore implements CursorStore {
  private final Cql cql;
  private final Query load;
  private final Query save;

  CqlCursorStore(Cql cql) {
    this.cql = cql;
    load = cql.query(Kind.READ,
        "SELECT conversation, generation, acked FROM {}.cursor WHERE user = ? AND device = ? AND conversation IN ?");
    save = cql.query(Kind.WRITE,
        "INSERT INTO {}.cursor (user, device, conversation, generation, acked) VALUES (?, ?, ?, ?, ?) USING TIMESTAMP ?");
  }

  @Override
  public CompletionStage<Map<String, Cursor>> load(String userId, String deviceId, List<String> conversationIds) {
    List<CompletionStage<List<Map.Entry<String, Cursor>>>> parts = new ArrayList<>();
    for (List<String> ids : Chunks.of(conversationIds)) {
      parts.add(load.all(
          row -> Map.entry(row.getString("conversation"), new Cursor(row.getLong("generation"), row.getLong("acked"))),
          userId, deviceId, ids));
    }
    return Stages.map(Stages.all(parts), Chunks::toMap);
  }

  @Override
  public CompletionStage<Void> save(String userId, String deviceId, Map<String, Cursor> cursors) {
    Writes writes = new Writes(cql);
    new HashMap<>(cursors).forEach((conversationId, cursor) ->
        writes.add(userId + "/" + deviceId, save, userId, deviceId, conversationId, cursor.generation(), cursor.acked(),
            Timestamps.ofPosition(cursor.generation(), cursor.acked())));
    return writes.send();
  }
}
