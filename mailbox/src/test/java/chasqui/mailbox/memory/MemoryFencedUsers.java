package chasqui.mailbox.memory;

import chasqui.mailbox.memory.MemoryTables.DeviceKey;
import chasqui.mailbox.store.UserStore.Moved;
import chasqui.mailbox.store.UserStore.Page;
import chasqui.mailbox.store.UserStore.Span;
import chasqui.mailbox.store.shared.FencedUserStore;
import chasqui.store.v1.DeviceRow;
import chasqui.store.v1.UserRow;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/// Like ScyllaDB, refuses an order that as a time in microseconds is more than three days ahead.
final class MemoryFencedUsers implements FencedUserStore {

  private final MemorySharedTables tables;
  private final MemoryShared shared;
  private final MemoryUsers reads;

  MemoryFencedUsers(MemorySharedTables tables, MemoryShared shared, MemoryUsers reads) {
    this.tables = tables;
    this.shared = shared;
    this.reads = reads;
  }

  private <K> CompletionStage<Void> write(String name, Map<K, Long> orders, K key, long order, Runnable change) {
    return tables.write(name, () -> {
      shared.needNotAhead(order);
      if (orders.getOrDefault(key, 0L) <= order) {
        orders.put(key, order);
        change.run();
      }
      return null;
    });
  }

  @Override
  public CompletionStage<Void> saveDevice(String userId, DeviceRow row, long order) {
    DeviceKey key = new DeviceKey(userId, row.getDeviceId());
    return write("saveDevice", shared.deviceOrders, key, order, () -> shared.tables.devices.put(key, row));
  }

  @Override
  public CompletionStage<Void> removeDevice(String userId, String deviceId, long order) {
    DeviceKey key = new DeviceKey(userId, deviceId);
    return write("removeDevice", shared.deviceOrders, key, order, () -> shared.tables.devices.remove(key));
  }

  @Override
  public CompletionStage<Void> saveUser(String userId, UserRow row, long order) {
    return write("saveUser", shared.userOrders, userId, order, () -> shared.tables.users.put(userId, row));
  }

  @Override
  public CompletionStage<Page> readMarks(String userId, int fromDay, int toDay, String pageToken, int pageSize) {
    return reads.readMarks(userId, fromDay, toDay, pageToken, pageSize);
  }

  @Override
  public CompletionStage<List<Moved>> listActivity(String userId, Span from, String afterId, int oldestDay, int size) {
    return reads.listActivity(userId, from, afterId, oldestDay, size);
  }

  @Override
  public CompletionStage<Page> listMemberships(String userId, String pageToken, int pageSize) {
    return reads.listMemberships(userId, pageToken, pageSize);
  }

  @Override
  public CompletionStage<Optional<DeviceRow>> loadDevice(String userId, String deviceId) {
    return reads.loadDevice(userId, deviceId);
  }

  @Override
  public CompletionStage<List<DeviceRow>> listDevices(String userId) {
    return reads.listDevices(userId);
  }

  @Override
  public CompletionStage<UserRow> loadUser(String userId) {
    return reads.loadUser(userId);
  }
}
