package chasqui.mailbox.custody;

import chasqui.mailbox.store.shared.JournalTable;
import chasqui.mailbox.store.shared.JournalTable.JournalId;
import chasqui.mailbox.store.shared.JournalTable.Marks;
import chasqui.mailbox.store.shared.JournalTable.Placed;
import chasqui.store.v1.JournalRow;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/// Ends a journal of another incarnation: wins the first empty place after `applied` for a seal, or finds one there. After
/// that nothing is ever committed to it. May be done twice, or by two.
final class Sealing {

  /// Rows read at once: 4 MiB at most.
  static final int ROWS_MAX = 16;

  /// A journal that has ended.
  ///
  /// @param applied all up to here was applied
  /// @param seal the place of the seal
  record Sealed(JournalId journal, Marks marks, long seal) {}

  private final Loop loop;
  private final JournalTable table;
  private final JournalId journal;
  private final JournalRow seal;
  private final Consumer<Sealed> done;
  private final Pace pace = new Pace();

  /// @param seal the row, with a nonce of its own
  /// @param done told once, on the loop; never if the store is closed before
  Sealing(Loop loop, JournalTable table, JournalId journal, JournalRow seal, Consumer<Sealed> done) {
    this.loop = loop;
    this.table = table;
    this.journal = journal;
    this.seal = seal;
    this.done = done;
  }

  void begin() {
    readMarks(marks -> walk(marks.applied() + 1));
  }

  private void readMarks(Consumer<Marks> then) {
    loop.when(table.readMarks(journal), (marks, failure) -> {
      if (failure != null) {
        again(failure, () -> readMarks(then));
      } else {
        then.accept(marks);
      }
    });
  }

  private void walk(long from) {
    loop.when(table.readPart(journal, from, ROWS_MAX), orAgain(() -> walk(from), rows -> passed(from, rows)));
  }

  private void passed(long from, List<Placed> rows) {
    for (Placed placed : rows) {
      if (placed.row().hasSeal()) {
        stands(placed.number());
        return;
      }
    }
    if (rows.isEmpty()) {
      insert(from);
    } else {
      walk(rows.getLast().number() + 1);
    }
  }

  // Again after an unknown outcome, until something stands there: only that tells what was before it.
  private void insert(long place) {
    loop.when(table.insert(journal, place, seal), orAgain(() -> insert(place), won -> {
      if (won) {
        stands(place);
      } else {
        look(place);
      }
    }));
  }

  private void look(long place) {
    loop.when(table.read(journal, place), orAgain(() -> insert(place), found -> looked(place, found)));
  }

  private void looked(long place, Optional<JournalRow> found) {
    if (found.isEmpty()) {
      insert(place);
    } else if (found.get().hasSeal()) {
      stands(place);
    } else {
      walk(place + 1);
    }
  }

  // Where `deleted` has got that far, the place was empty because what stood there was deleted: the walk began in a hole,
  // from a mark that was out of date, and the journal goes on behind it.
  private void stands(long place) {
    readMarks(marks -> {
      if (marks.deleted() >= place) {
        walk(marks.applied() + 1);
      } else {
        done.accept(new Sealed(journal, marks, place));
      }
    });
  }

  private <T> BiConsumer<T, Throwable> orAgain(Runnable again, Consumer<T> then) {
    return (value, failure) -> {
      if (failure != null) {
        again(failure, again);
      } else {
        then.accept(value);
      }
    };
  }

  private void again(Throwable failure, Runnable step) {
    if (!Failures.isClosed(failure)) {
      loop.after(pace.pause(), step);
    }
  }
}
