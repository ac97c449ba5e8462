package chasqui.mailbox.custody;

import chasqui.mailbox.custody.Sealing.Sealed;
import chasqui.mailbox.store.shared.JournalTable;
import chasqui.mailbox.store.shared.JournalTable.Placed;
import chasqui.store.v1.ConversationCommit;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Applies what a sealed journal holds after its mark, part by part, and gathers the heads of that and of what was written
/// shortly before. May be done twice, or by two.
final class JournalReplay {

  /// Heads of what was written so long before the end are pushed again, applied or not: their pushes may have died with
  /// whoever wrote them.
  static final Duration RECENT = Duration.ofSeconds(60);

  /// Reads of what was applied before the mark, under way together: of 4 MiB each at most. One after the other they would be
  /// most of what a takeover waits for.
  static final int BACK_READS_MAX = 4;

  private static final Logger LOG = LoggerFactory.getLogger(JournalReplay.class);

  private record Span(long first, int count) {}

  private final Loop loop;
  private final JournalTable table;
  private final Applier applier;
  private final Sealed sealed;
  private final Heads heads;
  private final Runnable done;
  private final Pace pace = new Pace();
  // What is applied again, and what is only told of.
  private int open = 2;
  private int replayed;
  private long newestMicros;

  /// @param heads gets what was written
  /// @param done told once, on the loop; never if the store is closed before
  JournalReplay(Loop loop, JournalTable table, Applier applier, Sealed sealed, Heads heads, Runnable done) {
    this.loop = loop;
    this.table = table;
    this.applier = applier;
    this.sealed = sealed;
    this.heads = heads;
    this.done = done;
  }

  void begin() {
    next(sealed.marks().applied() + 1);
    lookBack(sealed.marks().applied());
  }

  int replayed() {
    return replayed;
  }

  private void next(long from) {
    if (from >= sealed.seal()) {
      ended();
      return;
    }
    read(from, Sealing.ROWS_MAX, rows -> {
      List<Placed> batches = rows.stream().filter(placed -> placed.number() < sealed.seal()).toList();
      if (batches.isEmpty()) {
        passHole(from);
      } else {
        apply(batches);
      }
    });
  }

  // Below a seal there is no empty place but where a part was deleted, since the marks were read: all of it is applied.
  private void passHole(long from) {
    loop.when(table.readMarks(sealed.journal()), (marks, failure) -> {
      if (failure == null && marks.deleted() >= from) {
        next(marks.applied() + 1);
      } else {
        LOG.warn("journal {}: nothing can be read at {} below its seal at {}", sealed.journal(), from, sealed.seal());
        again(failure, () -> next(from));
      }
    });
  }

  private void apply(List<Placed> batches) {
    int[] open = {1};
    Consumer<Boolean> ended = applied -> {
      open[0] -= applied ? 1 : 0;
      if (open[0] == 0) {
        replayed += batches.size();
        next(batches.getLast().number() + 1);
      }
    };
    for (Placed placed : batches) {
      heads.add(placed.row().getBatch());
      newestMicros = Math.max(newestMicros, placed.row().getWrittenMicros());
      for (ConversationCommit commit : placed.row().getBatch().getCommitsList()) {
        open[0]++;
        applier.apply(commit, ended::accept);
      }
    }
    ended.accept(true);
  }

  private void lookBack(long upto) {
    List<Span> spans = spansBack(upto);
    if (spans.isEmpty() || !heads.isWhole()) {
      ended();
      return;
    }
    List<List<Placed>> found = new ArrayList<>(Collections.nCopies(spans.size(), List.of()));
    int[] open = {spans.size()};
    for (int i = 0; i < spans.size(); i++) {
      int at = i;
      readBack(spans.get(i), rows -> {
        found.set(at, rows);
        open[0]--;
        if (open[0] == 0) {
          lookedBack(spans, found);
        }
      });
    }
  }

  // Newest first; each within a part.
  private List<Span> spansBack(long upto) {
    List<Span> spans = new ArrayList<>();
    long last = upto;
    while (last > sealed.marks().deleted() && spans.size() < BACK_READS_MAX) {
      long first = Math.max(Math.max(last - Sealing.ROWS_MAX + 1, last - last % JournalTable.PLACES_PER_PART),
          sealed.marks().deleted() + 1);
      spans.add(new Span(first, (int) (last - first + 1)));
      last = first - 1;
    }
    return spans;
  }

  // Where nothing is, the first of it may have been deleted since the marks were read, and the rest not.
  private void readBack(Span span, Consumer<List<Placed>> then) {
    read(span.first(), span.count(), rows -> {
      if (!rows.isEmpty()) {
        then.accept(rows);
        return;
      }
      loop.when(table.readMarks(sealed.journal()), (marks, failure) -> {
        long left = span.first() + span.count() - 1 - (failure == null ? marks.deleted() : 0);
        if (failure != null) {
          again(failure, () -> readBack(span, then));
        } else if (marks.deleted() >= span.first() && left > 0) {
          readBack(new Span(marks.deleted() + 1, (int) left), then);
        } else {
          then.accept(rows);
        }
      });
    });
  }

  private void lookedBack(List<Span> spans, List<List<Placed>> found) {
    for (List<Placed> rows : found) {
      if (!addRecent(rows)) {
        ended();
        return;
      }
    }
    lookBack(spans.getLast().first() - 1);
  }

  // False at the first that was written too long ago; where nothing is, it was deleted meanwhile, and was older still.
  private boolean addRecent(List<Placed> rows) {
    for (Placed placed : rows.reversed()) {
      if (!placed.row().hasSeal()) {
        newestMicros = Math.max(newestMicros, placed.row().getWrittenMicros());
        if (placed.row().getWrittenMicros() <= newestMicros - RECENT.toNanos() / 1_000) {
          return false;
        }
        heads.add(placed.row().getBatch());
      }
    }
    return !rows.isEmpty();
  }

  private void read(long from, int rowsMax, Consumer<List<Placed>> then) {
    loop.when(table.readPart(sealed.journal(), from, rowsMax), (rows, failure) -> {
      if (failure != null) {
        again(failure, () -> read(from, rowsMax, then));
      } else {
        then.accept(rows);
      }
    });
  }

  private void ended() {
    open--;
    if (open == 0) {
      done.run();
    }
  }

  private void again(Throwable failure, Runnable step) {
    if (failure == null || !Failures.isClosed(failure)) {
      loop.after(pace.pause(), step);
    }
  }
}
