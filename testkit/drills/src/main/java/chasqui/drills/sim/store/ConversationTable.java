package chasqui.drills.sim.store;

import chasqui.log.fold.Changes;
import chasqui.log.v1.Entry;
import chasqui.mailbox.store.ChangeRows;
import chasqui.mailbox.store.StoredConversation;
import chasqui.store.v1.ConversationCommit;
import chasqui.store.v1.ConversationRow;
import chasqui.store.v1.MembershipRow;
import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.OptionalLong;
import java.util.TreeMap;

/// Everything stored of one conversation.
public final class ConversationTable {
  private record DeviceKey(String userId, String deviceId) {}

  private record IdKey(String userId, String deviceId, boolean counted, ByteString id) {}

  private ConversationRow row = ConversationRow.getDefaultInstance();
  private final NavigableMap<Long, Entry> log = new TreeMap<>();
  // By the message that they change.
  private final NavigableMap<Long, List<Entry>> changes = new TreeMap<>();
  // By join seq and user.
  private final NavigableMap<Long, NavigableMap<String, MembershipRow>> memberships = new TreeMap<>();
  private final Map<DeviceKey, Long> counters = new HashMap<>();
  private final Map<IdKey, Long> ids = new HashMap<>();
  private final List<String> oddities = new ArrayList<>();

  /// A table of entries and changes that were read somewhere else.
  ///
  /// @param changes as {@link Changes#summary} makes them, by message, then by `seq`
  public static ConversationTable holding(List<Entry> entries, List<Entry> changes) {
    ConversationTable table = new ConversationTable();
    entries.forEach(entry -> table.log.put(entry.getSeq(), entry));
    changes.forEach(change ->
        table.changes.computeIfAbsent(Changes.targetOf(change), _ -> new ArrayList<>()).add(change));
    return table;
  }

  void apply(ConversationCommit commit) {
    row = commit.getRow();
    for (Entry entry : commit.getEntriesList()) {
      append(entry);
    }
    for (Entry emptied : commit.getEmptiedList()) {
      if (log.replace(emptied.getSeq(), emptied) == null) {
        oddities.add("seq " + emptied.getSeq() + " is emptied and was never written");
      }
    }
    for (MembershipRow membership : commit.getMembershipsList()) {
      memberships.computeIfAbsent(membership.getJoinSeq(), _ -> new TreeMap<>()).put(membership.getUserId(), membership);
    }
    commit.getCountersList().forEach(counter ->
        counters.put(new DeviceKey(counter.getUserId(), counter.getDeviceId()), counter.getCounter()));
    commit.getIdsList().forEach(id -> {
      IdKey key = new IdKey(id.getUserId(), id.getDeviceId(), id.getCounted(), id.getClientMessageId());
      Long before = ids.put(key, id.getSeq());
      if (before != null) {
        oddities.add("one id of " + id.getUserId() + " at seq " + before + " and at seq " + id.getSeq());
      }
    });
    if (!log.isEmpty() && row.getHead() != log.lastKey()) {
      oddities.add("the head is " + row.getHead() + ", the log ends at " + log.lastKey());
    }
  }

  /// What must hold of a log is noted where it does not; the judge reads it at the end.
  private void append(Entry entry) {
    Map.Entry<Long, Entry> last = log.lastEntry();
    long before = last == null ? 0 : last.getKey();
    if (entry.getSeq() != before + 1) {
      oddities.add("seq " + entry.getSeq() + " was written after seq " + before);
    } else if (last != null && entry.getStampMicros() <= last.getValue().getStampMicros()) {
      oddities.add("seq " + entry.getSeq() + " is not stamped later than the one before");
    }
    log.put(entry.getSeq(), entry);
    if (Changes.isChange(entry)) {
      changes.computeIfAbsent(Changes.targetOf(entry), _ -> new ArrayList<>()).add(Changes.summary(entry));
    }
  }

  public ConversationRow row() {
    return row;
  }

  public Collection<Entry> log() {
    return Collections.unmodifiableCollection(log.values());
  }

  /// What was written that should not have been.
  public List<String> oddities() {
    return Collections.unmodifiableList(oddities);
  }

  StoredConversation stored() {
    List<MembershipRow> rows = new ArrayList<>();
    memberships.values().forEach(users -> rows.addAll(users.values()));
    return new StoredConversation(row, rows);
  }

  /// The membership intervals, ascending by join seq.
  public List<MembershipRow> memberships() {
    return stored().memberships();
  }

  long counter(String userId, String deviceId) {
    return counters.getOrDefault(new DeviceKey(userId, deviceId), 0L);
  }

  public OptionalLong find(String userId, String deviceId, boolean counted, ByteString id) {
    Long seq = ids.get(new IdKey(userId, deviceId, counted, id));
    return seq == null ? OptionalLong.empty() : OptionalLong.of(seq);
  }

  public List<Entry> read(long after, long upto, int entriesMax, int bytesMax, boolean newestFirst) {
    if (after >= upto) {
      return List.of();
    }
    NavigableMap<Long, Entry> range = log.subMap(after, false, upto, true);
    List<Entry> read = new ArrayList<>();
    long bytes = 0;
    for (Entry entry : newestFirst ? range.descendingMap().values() : range.values()) {
      bytes += entry.getSerializedSize();
      if (read.size() >= entriesMax || (!read.isEmpty() && bytes > bytesMax)) {
        break;
      }
      read.add(entry);
    }
    return newestFirst ? read.reversed() : read;
  }

  public ChangeRows changes(long afterTarget, long uptoTarget, int rowsMax, boolean newestFirst) {
    ChangeRows.Gathering gathering = new ChangeRows.Gathering(rowsMax, newestFirst);
    if (afterTarget < uptoTarget) {
      NavigableMap<Long, List<Entry>> range = changes.subMap(afterTarget, false, uptoTarget, true);
      for (List<Entry> rows : newestFirst ? range.descendingMap().values() : range.values()) {
        for (Entry row : newestFirst ? rows.reversed() : rows) {
          if (!gathering.add(row)) {
            return gathering.done();
          }
        }
      }
    }
    return gathering.done();
  }

  public long firstSeqSince(long stampMicros, long upto) {
    for (Entry entry : log.headMap(upto, true).values()) {
      if (entry.getStampMicros() >= stampMicros) {
        return entry.getSeq();
      }
    }
    return upto + 1;
  }
}
