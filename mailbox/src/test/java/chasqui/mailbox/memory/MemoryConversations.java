package chasqui.mailbox.memory;

import chasqui.log.v1.Entry;
import chasqui.mailbox.memory.MemoryTables.ChangeKey;
import chasqui.mailbox.memory.MemoryTables.Conversation;
import chasqui.mailbox.memory.MemoryTables.DeviceKey;
import chasqui.mailbox.memory.MemoryTables.IdKey;
import chasqui.mailbox.store.ChangeRows;
import chasqui.mailbox.store.ConversationStore;
import chasqui.mailbox.store.StoredConversation;
import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletionStage;

final class MemoryConversations implements ConversationStore {

  private static final Conversation ABSENT = new Conversation();

  private final MemoryGround store;

  MemoryConversations(MemoryGround store) {
    this.store = store;
  }

  @Override
  public CompletionStage<Optional<StoredConversation>> load(String conversationId) {
    return store.operate("load", () -> Optional.ofNullable(store.tables().conversations.get(conversationId))
        .map(found -> new StoredConversation(found.row, List.copyOf(found.memberships.values()))));
  }

  @Override
  public CompletionStage<Long> loadCounter(String conversationId, String userId, String deviceId) {
    return store.operate("loadCounter",
        () -> find(conversationId).counters.getOrDefault(new DeviceKey(userId, deviceId), 0L));
  }

  @Override
  public CompletionStage<OptionalLong> findId(
      String conversationId, String userId, String deviceId, boolean counted, byte[] clientMessageId) {
    IdKey key = new IdKey(userId, deviceId, counted, ByteString.copyFrom(clientMessageId));
    return store.operate("findId", () -> {
      Long seq = find(conversationId).ids.get(key);
      return seq == null ? OptionalLong.empty() : OptionalLong.of(seq);
    });
  }

  @Override
  public CompletionStage<List<Entry>> readLog(
      String conversationId, long after, long upto, int entriesMax, int bytesMax, boolean newestFirst) {
    return store.operate("readLog", () -> {
      if (after >= upto) {
        return List.of();
      }
      NavigableMap<Long, Entry> range = find(conversationId).log.subMap(after, false, upto, true);
      Collection<Entry> inOrder = newestFirst ? range.descendingMap().values() : range.values();
      List<Entry> read = new ArrayList<>();
      long bytes = 0;
      for (Entry entry : inOrder) {
        bytes += entry.getSerializedSize();
        if (read.size() >= entriesMax || (!read.isEmpty() && bytes > bytesMax)) {
          break;
        }
        read.add(entry);
      }
      if (newestFirst) {
        Collections.reverse(read);
      }
      return read;
    });
  }

  @Override
  public CompletionStage<ChangeRows> readChanges(
      String conversationId, long afterTarget, long uptoTarget, int rowsMax, boolean newestFirst) {
    return store.operate("readChanges", () -> {
      ChangeRows.Gathering gathering = new ChangeRows.Gathering(rowsMax, newestFirst);
      if (afterTarget < uptoTarget) {
        NavigableMap<ChangeKey, Entry> range = find(conversationId).changes
            .subMap(new ChangeKey(afterTarget, Long.MAX_VALUE), false, new ChangeKey(uptoTarget, Long.MAX_VALUE), true);
        for (Entry row : newestFirst ? range.descendingMap().values() : range.values()) {
          if (!gathering.add(row)) {
            break;
          }
        }
      }
      return gathering.done();
    });
  }

  @Override
  public CompletionStage<Long> firstSeqSince(String conversationId, long stampMicros, long upto) {
    return store.operate("firstSeqSince", () -> {
      for (Entry entry : find(conversationId).log.headMap(upto, true).values()) {
        if (entry.getStampMicros() >= stampMicros) {
          return entry.getSeq();
        }
      }
      return upto + 1;
    });
  }

  private Conversation find(String conversationId) {
    return store.tables().conversations.getOrDefault(conversationId, ABSENT);
  }
}
