package chasqui.drills.sim.store;

import chasqui.mailbox.store.UserStore;
import chasqui.store.v1.DeviceRow;
import chasqui.store.v1.UserRow;
import java.util.List;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

final class SimUsers implements UserStore {
  private final SimStore store;

  SimUsers(SimStore store) {
    this.store = store;
  }

  @Override
  public CompletionStage<Page> readMarks(String userId, int fromDay, int toDay, String pageToken, int pageSize) {
    return store.read(() -> UserPages.marks(
        store.tables().marks(userId), fromDay, toDay, store.clock().instant().getEpochSecond(), pageToken, pageSize));
  }

  @Override
  public CompletionStage<List<Moved>> listActivity(String userId, Span from, String afterId, int oldestDay, int size) {
    return store.read(() -> UserPages.activity(
        store.tables().marks(userId), store.tables().lastingMarks(userId), from, afterId, oldestDay, size));
  }

  @Override
  public CompletionStage<Page> listMemberships(String userId, String pageToken, int pageSize) {
    return store.read(() -> {
      NavigableSet<StoreTables.Joined> joined = store.tables().joined(userId);
      return UserPages.page(joined.stream().map(StoreTables.Joined::conversationId).toList(), pageToken, pageSize);
    });
  }

  @Override
  public CompletionStage<Optional<DeviceRow>> loadDevice(String userId, String deviceId) {
    return store.read(() -> Optional.ofNullable(store.tables().devices(userId).get(deviceId)));
  }

  @Override
  public CompletionStage<List<DeviceRow>> listDevices(String userId) {
    return store.read(() -> store.tables().devices(userId).values().stream().limit(UserPages.DEVICES_MAX).toList());
  }

  @Override
  public CompletionStage<Void> removeDevice(String userId, String deviceId) {
    return store.save(new StoreWrite.DeviceRemoved(userId, deviceId));
  }

  @Override
  public CompletionStage<Void> saveDevice(String userId, DeviceRow row) {
    return store.save(new StoreWrite.Device(userId, row));
  }

  @Override
  public CompletionStage<UserRow> loadUser(String userId) {
    return store.read(() -> store.tables().user(userId));
  }

  @Override
  public CompletionStage<Void> saveUser(String userId, UserRow row) {
    return store.save(new StoreWrite.User(userId, row));
  }
}
