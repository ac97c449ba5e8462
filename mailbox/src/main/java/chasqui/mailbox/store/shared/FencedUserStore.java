package chasqui.mailbox.store.shared;

import chasqui.mailbox.store.UserStore.Moved;
import chasqui.mailbox.store.UserStore.Page;
import chasqui.mailbox.store.UserStore.Span;
import chasqui.store.v1.DeviceRow;
import chasqui.store.v1.UserRow;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/// As {@link chasqui.mailbox.store.UserStore}, which tells what each does; writes are ordered by the writer, so that what a
/// replaced owner of the user's slot writes late changes nothing.
public interface FencedUserStore {

  CompletionStage<Page> readMarks(String userId, int fromDay, int toDay, String pageToken, int pageSize);

  CompletionStage<List<Moved>> listActivity(String userId, Span from, String afterId, int oldestDay, int size);

  CompletionStage<Page> listMemberships(String userId, String pageToken, int pageSize);

  CompletionStage<Optional<DeviceRow>> loadDevice(String userId, String deviceId);

  CompletionStage<List<DeviceRow>> listDevices(String userId);

  CompletionStage<UserRow> loadUser(String userId);

  /// @param order above 0; a write of a lower order than the row's changes nothing
  CompletionStage<Void> saveDevice(String userId, DeviceRow row, long order);

  /// @param order as for {@link #saveDevice}; a removal is a write
  CompletionStage<Void> removeDevice(String userId, String deviceId, long order);

  /// @param order as for {@link #saveDevice}
  CompletionStage<Void> saveUser(String userId, UserRow row, long order);
}
