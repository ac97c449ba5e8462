package chasqui.mailbox.store.cql;

import chasqui.mailbox.store.PageToken;
import chasqui.mailbox.store.UserStore.Moved;
import chasqui.mailbox.store.UserStore.Span;
import com.datastax.oss.driver.api.core.cql.Row;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/// Reads a user's marks newest first: days, some at a time, then lasting marks from one period into the next.
final class ActivityReader {
  private static final int DAYS_AT_ONCE = 8;

  private final Query day;
  private final Query period;
  private final Query periodsBefore;

  ActivityReader(Cql cql) {
    day = cql.query(Kind.READ,
        "SELECT conversation FROM {}.mark WHERE user = ? AND day = ? AND conversation > ? LIMIT ?");
    period = cql.query(Kind.READ,
        "SELECT period, conversation FROM {}.lasting_mark WHERE user = ? AND period = ? AND conversation > ? LIMIT ?");
    periodsBefore = cql.query(Kind.READ,
        "SELECT period, conversation FROM {}.lasting_mark WHERE user = ? AND period < ? LIMIT ?");
  }

  CompletionStage<List<Moved>> read(String userId, Span from, String afterId, int oldestDay, int size) {
    Run run = new Run(userId, PageToken.boundedSize(size));
    CompletionStage<Void> read = from.isPeriod()
        ? run.periods(from.number(), afterId)
        : Stages.then(run.days(from.number(), afterId, oldestDay),
            done -> run.periods(Span.periodOf(oldestDay).number(), ""));
    return Stages.map(read, done -> run.found);
  }

  /// One reading. Used by one thread at a time.
  private final class Run {
    private final String userId;
    private final List<Moved> found = new ArrayList<>();
    private int left;

    Run(String userId, int size) {
      this.userId = userId;
      this.left = size;
    }

    CompletionStage<Void> days(int from, String afterId, int oldestDay) {
      if (from < oldestDay || left == 0) {
        return CompletableFuture.completedStage(null);
      }
      List<CompletionStage<List<String>>> some = new ArrayList<>();
      int until = Math.max(oldestDay, from - DAYS_AT_ONCE + 1);
      for (int number = from; number >= until; number--) {
        some.add(day.all(row -> row.getString("conversation"), userId, number, number == from ? afterId : "", left));
      }
      return Stages.then(Stages.all(some), days -> {
        for (int i = 0; i < days.size(); i++) {
          add(Span.day(from - i), days.get(i));
        }
        return days(until - 1, "", oldestDay);
      });
    }

    CompletionStage<Void> periods(int from, String afterId) {
      if (left == 0) {
        return CompletableFuture.completedStage(null);
      }
      CompletionStage<List<Place>> first = period.all(Place::of, userId, from, afterId, left);
      return Stages.then(first, places -> {
        addPlaces(places);
        return left == 0
            ? CompletableFuture.completedStage(null)
            : Stages.map(periodsBefore.all(Place::of, userId, from, left), older -> addPlaces(older));
      });
    }

    private Void addPlaces(List<Place> places) {
      int from = 0;
      for (int to = 1; to <= places.size(); to++) {
        if (to == places.size() || places.get(to).period() != places.get(from).period()) {
          add(Span.period(places.get(from).period()), places.subList(from, to).stream().map(Place::conversationId).toList());
          from = to;
        }
      }
      return null;
    }

    private void add(Span span, List<String> ids) {
      List<String> given = ids.subList(0, Math.min(left, ids.size()));
      if (!given.isEmpty()) {
        found.add(new Moved(span, List.copyOf(given)));
        left -= given.size();
      }
    }
  }

  private record Place(int period, String conversationId) {
    static Place of(Row row) {
      return new Place(row.getInt("period"), row.getString("conversation"));
    }
  }
}
