package chasqui.mailbox.store;

import chasqui.store.v1.DeviceRow;
import chasqui.store.v1.UserRow;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/// What is stored by user: marks, memberships, devices.
public interface UserStore {

  /// A page of conversation ids, with the token of the next page; the token is empty on the last.
  record Page(List<String> conversationIds, String nextPageToken) {}

  /// Conversations that moved for the user on the days `fromDay` to `toDay` (UTC, days since the epoch, inclusive), each
  /// once, however many of the days it moved on.
  CompletionStage<Page> readMarks(String userId, int fromDay, int toDay, String pageToken, int pageSize);

  /// Conversations that the user is or was a member of, in the order of joining.
  CompletionStage<Page> listMemberships(String userId, String pageToken, int pageSize);

  /// One device.
  CompletionStage<Optional<DeviceRow>> loadDevice(String userId, String deviceId);

  /// All devices of the user, by id; at most 1,000.
  CompletionStage<List<DeviceRow>> listDevices(String userId);

  /// Writes the device row. Completes when durable. One owner of the user's slot writes it, so it is a plain overwrite.
  CompletionStage<Void> saveDevice(String userId, DeviceRow row);

  /// What holds for all devices of the user; a default instance if nothing was stored.
  CompletionStage<UserRow> loadUser(String userId);

  /// Writes the user row. Completes when durable.
  CompletionStage<Void> saveUser(String userId, UserRow row);
}
