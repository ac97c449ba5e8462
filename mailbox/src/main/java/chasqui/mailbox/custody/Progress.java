package chasqui.mailbox.custody;

import chasqui.mailbox.store.shared.JournalTable;
import chasqui.mailbox.store.shared.JournalTable.JournalId;
import java.util.ArrayDeque;

/// How far one journal of ours is applied, and what of it may go: keeps its marks in the store.
///
/// Time is counted in ticks, never shorter than they are said to be; so a clock that jumps deletes nothing too early.
final class Progress {

  /// Ticks from one raise of `applied` to the next: about a second.
  static final int TICKS_PER_RAISE = 4;
  /// How long what is applied is kept: 10 minutes.
  static final int KEPT_TICKS = 10 * 60 * TICKS_PER_RAISE;

  private static final int TICKS_PER_SAMPLE = 10 * TICKS_PER_RAISE;

  private record Waiting(long number, Runnable event) {}

  private final Loop loop;
  private final JournalTable table;
  private final JournalId journal;
  // Places held and not applied up to, ascending; true once applied itself.
  private final ArrayDeque<boolean[]> places = new ArrayDeque<>();
  private final ArrayDeque<Waiting> waiting = new ArrayDeque<>();
  // What was applied at each sample, the newest last.
  private final ArrayDeque<Long> samples = new ArrayDeque<>();
  private long applied;
  private long raised;
  private long deleted;
  // Nothing is left up to here, in the part that is not whole.
  private long cleared;
  private int clearedTick;
  private long nextPart;
  private int ticks;
  private boolean raising;
  private boolean deleting;
  private boolean kept;

  Progress(Loop loop, JournalTable table, JournalId journal) {
    this.loop = loop;
    this.table = table;
    this.journal = journal;
  }

  /// The next place is held.
  ///
  /// @return to be run once it is applied
  Runnable held() {
    boolean[] done = new boolean[1];
    places.addLast(done);
    return () -> {
      done[0] = true;
      advance();
    };
  }

  private void advance() {
    while (!places.isEmpty() && places.peekFirst()[0]) {
      places.pollFirst();
      applied++;
    }
    while (!waiting.isEmpty() && waiting.peekFirst().number <= applied) {
      waiting.pollFirst().event.run();
    }
  }

  /// Runs the event once all that is held now is applied.
  void whenApplied(Runnable event) {
    waiting.addLast(new Waiting(applied + places.size(), event));
    advance();
  }

  /// Nothing is deleted from here on: a part with a seal never goes.
  void keep() {
    kept = true;
  }

  /// A quarter of a second went by.
  void tick() {
    ticks++;
    if (ticks % TICKS_PER_RAISE == 0) {
      raise();
    }
    if (ticks % TICKS_PER_SAMPLE == 0) {
      samples.addLast(applied);
      if (samples.size() > KEPT_TICKS / TICKS_PER_SAMPLE) {
        delete(Math.min(samples.pollFirst(), raised));
      }
    }
  }

  private void raise() {
    long now = applied;
    if (raising || now == raised) {
      return;
    }
    raising = true;
    loop.when(table.raiseApplied(journal, now), (nothing, failure) -> {
      raising = false;
      if (failure == null) {
        raised = now;
      }
    });
  }

  // The mark first, and the parts only once it is acknowledged: whoever wins a seal in a part that went finds the mark.
  private void delete(long upto) {
    if (kept || deleting || upto == deleted && cleared == deleted && lastPlace(nextPart) > upto) {
      return;
    }
    deleting = true;
    loop.when(table.raiseDeleted(journal, upto), (nothing, failure) -> {
      if (failure != null) {
        deleting = false;
      } else {
        deleted = upto;
        deleteParts();
      }
    });
  }

  private void deleteParts() {
    if (kept || lastPlace(nextPart) > deleted) {
      deleteRest();
      return;
    }
    loop.when(table.deletePart(journal, nextPart), (nothing, failure) -> {
      if (failure != null) {
        deleting = false;
      } else {
        nextPart++;
        deleteParts();
      }
    });
  }

  // Of a part that is not whole, every ten minutes: each time costs readers of the part a little.
  private void deleteRest() {
    if (kept || cleared == deleted || ticks - clearedTick < KEPT_TICKS) {
      deleting = false;
      return;
    }
    long upto = deleted;
    clearedTick = ticks;
    loop.when(table.deleteUpto(journal, upto), (nothing, failure) -> {
      deleting = false;
      cleared = failure == null ? upto : cleared;
    });
  }

  private static long lastPlace(long part) {
    return (part + 1) * JournalTable.PLACES_PER_PART - 1;
  }
}
