package chasqui.mailbox.custody;

import chasqui.discovery.Slots;
import chasqui.mailbox.store.StoreException;
import chasqui.mailbox.store.StoreException.Reason;
import chasqui.mailbox.store.UserStore;
import chasqui.mailbox.store.shared.FencedUserStore;
import chasqui.store.v1.DeviceRow;
import chasqui.store.v1.UserRow;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.function.IntToLongFunction;
import java.util.function.LongFunction;

/// The rows of users, written in an order in which a later owner of the user's slot always comes after an earlier one, and
/// this owner's writes one after the other.
///
/// The order is the timestamp of the write, and ScyllaDB refuses timestamps more than three days ahead of its clock, in
/// microseconds. So a slot has some 410,000 epochs, and 20 more each day; after them its device and user rows can be written no more.
final class OrderedUsers implements UserStore {

  /// Writes of one slot under one epoch; beyond, they are refused.
  static final int WRITE_BITS = 32;

  private final FencedUserStore tables;
  private final Slots slots;
  private final IntToLongFunction epochs;
  // By slot: the order of its last write.
  private final AtomicLongArray last;

  /// @param epochs the epoch under which this process serves, or last served, a slot; 0 if it never did
  OrderedUsers(FencedUserStore tables, Slots slots, IntToLongFunction epochs) {
    this.tables = tables;
    this.slots = slots;
    this.epochs = epochs;
    this.last = new AtomicLongArray(slots.count());
  }

  private CompletionStage<Void> write(String userId, LongFunction<CompletionStage<Void>> write) {
    int slot = slots.of(userId);
    long epoch = epochs.applyAsLong(slot);
    if (epoch == 0) {
      return CompletableFuture.failedStage(
          new StoreException(Reason.BUSY, "the user's slot was never served by this process"));
    }
    long order = last.accumulateAndGet(slot, epoch << WRITE_BITS, (before, first) -> Math.max(before, first) + 1);
    if (order >>> WRITE_BITS != epoch) {
      return CompletableFuture.failedStage(
          new StoreException(Reason.BUSY, "the user's slot had all writes of its epoch, or has another by now"));
    }
    return write.apply(order);
  }

  @Override
  public CompletionStage<Void> saveDevice(String userId, DeviceRow row) {
    return write(userId, order -> tables.saveDevice(userId, row, order));
  }

  @Override
  public CompletionStage<Void> removeDevice(String userId, String deviceId) {
    return write(userId, order -> tables.removeDevice(userId, deviceId, order));
  }

  @Override
  public CompletionStage<Void> saveUser(String userId, UserRow row) {
    return write(userId, order -> tables.saveUser(userId, row, order));
  }

  @Override
  public CompletionStage<Page> readMarks(String userId, int fromDay, int toDay, String pageToken, int pageSize) {
    return tables.readMarks(userId, fromDay, toDay, pageToken, pageSize);
  }

  @Override
  public CompletionStage<List<Moved>> listActivity(String userId, Span from, String afterId, int oldestDay, int size) {
    return tables.listActivity(userId, from, afterId, oldestDay, size);
  }

  @Override
  public CompletionStage<Page> listMemberships(String userId, String pageToken, int pageSize) {
    return tables.listMemberships(userId, pageToken, pageSize);
  }

  @Override
  public CompletionStage<Optional<DeviceRow>> loadDevice(String userId, String deviceId) {
    return tables.loadDevice(userId, deviceId);
  }

  @Override
  public CompletionStage<List<DeviceRow>> listDevices(String userId) {
    return tables.listDevices(userId);
  }

  @Override
  public CompletionStage<UserRow> loadUser(String userId) {
    return tables.loadUser(userId);
  }
}
