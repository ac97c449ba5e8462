package chasqui.mailbox.memory;

import chasqui.mailbox.memory.MemoryTables.DeviceKey;
import chasqui.mailbox.store.StoreException;
import chasqui.mailbox.store.UserStore;
import chasqui.store.v1.DeviceRow;
import chasqui.store.v1.UserRow;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletionStage;

final class MemoryUsers implements UserStore {

  private static final int DEVICES_MAX = 1_000;
  private static final int SECONDS_PER_DAY = 86_400;

  private final MemoryGround store;

  MemoryUsers(MemoryGround store) {
    this.store = store;
  }

  @Override
  public CompletionStage<Page> readMarks(String userId, int fromDay, int toDay, String pageToken, int pageSize) {
    return store.operate("readMarks", () -> {
      NavigableMap<Integer, NavigableSet<String>> days = store.tables().marks.getOrDefault(userId, new TreeMap<>());
      int today = (int) Math.floorDiv(store.clock().instant().getEpochSecond(), SECONDS_PER_DAY);
      NavigableSet<Place> places = new TreeSet<>();
      days.forEach((day, ids) -> {
        if (day >= Math.max(fromDay, today - MARK_LIFE_DAYS) && day <= toDay) {
          ids.forEach(id -> places.add(new Place(0, id)));
        }
      });
      return page("m", places, pageToken, pageSize);
    });
  }

  @Override
  public CompletionStage<List<Moved>> listActivity(String userId, Span from, String afterId, int oldestDay, int size) {
    return store.operate("listActivity", () -> {
      List<Moved> all = new ArrayList<>();
      if (!from.isPeriod()) {
        of(store.tables().marks, userId).headMap(from.number(), true).tailMap(oldestDay, true).descendingMap()
            .forEach((day, ids) -> all.add(new Moved(Span.day(day), List.copyOf(ids))));
      }
      int newest = from.isPeriod() ? from.number() : Span.periodOf(oldestDay).number();
      of(store.tables().lastingMarks, userId).headMap(newest, true).descendingMap()
          .forEach((period, ids) -> all.add(new Moved(Span.period(period), List.copyOf(ids))));
      return first(size, from, afterId, all);
    });
  }

  private static NavigableMap<Integer, NavigableSet<String>> of(
      Map<String, NavigableMap<Integer, NavigableSet<String>>> marks, String userId) {
    return marks.getOrDefault(userId, new TreeMap<>());
  }

  private static List<Moved> first(int size, Span from, String afterId, List<Moved> all) {
    List<Moved> first = new ArrayList<>();
    int left = size;
    for (Moved moved : all) {
      List<String> ids = moved.conversationIds().stream()
          .filter(id -> !moved.span().equals(from) || id.compareTo(afterId) > 0).limit(left).toList();
      left -= ids.size();
      if (!ids.isEmpty()) {
        first.add(new Moved(moved.span(), ids));
      }
    }
    return first;
  }

  @Override
  public CompletionStage<Page> listMemberships(String userId, String pageToken, int pageSize) {
    return store.operate("listMemberships", () -> {
      NavigableSet<Place> places = new TreeSet<>();
      store.tables().joinsOf.getOrDefault(userId, Map.of()).forEach((id, stamp) -> places.add(new Place(stamp, id)));
      return page("j", places, pageToken, pageSize);
    });
  }

  /// Where an id stands in a list.
  private record Place(long stamp, String id) implements Comparable<Place> {
    private static final Comparator<Place> ORDER = Comparator.comparingLong(Place::stamp).thenComparing(Place::id);

    @Override
    public int compareTo(Place other) {
      return ORDER.compare(this, other);
    }
  }

  // A token names the kind of the list and the last place given.
  private static Page page(String kind, NavigableSet<Place> places, String pageToken, int pageSize) {
    NavigableSet<Place> rest = pageToken.isEmpty() ? places : places.tailSet(parse(kind, pageToken), false);
    List<Place> given = rest.stream().limit(pageSize).toList();
    boolean whole = given.size() == rest.size();
    String next = whole ? "" : kind + ":" + given.getLast().stamp() + ":" + given.getLast().id();
    return new Page(given.stream().map(Place::id).toList(), next);
  }

  private static Place parse(String kind, String pageToken) {
    String[] parts = pageToken.split(":", 3);
    if (parts.length != 3 || !parts[0].equals(kind) || !parts[1].matches("[0-9]{1,18}")) {
      throw new StoreException(StoreException.Reason.BAD_PAGE_TOKEN, "not a token of this list");
    }
    return new Place(Long.parseLong(parts[1]), parts[2]);
  }

  @Override
  public CompletionStage<Optional<DeviceRow>> loadDevice(String userId, String deviceId) {
    return store.operate("loadDevice",
        () -> Optional.ofNullable(store.tables().devices.get(new DeviceKey(userId, deviceId))));
  }

  @Override
  public CompletionStage<List<DeviceRow>> listDevices(String userId) {
    return store.operate("listDevices", () -> store.tables().devices
        .subMap(new DeviceKey(userId, ""), true, new DeviceKey(userId + "\0", ""), false)
        .values().stream().limit(DEVICES_MAX).toList());
  }

  @Override
  public CompletionStage<Void> removeDevice(String userId, String deviceId) {
    return store.operate("removeDevice", () -> {
      store.tables().devices.remove(new DeviceKey(userId, deviceId));
      return null;
    });
  }

  @Override
  public CompletionStage<Void> saveDevice(String userId, DeviceRow row) {
    return store.operate("saveDevice", () -> {
      store.tables().devices.put(new DeviceKey(userId, row.getDeviceId()), row);
      return null;
    });
  }

  @Override
  public CompletionStage<UserRow> loadUser(String userId) {
    return store.operate("loadUser", () -> store.tables().users.getOrDefault(userId, UserRow.getDefaultInstance()));
  }

  @Override
  public CompletionStage<Void> saveUser(String userId, UserRow row) {
    return store.operate("saveUser", () -> {
      store.tables().users.put(userId, row);
      return null;
    });
  }
}
