package chasqui.mailbox.memory;

import chasqui.mailbox.memory.MemoryTables.DeviceKey;
import chasqui.mailbox.store.UserStore;
import chasqui.store.v1.DeviceRow;
import chasqui.store.v1.UserRow;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.NavigableMap;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletionStage;

final class MemoryUsers implements UserStore {

  private static final int DEVICES_MAX = 1_000;

  private final MemoryStore store;

  MemoryUsers(MemoryStore store) {
    this.store = store;
  }

  @Override
  public CompletionStage<Page> readMarks(String userId, int fromDay, int toDay, String pageToken, int pageSize) {
    return store.operate("readMarks", () -> {
      NavigableMap<Integer, NavigableSet<String>> days = store.tables().marks.getOrDefault(userId, new TreeMap<>());
      Set<String> ids = new LinkedHashSet<>();
      days.subMap(fromDay, true, toDay, true).values().forEach(ids::addAll);
      return page(ids, pageToken, pageSize);
    });
  }

  @Override
  public CompletionStage<Page> listMemberships(String userId, String pageToken, int pageSize) {
    return store.operate("listMemberships",
        () -> page(store.tables().membershipsOf.getOrDefault(userId, Set.of()), pageToken, pageSize));
  }

  // A token is how many ids came before.
  private static Page page(Collection<String> ids, String pageToken, int pageSize) {
    int from = pageToken.isEmpty() ? 0 : Integer.parseInt(pageToken);
    int to = Math.min(from + pageSize, ids.size());
    return new Page(List.copyOf(ids).subList(Math.min(from, to), to), to < ids.size() ? Integer.toString(to) : "");
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
