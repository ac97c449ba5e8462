package chasqui.mailbox.store;

import chasqui.store.v1.DeviceRow;
import chasqui.store.v1.UserRow;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/// What is stored by user: marks, memberships, devices.
public interface UserStore {

  /// How many days after its day a mark lives; a lasting one is kept for good.
  int MARK_LIFE_DAYS = 40;

  /// A span of time in which conversations moved: a day, or a period of 30, both counted from the epoch (UTC).
  record Span(boolean isPeriod, int number) {
    private static final int DAYS_PER_PERIOD = 30;

    public static Span day(int day) {
      return new Span(false, day);
    }

    public static Span period(int period) {
      return new Span(true, period);
    }

    /// The period that holds a day.
    public static Span periodOf(int day) {
      return period(Math.floorDiv(day, DAYS_PER_PERIOD));
    }
  }

  /// Conversations that moved in a span, by id.
  record Moved(Span span, List<String> conversationIds) {}

  /// A page of conversation ids, with the token of the next page; the token is empty on the last.
  record Page(List<String> conversationIds, String nextPageToken) {}

  /// Conversations that moved for the user on the days `fromDay` to `toDay` (UTC, days since the epoch, inclusive), each
  /// once, however many of the days it moved on.
  CompletionStage<Page> readMarks(String userId, int fromDay, int toDay, String pageToken, int pageSize);

  /// Conversations that moved for the user: in the span `from`, those after `afterId`, then in the spans before it. Days
  /// down to `oldestDay`, periods from the one that holds it. Spans in which nothing moved are left out; at most `size`
  /// conversations, one that moved in several spans counting in each.
  CompletionStage<List<Moved>> listActivity(String userId, Span from, String afterId, int oldestDay, int size);

  /// Conversations that the user is or was a member of, in the order of joining.
  CompletionStage<Page> listMemberships(String userId, String pageToken, int pageSize);

  /// One device.
  CompletionStage<Optional<DeviceRow>> loadDevice(String userId, String deviceId);

  /// All devices of the user, by id; at most 1,000.
  CompletionStage<List<DeviceRow>> listDevices(String userId);

  /// Writes the device row. Completes when durable. One owner of the user's slot writes it, so it is a plain overwrite.
  CompletionStage<Void> saveDevice(String userId, DeviceRow row);

  /// Forgets a device. Completes when durable.
  CompletionStage<Void> removeDevice(String userId, String deviceId);

  /// What holds for all devices of the user; a default instance if nothing was stored.
  CompletionStage<UserRow> loadUser(String userId);

  /// Writes the user row. Completes when durable.
  CompletionStage<Void> saveUser(String userId, UserRow row);
}
