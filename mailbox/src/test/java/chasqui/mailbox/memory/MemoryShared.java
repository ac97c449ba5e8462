package chasqui.mailbox.memory;

import chasqui.log.v1.Entry;
import chasqui.mailbox.memory.MemoryTables.DeviceKey;
import chasqui.mailbox.store.StoreException;
import chasqui.mailbox.store.shared.JournalTable.JournalId;
import chasqui.mailbox.store.shared.JournalTable.Marks;
import chasqui.store.v1.DataSetRow;
import chasqui.store.v1.IncarnationRow;
import chasqui.store.v1.JournalRow;
import chasqui.store.v1.SlotOwnerRow;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;

/// The rows of one data set that several nodes share; outlives them all.
public final class MemoryShared {

  private static final Duration AHEAD_MAX = Duration.ofDays(3);

  final DataSetRow dataSet;
  final InstantSource clock;
  final MemoryTables tables = new MemoryTables();
  final Map<JournalId, NavigableMap<Long, JournalRow>> journals =
      new TreeMap<>(Comparator.comparing(JournalId::incarnation).thenComparingInt(JournalId::stripe));
  final Map<JournalId, Marks> marks = new HashMap<>();
  final Map<String, IncarnationRow> incarnations = new TreeMap<>();
  final Map<Integer, SlotOwnerRow> owners = new TreeMap<>();
  final Map<DeviceKey, Long> deviceOrders = new HashMap<>();
  final Map<String, Long> userOrders = new HashMap<>();
  final Set<Integer> slotsWithoutQuorum = new HashSet<>();

  /// As ScyllaDB does unless told otherwise (`restrict_future_timestamp`).
  void needNotAhead(long timestampMicros) {
    long limit = ChronoUnit.MICROS.between(Instant.EPOCH, clock.instant().plus(AHEAD_MAX));
    if (timestampMicros > limit) {
      throw new StoreException("the timestamp " + timestampMicros + " is more than " + AHEAD_MAX + " ahead", null);
    }
  }

  public MemoryShared(DataSetRow dataSet, InstantSource clock) {
    this.dataSet = dataSet;
    this.clock = clock;
  }

  /// What stands in a journal, by place.
  public NavigableMap<Long, JournalRow> journal(JournalId journal) {
    return new TreeMap<>(journals.getOrDefault(journal, new TreeMap<>()));
  }

  public Map<JournalId, NavigableMap<Long, JournalRow>> journals() {
    return journals;
  }

  public Map<Integer, SlotOwnerRow> owners() {
    return owners;
  }

  /// Slots whose rows are neither read nor changed: too few of the nodes that hold them are there.
  public Set<Integer> slotsWithoutQuorum() {
    return slotsWithoutQuorum;
  }

  public Map<String, IncarnationRow> incarnations() {
    return incarnations;
  }

  public Marks marksOf(JournalId journal) {
    return marks.getOrDefault(journal, Marks.NONE);
  }

  public void setMarks(JournalId journal, Marks now) {
    marks.put(journal, now);
  }

  /// Everything that is applied of a log.
  public List<Entry> logOf(String conversationId) {
    MemoryTables.Conversation found = tables.conversations.get(conversationId);
    return found == null ? List.of() : List.copyOf(found.log.values());
  }

  public long headOf(String conversationId) {
    MemoryTables.Conversation found = tables.conversations.get(conversationId);
    return found == null ? 0 : found.row.getHead();
  }
}
