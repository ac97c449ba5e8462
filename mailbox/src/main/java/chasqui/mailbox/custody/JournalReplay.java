package chasqui.mailbox.custody;

import chasqui.mailbox.custody.Sealing.Sealed;
import chasqui.mailbox.store.shared.JournalTable;
import chasqui.mailbox.store.shared.JournalTable.Placed;
import chasqui.store.v1.ConversationCommit;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Applies what a sealed journal holds after its mark, part by part, then gathers the heads of what was written last. May
/// be done twice, or by two.
final class JournalReplay {

  /// Heads of what was written so long before the end are pushed again, applied or not: their pushes may have died with
  /// whoever wrote them.
  static final Duration RECENT = Duration.ofSeconds(60);

  private static final Logger LOG = LoggerFactory.getLogger(JournalReplay.class);

  private final Loop loop;
  private final JournalTable table;
  private final Applier applier;
  private final Sealed sealed;
  private final Heads heads;
  private final Runnable done;
  private final Pace pace = new Pace();
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
  }

  int replayed() {
    return replayed;
  }

  private void next(long from) {
    if (from >= sealed.seal()) {
      lookBack(sealed.marks().applied());
      return;
    }
    read(from, rows -> {
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
    if (upto <= sealed.marks().deleted() || !heads.isWhole()) {
      done.run();
      return;
    }
    long first = Math.max(upto - Sealing.ROWS_MAX + 1, upto - upto % JournalTable.PLACES_PER_PART);
    read(Math.max(first, 1), rows -> lookedBack(upto, rows));
  }

  private void lookedBack(long upto, List<Placed> rows) {
    long oldest = upto;
    boolean recent = false;
    for (Placed placed : rows.reversed()) {
      if (placed.number() > upto || placed.row().hasSeal()) {
        continue;
      }
      newestMicros = Math.max(newestMicros, placed.row().getWrittenMicros());
      recent = placed.row().getWrittenMicros() > newestMicros - RECENT.toNanos() / 1_000;
      if (!recent) {
        break;
      }
      heads.add(placed.row().getBatch());
      oldest = placed.number();
    }
    if (recent && oldest > 1) {
      lookBack(oldest - 1);
    } else {
      done.run();
    }
  }

  private void read(long from, Consumer<List<Placed>> then) {
    loop.when(table.readPart(sealed.journal(), from, Sealing.ROWS_MAX), (rows, failure) -> {
      if (failure != null) {
        again(failure, () -> read(from, then));
      } else {
        then.accept(rows);
      }
    });
  }

  private void again(Throwable failure, Runnable step) {
    if (failure == null || !Failures.isClosed(failure)) {
      loop.after(pace.pause(), step);
    }
  }
}
