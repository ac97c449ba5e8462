package chasqui.mailbox.memory;

import chasqui.log.fold.Changes;
import chasqui.log.v1.Entry;
import chasqui.mailbox.store.CursorStore.Cursor;
import chasqui.mailbox.store.UserStore.Span;
import chasqui.mailbox.store.WatermarkStore.Watermark;
import chasqui.store.v1.ConversationCommit;
import chasqui.store.v1.ConversationRow;
import chasqui.store.v1.CounterRow;
import chasqui.store.v1.DeviceRow;
import chasqui.store.v1.IdRow;
import chasqui.store.v1.MarkRows;
import chasqui.store.v1.MembershipRow;
import chasqui.store.v1.UserRow;
import com.google.protobuf.ByteString;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.NavigableMap;
import java.util.NavigableSet;
import java.util.TreeMap;
import java.util.TreeSet;

/// What is stored. Sorted throughout, so that a simulation reads the same in every run.
final class MemoryTables {

  record DeviceKey(String userId, String deviceId) implements Comparable<DeviceKey> {
    private static final Comparator<DeviceKey> ORDER =
        Comparator.comparing(DeviceKey::userId).thenComparing(DeviceKey::deviceId);

    @Override
    public int compareTo(DeviceKey other) {
      return ORDER.compare(this, other);
    }
  }

  record IdKey(String userId, String deviceId, boolean counted, ByteString id) {}

  record JoinKey(long joinSeq, String userId) implements Comparable<JoinKey> {
    private static final Comparator<JoinKey> ORDER =
        Comparator.comparingLong(JoinKey::joinSeq).thenComparing(JoinKey::userId);

    @Override
    public int compareTo(JoinKey other) {
      return ORDER.compare(this, other);
    }
  }

  record ChangeKey(long target, long seq) implements Comparable<ChangeKey> {
    private static final Comparator<ChangeKey> ORDER =
        Comparator.comparingLong(ChangeKey::target).thenComparingLong(ChangeKey::seq);

    @Override
    public int compareTo(ChangeKey other) {
      return ORDER.compare(this, other);
    }
  }

  record CursorKey(String userId, String deviceId, String conversationId) {}

  record WatermarkKey(String conversationId, String userId) {}

  /// One conversation.
  static final class Conversation {
    ConversationRow row = ConversationRow.getDefaultInstance();
    final NavigableMap<Long, Entry> log = new TreeMap<>();
    final NavigableMap<ChangeKey, Entry> changes = new TreeMap<>();
    final NavigableMap<JoinKey, MembershipRow> memberships = new TreeMap<>();
    final Map<DeviceKey, Long> counters = new TreeMap<>();
    final Map<IdKey, Long> ids = new HashMap<>();
    private final Map<String, Long> stamps = new HashMap<>();

    /// True if nothing of a later stamp was written there.
    private boolean newer(String what, long stamp) {
      return stamps.merge(what, stamp, Math::max) == stamp;
    }
  }

  final Map<String, Conversation> conversations = new TreeMap<>();
  final Map<String, NavigableMap<Integer, NavigableSet<String>>> marks = new TreeMap<>();
  final Map<String, NavigableMap<Integer, NavigableSet<String>>> lastingMarks = new TreeMap<>();
  /// By user: the conversations, each with the stamp of its first join entry.
  final Map<String, Map<String, Long>> joinsOf = new TreeMap<>();
  final NavigableMap<DeviceKey, DeviceRow> devices = new TreeMap<>();
  final Map<String, UserRow> users = new TreeMap<>();
  final Map<CursorKey, Cursor> cursors = new HashMap<>();
  final Map<WatermarkKey, Watermark> watermarks = new HashMap<>();

  /// The one write of a commit, in the order of commits.
  void apply(ConversationCommit commit) {
    NavigableMap<Long, Entry> log =
        conversations.computeIfAbsent(commit.getConversationId(), id -> new Conversation()).log;
    for (Entry entry : commit.getEntriesList()) {
      if (log.containsKey(entry.getSeq())) {
        throw new IllegalStateException("seq " + entry.getSeq() + " written twice");
      }
    }
    for (Entry emptied : commit.getEmptiedList()) {
      if (!log.containsKey(emptied.getSeq()) && emptied.getSeq() < commit.getEntries(0).getSeq()) {
        throw new IllegalStateException("seq " + emptied.getSeq() + " emptied, and was never written");
      }
    }
    write(commit);
  }

  /// All writes of a commit, each ordered by its stamp, however often and in whatever order commits come.
  void write(ConversationCommit commit) {
    Conversation conversation =
        conversations.computeIfAbsent(commit.getConversationId(), id -> new Conversation());
    long stamp = commit.getRow().getStampMicros();
    if (conversation.newer("row", stamp)) {
      conversation.row = commit.getRow();
    }
    for (Entry entry : commit.getEntriesList()) {
      if (conversation.newer("log " + entry.getSeq(), entry.getStampMicros())) {
        conversation.log.put(entry.getSeq(), entry);
      }
      if (Changes.isChange(entry)) {
        conversation.changes.put(new ChangeKey(Changes.targetOf(entry), entry.getSeq()), Changes.summary(entry));
      }
    }
    for (Entry emptied : commit.getEmptiedList()) {
      if (conversation.newer("log " + emptied.getSeq(), stamp)) {
        conversation.log.put(emptied.getSeq(), emptied);
      }
    }
    for (MembershipRow row : commit.getMembershipsList()) {
      JoinKey key = new JoinKey(row.getJoinSeq(), row.getUserId());
      if (conversation.newer("member " + key, stamp)) {
        conversation.memberships.put(key, row);
      }
      Entry join = conversation.log.get(row.getJoinSeq());
      joinsOf.computeIfAbsent(row.getUserId(), user -> new TreeMap<>())
          .merge(commit.getConversationId(), join == null ? stamp : join.getStampMicros(), Math::min);
    }
    for (CounterRow row : commit.getCountersList()) {
      conversation.counters.merge(new DeviceKey(row.getUserId(), row.getDeviceId()), row.getCounter(), Math::max);
    }
    for (IdRow row : commit.getIdsList()) {
      conversation.ids.put(
          new IdKey(row.getUserId(), row.getDeviceId(), row.getCounted(), row.getClientMessageId()), row.getSeq());
    }
    for (MarkRows rows : commit.getMarksList()) {
      for (String user : rows.getUserIdsList()) {
        mark(marks, user, rows.getDay(), commit.getConversationId());
        if (rows.getLasting()) {
          mark(lastingMarks, user, Span.periodOf(rows.getDay()).number(), commit.getConversationId());
        }
      }
    }
  }

  private static void mark(
      Map<String, NavigableMap<Integer, NavigableSet<String>>> marks, String user, int number, String conversationId) {
    marks.computeIfAbsent(user, u -> new TreeMap<>()).computeIfAbsent(number, n -> new TreeSet<>()).add(conversationId);
  }

  void raiseGeneration(String conversationId) {
    Conversation conversation = conversations.get(conversationId);
    conversation.row =
        conversation.row.toBuilder().setGeneration(conversation.row.getGeneration() + 1).build();
  }
}
