package chasqui.mailbox.store.embedded;

import chasqui.mailbox.store.PageToken;
import chasqui.mailbox.store.UserStore;
import chasqui.store.v1.DeviceRow;
import chasqui.store.v1.UserRow;
import com.google.protobuf.InvalidProtocolBufferException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;

/// Users and devices by key; marks and memberships by {@link MarkReader}, {@link ActivityReader} and
/// {@link JoinedReader}.
final class EmbeddedUserStore implements UserStore {
  private static final int DEVICES_MAX = 1_000;

  private final ReadPool reads;
  private final Saves saves;
  private final MarkExpiry expiry;

  EmbeddedUserStore(ReadPool reads, Saves saves, MarkExpiry expiry) {
    this.reads = reads;
    this.saves = saves;
    this.expiry = expiry;
  }

  @Override
  public CompletionStage<Page> readMarks(String userId, int fromDay, int toDay, String pageToken, int pageSize) {
    return reads.soon(
        database -> {
          int from = Math.max(fromDay, expiry.firstLiveDay());
          try (MarkReader marks = new MarkReader(database, userId)) {
            return marks.page(from, toDay, PageToken.decode(pageToken), PageToken.boundedSize(pageSize));
          }
        });
  }

  @Override
  public CompletionStage<List<Moved>> listActivity(String userId, Span from, String afterId, int oldestDay, int size) {
    return reads.soon(
        database -> new ActivityReader(database, userId, PageToken.boundedSize(size)).read(from, afterId, oldestDay));
  }

  @Override
  public CompletionStage<Page> listMemberships(String userId, String pageToken, int pageSize) {
    return reads.soon(
        database ->
            JoinedReader.page(database, userId, PageToken.decode(pageToken), PageToken.boundedSize(pageSize)));
  }

  @Override
  public CompletionStage<Optional<DeviceRow>> loadDevice(String userId, String deviceId) {
    return reads.now(
        database -> {
          byte[] value = database.get(Column.USER, new Key().device(userId, deviceId).toBytes());
          return value == null ? Optional.empty() : Optional.of(DeviceRow.parseFrom(value));
        });
  }

  @Override
  public CompletionStage<List<DeviceRow>> listDevices(String userId) {
    return reads.soon(database -> devices(database, userId));
  }

  private static List<DeviceRow> devices(Database database, String userId)
      throws RocksDBException, InvalidProtocolBufferException {
    List<DeviceRow> devices = new ArrayList<>();
    byte[] prefix = new Key().devices(userId).toBytes();
    try (RocksIterator rows = database.iterate(Column.USER)) {
      rows.seek(prefix);
      while (devices.size() < DEVICES_MAX && rows.isValid() && Key.startsWith(rows.key(), prefix)) {
        devices.add(DeviceRow.parseFrom(rows.value()));
        rows.next();
      }
      rows.status();
    }
    return devices;
  }

  @Override
  public CompletionStage<Void> saveDevice(String userId, DeviceRow row) {
    return saves.save(1, group -> group.put(Column.USER, new Key().device(userId, row.getDeviceId()), row));
  }

  @Override
  public CompletionStage<Void> removeDevice(String userId, String deviceId) {
    return saves.save(1, group -> group.delete(Column.USER, new Key().device(userId, deviceId)));
  }

  @Override
  public CompletionStage<UserRow> loadUser(String userId) {
    return reads.now(
        database -> {
          byte[] value = database.get(Column.USER, new Key().user(userId).toBytes());
          return value == null ? UserRow.getDefaultInstance() : UserRow.parseFrom(value);
        });
  }

  @Override
  public CompletionStage<Void> saveUser(String userId, UserRow row) {
    return saves.save(1, group -> group.put(Column.USER, new Key().user(userId), row));
  }
}
