package chasqui.mailbox.store.cql;

import chasqui.mailbox.store.PageToken;
import chasqui.mailbox.store.StoreException;
import chasqui.mailbox.store.UserStore;
import chasqui.mailbox.store.UserStore.Page;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;

/// Reads the conversations marked for a user on any of some days, each once, by id. Each day is a partition and gives as
/// many as a page needs; the page is what is smallest of all.
final class MarkReader {
  /// Stamps may run ahead of the clock after it was set back; further than this nobody looks.
  private static final int DAYS_AHEAD_MAX = UserStore.MARK_LIFE_DAYS;

  private final InstantSource clock;
  private final Query marks;

  MarkReader(Cql cql, InstantSource clock) {
    this.clock = clock;
    marks = cql.query(Kind.READ,
        "SELECT conversation FROM {}.mark WHERE user = ? AND day = ? AND conversation > ? LIMIT ?");
  }

  CompletionStage<Page> page(String userId, int fromDay, int toDay, String pageToken, int pageSize) {
    int size = PageToken.boundedSize(pageSize);
    String last;
    try {
      last = new String(PageToken.decode(pageToken), StandardCharsets.UTF_8);
    } catch (StoreException e) {
      return CompletableFuture.failedStage(e);
    }
    int today = (int) TimeUnit.SECONDS.toDays(clock.instant().getEpochSecond());
    List<CompletionStage<List<String>>> days = new ArrayList<>();
    int end = Math.min(toDay, today + DAYS_AHEAD_MAX);
    for (int day = Math.max(fromDay, today - UserStore.MARK_LIFE_DAYS); day <= end; day++) {
      days.add(marks.all(row -> row.getString("conversation"), userId, day, last, size + 1));
    }
    return Stages.map(Stages.all(days), found -> merged(found, size));
  }

  private static Page merged(List<List<String>> days, int size) {
    // As the server orders them: by bytes.
    TreeSet<byte[]> ids = new TreeSet<>(Arrays::compareUnsigned);
    days.forEach(day -> day.forEach(id -> ids.add(id.getBytes(StandardCharsets.UTF_8))));
    return PageToken.page(
        ids.stream().limit(size + 1L).toList(), size, id -> new String(id, StandardCharsets.UTF_8));
  }
}
