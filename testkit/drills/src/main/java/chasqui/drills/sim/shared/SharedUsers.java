package chasqui.drills.sim.shared;

import chasqui.drills.sim.store.UserPages;
import chasqui.mailbox.store.UserStore.Moved;
import chasqui.mailbox.store.UserStore.Page;
import chasqui.mailbox.store.UserStore.Span;
import chasqui.mailbox.store.shared.FencedUserStore;
import chasqui.store.v1.DeviceRow;
import chasqui.store.v1.UserRow;
import java.util.List;
import java.util.NavigableMap;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletionStage;

/// What is stored by user, from cells; devices and settings in the order that their writers give.
final class SharedUsers implements FencedUserStore {
  private final StoreClient client;

  SharedUsers(StoreClient client) {
    this.client = client;
  }

  private NavigableMap<String, CellWrite> read(String partition) {
    return client.rows().replicas().read(partition);
  }

  @Override
  public CompletionStage<Page> readMarks(String userId, int fromDay, int toDay, String pageToken, int pageSize) {
    return client.ask("reads marks of " + userId, () -> {
      long nowSeconds = client.node().clock().instant().getEpochSecond();
      return UserPages.marks(spans(CommitCells.marksOf(userId)), fromDay, toDay, nowSeconds, pageToken, pageSize);
    });
  }

  @Override
  public CompletionStage<List<Moved>> listActivity(String userId, Span from, String afterId, int oldestDay, int size) {
    return client.ask("lists activity of " + userId, () -> UserPages.activity(
        spans(CommitCells.marksOf(userId)), spans(CommitCells.lastingMarksOf(userId)), from, afterId, oldestDay, size));
  }

  /// Conversations by day or period.
  private NavigableMap<Integer, NavigableSet<String>> spans(String partition) {
    NavigableMap<Integer, NavigableSet<String>> found = new TreeMap<>();
    read(partition).forEach((key, cell) ->
        found.computeIfAbsent((Integer) cell.value(), _ -> new TreeSet<>()).add(key.substring(key.indexOf(' ') + 1)));
    return found;
  }

  @Override
  public CompletionStage<Page> listMemberships(String userId, String pageToken, int pageSize) {
    return client.ask("lists memberships of " + userId, () -> {
      List<String> ids = read(CommitCells.joinedOf(userId)).values().stream()
          .map(cell -> (String) cell.value()).distinct().toList();
      return UserPages.page(ids, pageToken, pageSize);
    });
  }

  @Override
  public CompletionStage<Optional<DeviceRow>> loadDevice(String userId, String deviceId) {
    return client.ask("loads a device of " + userId,
        () -> Optional.ofNullable(read(devicesOf(userId)).get(deviceId)).map(cell -> (DeviceRow) cell.value()));
  }

  @Override
  public CompletionStage<List<DeviceRow>> listDevices(String userId) {
    return client.ask("lists devices of " + userId, () -> read(devicesOf(userId)).values().stream()
        .limit(UserPages.DEVICES_MAX).map(cell -> (DeviceRow) cell.value()).toList());
  }

  @Override
  public CompletionStage<UserRow> loadUser(String userId) {
    return client.ask("loads " + userId, () -> {
      CellWrite cell = read(userOf(userId)).get(CommitCells.ONLY);
      return cell == null ? UserRow.getDefaultInstance() : (UserRow) cell.value();
    });
  }

  @Override
  public CompletionStage<Void> saveDevice(String userId, DeviceRow row, long order) {
    return save("saves a device of " + userId, new CellWrite(devicesOf(userId), row.getDeviceId(), order, row));
  }

  @Override
  public CompletionStage<Void> removeDevice(String userId, String deviceId, long order) {
    return save("removes a device of " + userId, new CellWrite(devicesOf(userId), deviceId, order, null));
  }

  @Override
  public CompletionStage<Void> saveUser(String userId, UserRow row, long order) {
    return save("saves " + userId, new CellWrite(userOf(userId), CommitCells.ONLY, order, row));
  }

  private CompletionStage<Void> save(String what, CellWrite cell) {
    return client.write(what + " in order " + cell.order(), List.of(cell), null);
  }

  private static String devicesOf(String userId) {
    return "devices " + userId;
  }

  private static String userOf(String userId) {
    return "user " + userId;
  }
}
