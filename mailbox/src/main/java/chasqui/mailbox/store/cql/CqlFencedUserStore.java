package chasqui.mailbox.store.cql;

import chasqui.mailbox.store.UserStore.Moved;
import chasqui.mailbox.store.UserStore.Page;
import chasqui.mailbox.store.UserStore.Span;
import chasqui.mailbox.store.shared.FencedUserStore;
import chasqui.store.v1.DeviceRow;
import chasqui.store.v1.UserRow;
import com.datastax.oss.driver.api.core.cql.Row;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/// Users and devices by key, written with the writer's order as timestamp; marks and memberships by {@link MarkReader},
/// {@link ActivityReader} and {@link JoinedReader}.
final class CqlFencedUserStore implements FencedUserStore {
  private final MarkReader marks;
  private final ActivityReader activity;
  private final JoinedReader joined;
  private final Query device;
  private final Query devices;
  private final Query saveDevice;
  private final Query removeDevice;
  private final Query user;
  private final Query saveUser;

  CqlFencedUserStore(Cql cql, InstantSource clock) {
    marks = new MarkReader(cql, clock);
    activity = new ActivityReader(cql);
    joined = new JoinedReader(cql);
    device = cql.query(Kind.READ, "SELECT row FROM {}.device WHERE user = ? AND device = ?");
    devices = cql.query(Kind.READ, "SELECT row FROM {}.device WHERE user = ? LIMIT 1000");
    saveDevice = cql.query(Kind.WRITE, "INSERT INTO {}.device (user, device, row) VALUES (?, ?, ?) USING TIMESTAMP ?");
    removeDevice = cql.query(Kind.WRITE, "DELETE FROM {}.device USING TIMESTAMP ? WHERE user = ? AND device = ?");
    user = cql.query(Kind.READ, "SELECT row FROM {}.user WHERE user = ?");
    saveUser = cql.query(Kind.WRITE, "INSERT INTO {}.user (user, row) VALUES (?, ?) USING TIMESTAMP ?");
  }

  @Override
  public CompletionStage<Page> readMarks(String userId, int fromDay, int toDay, String pageToken, int pageSize) {
    return marks.page(userId, fromDay, toDay, pageToken, pageSize);
  }

  @Override
  public CompletionStage<List<Moved>> listActivity(String userId, Span from, String afterId, int oldestDay, int size) {
    return activity.read(userId, from, afterId, oldestDay, size);
  }

  @Override
  public CompletionStage<Page> listMemberships(String userId, String pageToken, int pageSize) {
    return joined.page(userId, pageToken, pageSize);
  }

  @Override
  public CompletionStage<Optional<DeviceRow>> loadDevice(String userId, String deviceId) {
    return device.one(CqlFencedUserStore::deviceRow, userId, deviceId);
  }

  @Override
  public CompletionStage<List<DeviceRow>> listDevices(String userId) {
    return devices.all(CqlFencedUserStore::deviceRow, userId);
  }

  @Override
  public CompletionStage<UserRow> loadUser(String userId) {
    return Stages.map(
        user.one(row -> Blobs.parse(UserRow.parser(), row.getByteBuffer("row")), userId),
        found -> found.orElse(UserRow.getDefaultInstance()));
  }

  @Override
  public CompletionStage<Void> saveDevice(String userId, DeviceRow row, long order) {
    return saveDevice.write(userId, row.getDeviceId(), Blobs.of(row), positive(order));
  }

  @Override
  public CompletionStage<Void> removeDevice(String userId, String deviceId, long order) {
    return removeDevice.write(positive(order), userId, deviceId);
  }

  @Override
  public CompletionStage<Void> saveUser(String userId, UserRow row, long order) {
    return saveUser.write(userId, Blobs.of(row), positive(order));
  }

  private static long positive(long order) {
    if (order < 1) {
      throw new IllegalArgumentException("order is " + order + ", expected above 0");
    }
    return order;
  }

  private static DeviceRow deviceRow(Row row) {
    return Blobs.parse(DeviceRow.parser(), row.getByteBuffer("row"));
  }
}
