package chasqui.drills.sim.store;

import chasqui.mailbox.store.StoreException;
import chasqui.mailbox.store.UserStore;
import chasqui.store.v1.DeviceRow;
import chasqui.store.v1.UserRow;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;

/// A page's token names what the page ended with: the next one goes on after it, whatever was added meanwhile.
final class SimUsers implements UserStore {
  private static final int DEVICES_MAX = 1_000;

  private final SimStore store;

  SimUsers(SimStore store) {
    this.store = store;
  }

  @Override
  public CompletionStage<Page> readMarks(String userId, int fromDay, int toDay, String pageToken, int pageSize) {
    return store.read(() -> {
      int oldest = (int) Math.floorDiv(store.clock().instant().getEpochSecond(), 86_400) - MARK_LIFE_DAYS;
      Set<String> ids = new LinkedHashSet<>();
      if (fromDay <= toDay) {
        var days = store.tables().marks(userId).subMap(fromDay, true, toDay, true).descendingMap();
        days.forEach((day, marked) -> ids.addAll(day < oldest ? Set.of() : marked));
      }
      return page(List.copyOf(ids), pageToken, pageSize);
    });
  }

  @Override
  public CompletionStage<List<Moved>> listActivity(String userId, Span from, String afterId, int oldestDay, int size) {
    return store.read(() -> {
      List<Moved> found = new ArrayList<>();
      int left = size;
      for (Span span = from; left > 0 && span != null; span = before(userId, span, oldestDay)) {
        NavigableSet<String> ids = span.isPeriod()
            ? store.tables().lastingMarks(userId).getOrDefault(span.number(), Collections.emptyNavigableSet())
            : store.tables().marks(userId).getOrDefault(span.number(), Collections.emptyNavigableSet());
        List<String> given = (span.equals(from) ? ids.tailSet(afterId, false) : ids).stream().limit(left).toList();
        left -= given.size();
        if (!given.isEmpty()) {
          found.add(new Moved(span, given));
        }
      }
      return found;
    });
  }

  /// The next older span; null where there is none.
  private Span before(String userId, Span span, int oldestDay) {
    if (!span.isPeriod()) {
      return span.number() > oldestDay ? Span.day(span.number() - 1) : Span.periodOf(oldestDay);
    }
    Integer older = store.tables().lastingMarks(userId).lowerKey(span.number());
    return older == null ? null : Span.period(older);
  }

  @Override
  public CompletionStage<Page> listMemberships(String userId, String pageToken, int pageSize) {
    return store.read(() -> {
      NavigableSet<StoreTables.Joined> joined = store.tables().joined(userId);
      return page(joined.stream().map(StoreTables.Joined::conversationId).toList(), pageToken, pageSize);
    });
  }

  private static Page page(List<String> ids, String token, int size) {
    int from = 0;
    if (!token.isEmpty()) {
      int at = token.startsWith("after ") ? ids.indexOf(token.substring("after ".length())) : -1;
      if (at < 0) {
        throw new StoreException(StoreException.Reason.BAD_PAGE_TOKEN, "not a token of this store");
      }
      from = at + 1;
    }
    List<String> taken = new ArrayList<>(ids.subList(from, Math.min(ids.size(), from + size)));
    boolean last = from + size >= ids.size();
    return new Page(taken, last ? "" : "after " + taken.getLast());
  }

  @Override
  public CompletionStage<Optional<DeviceRow>> loadDevice(String userId, String deviceId) {
    return store.read(() -> Optional.ofNullable(store.tables().devices(userId).get(deviceId)));
  }

  @Override
  public CompletionStage<List<DeviceRow>> listDevices(String userId) {
    return store.read(() -> store.tables().devices(userId).values().stream().limit(DEVICES_MAX).toList());
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
