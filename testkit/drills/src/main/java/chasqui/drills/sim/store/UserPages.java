package chasqui.drills.sim.store;

import chasqui.mailbox.store.StoreException;
import chasqui.mailbox.store.UserStore;
import chasqui.mailbox.store.UserStore.Moved;
import chasqui.mailbox.store.UserStore.Page;
import chasqui.mailbox.store.UserStore.Span;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.NavigableMap;
import java.util.NavigableSet;
import java.util.Set;

/// What is stored of a user, in pages. A page's token names what the page ended with: the next one goes on after it,
/// whatever was added meanwhile.
public final class UserPages {
  public static final int DEVICES_MAX = 1_000;
  private static final int MARK_LIFE_DAYS = UserStore.MARK_LIFE_DAYS;

  private UserPages() {}

  /// @param marks conversations by day
  public static Page marks(
      NavigableMap<Integer, NavigableSet<String>> marks, int fromDay, int toDay, long nowSeconds, String token, int size) {
    int oldest = (int) Math.floorDiv(nowSeconds, 86_400) - MARK_LIFE_DAYS;
    Set<String> ids = new LinkedHashSet<>();
    if (fromDay <= toDay) {
      marks.subMap(fromDay, true, toDay, true).descendingMap()
          .forEach((day, marked) -> ids.addAll(day < oldest ? Set.of() : marked));
    }
    return page(List.copyOf(ids), token, size);
  }

  /// @param days conversations by day
  /// @param periods conversations by period of 30 days
  public static List<Moved> activity(
      NavigableMap<Integer, NavigableSet<String>> days, NavigableMap<Integer, NavigableSet<String>> periods, Span from,
      String afterId, int oldestDay, int size) {
    List<Moved> found = new ArrayList<>();
    int left = size;
    for (Span span = from; left > 0 && span != null; span = before(periods, span, oldestDay)) {
      NavigableSet<String> ids =
          (span.isPeriod() ? periods : days).getOrDefault(span.number(), Collections.emptyNavigableSet());
      List<String> given = (span.equals(from) ? ids.tailSet(afterId, false) : ids).stream().limit(left).toList();
      left -= given.size();
      if (!given.isEmpty()) {
        found.add(new Moved(span, given));
      }
    }
    return found;
  }

  /// The next older span; null where there is none.
  private static Span before(NavigableMap<Integer, NavigableSet<String>> periods, Span span, int oldestDay) {
    if (!span.isPeriod()) {
      return span.number() > oldestDay ? Span.day(span.number() - 1) : Span.periodOf(oldestDay);
    }
    Integer older = periods.lowerKey(span.number());
    return older == null ? null : Span.period(older);
  }

  /// @param ids all that there are
  public static Page page(List<String> ids, String token, int size) {
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
}
