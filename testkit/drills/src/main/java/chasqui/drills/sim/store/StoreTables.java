package chasqui.drills.sim.store;

import chasqui.log.v1.Entry;
import chasqui.mailbox.store.CursorStore.Cursor;
import chasqui.mailbox.store.UserStore.Span;
import chasqui.mailbox.store.WatermarkStore.Watermark;
import chasqui.store.v1.ConversationCommit;
import chasqui.store.v1.DataSetRow;
import chasqui.store.v1.DeviceRow;
import chasqui.store.v1.MarkRows;
import chasqui.store.v1.MembershipRow;
import chasqui.store.v1.UserRow;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.NavigableSet;
import java.util.TreeMap;
import java.util.TreeSet;

/// What the writes on a disk add up to.
public final class StoreTables {
  private static final Comparator<Cursor> BY_POSITION =
      Comparator.comparingLong(Cursor::generation).thenComparingLong(Cursor::acked);

  /// Names a device's cursor in a conversation.
  public record CursorKey(String userId, String deviceId, String conversationId) implements Comparable<CursorKey> {
    private static final Comparator<CursorKey> ORDER = Comparator.comparing(CursorKey::userId)
        .thenComparing(CursorKey::deviceId).thenComparing(CursorKey::conversationId);

    @Override
    public int compareTo(CursorKey other) {
      return ORDER.compare(this, other);
    }
  }

  /// Names a user's watermarks in a conversation.
  public record WatermarkKey(String conversationId, String userId) {}

  /// A conversation in a user's list, in the order of joining.
  record Joined(long stampMicros, String conversationId) implements Comparable<Joined> {
    private static final Comparator<Joined> ORDER =
        Comparator.comparingLong(Joined::stampMicros).thenComparing(Joined::conversationId);

    @Override
    public int compareTo(Joined other) {
      return ORDER.compare(this, other);
    }
  }

  private DataSetRow dataSet;
  private final NavigableMap<String, ConversationTable> conversations = new TreeMap<>();
  private final Map<String, NavigableMap<Integer, NavigableSet<String>>> marks = new HashMap<>();
  private final Map<String, NavigableMap<Integer, NavigableSet<String>>> lastingMarks = new HashMap<>();
  private final Map<String, NavigableSet<Joined>> joined = new HashMap<>();
  private final Map<String, NavigableMap<String, DeviceRow>> devices = new HashMap<>();
  private final Map<String, UserRow> users = new HashMap<>();
  private final NavigableMap<CursorKey, Cursor> cursors = new TreeMap<>();
  private final Map<WatermarkKey, Watermark> watermarks = new HashMap<>();

  static StoreTables of(List<StoreWrite> writes) {
    StoreTables tables = new StoreTables();
    writes.forEach(tables::apply);
    return tables;
  }

  public void apply(StoreWrite write) {
    switch (write) {
      case StoreWrite.Created(DataSetRow row) -> dataSet = row;
      case StoreWrite.Journaled journaled -> journaled.batch().getCommitsList().forEach(this::apply);
      case StoreWrite.Cursors saved -> saved.cursors().forEach((conversation, cursor) ->
          cursors.merge(new CursorKey(saved.userId(), saved.deviceId(), conversation), cursor,
              (a, b) -> BY_POSITION.compare(a, b) >= 0 ? a : b));
      case StoreWrite.Watermarks saved -> saved.watermarks().forEach((conversation, watermark) ->
          watermarks.merge(new WatermarkKey(conversation, saved.userId()), watermark, Watermark::further));
      case StoreWrite.Device(String userId, DeviceRow row) ->
          devices.computeIfAbsent(userId, _ -> new TreeMap<>()).put(row.getDeviceId(), row);
      case StoreWrite.DeviceRemoved(String userId, String deviceId) -> devices.getOrDefault(userId, new TreeMap<>()).remove(deviceId);
      case StoreWrite.User(String userId, UserRow row) -> users.put(userId, row);
    }
  }

  private void apply(ConversationCommit commit) {
    String id = commit.getConversationId();
    conversations.computeIfAbsent(id, _ -> new ConversationTable()).apply(commit);
    for (MembershipRow row : commit.getMembershipsList()) {
      join(commit, row);
    }
    for (MarkRows rows : commit.getMarksList()) {
      for (String user : rows.getUserIdsList()) {
        mark(marks, user, rows.getDay(), id);
        if (rows.getLasting()) {
          mark(lastingMarks, user, Span.periodOf(rows.getDay()).number(), id);
        }
      }
    }
  }

  private static void mark(
      Map<String, NavigableMap<Integer, NavigableSet<String>>> marks, String user, int number, String id) {
    marks.computeIfAbsent(user, _ -> new TreeMap<>()).computeIfAbsent(number, _ -> new TreeSet<>()).add(id);
  }

  private void join(ConversationCommit commit, MembershipRow row) {
    NavigableSet<Joined> list = joined.computeIfAbsent(row.getUserId(), _ -> new TreeSet<>());
    boolean known = list.stream().anyMatch(one -> one.conversationId().equals(commit.getConversationId()));
    if (!known) {
      long stamp = commit.getEntriesList().stream()
          .filter(entry -> entry.getSeq() == row.getJoinSeq()).mapToLong(Entry::getStampMicros).findFirst().orElse(0);
      list.add(new Joined(stamp, commit.getConversationId()));
    }
  }

  DataSetRow dataSet() {
    return dataSet;
  }

  /// All conversations by id.
  public NavigableMap<String, ConversationTable> conversations() {
    return Collections.unmodifiableNavigableMap(conversations);
  }

  /// All cursors.
  public NavigableMap<CursorKey, Cursor> cursors() {
    return Collections.unmodifiableNavigableMap(cursors);
  }

  /// All watermarks.
  public Map<WatermarkKey, Watermark> watermarks() {
    return Collections.unmodifiableMap(watermarks);
  }

  NavigableMap<Integer, NavigableSet<String>> marks(String userId) {
    return marks.getOrDefault(userId, Collections.emptyNavigableMap());
  }

  NavigableMap<Integer, NavigableSet<String>> lastingMarks(String userId) {
    return lastingMarks.getOrDefault(userId, Collections.emptyNavigableMap());
  }

  NavigableSet<Joined> joined(String userId) {
    return joined.getOrDefault(userId, Collections.emptyNavigableSet());
  }

  /// A user's devices by id.
  public NavigableMap<String, DeviceRow> devices(String userId) {
    return devices.getOrDefault(userId, Collections.emptyNavigableMap());
  }

  UserRow user(String userId) {
    return users.getOrDefault(userId, UserRow.getDefaultInstance());
  }
}
