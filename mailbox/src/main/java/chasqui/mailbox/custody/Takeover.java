package chasqui.mailbox.custody;

import chasqui.mailbox.custody.Sealing.Sealed;
import chasqui.mailbox.store.shared.JournalTable.JournalId;
import chasqui.mailbox.store.shared.SharedTables;
import chasqui.store.v1.IncarnationRow;
import chasqui.store.v1.JournalRow;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Ends an incarnation: seals all its journals, applies all they hold, tells of their heads, marks it replayed. Every step
/// may be done twice, or by two.
final class Takeover {

  private static final Logger LOG = LoggerFactory.getLogger(Takeover.class);

  /// What takeovers of a node share.
  ///
  /// @param seals makes a seal of this node
  record Parts(
      SharedTables tables, Loop loop, Applier applier, Supplier<JournalRow> seals, HeadsAgain headsAgain,
      CustodyMetrics metrics) {}

  private final Parts parts;
  private final IncarnationRow row;
  private final Runnable done;
  private final Heads heads = new Heads();
  private final Pace pace = new Pace();
  private final List<Sealed> sealed = new ArrayList<>();
  private final List<JournalReplay> replays = new ArrayList<>();
  private int open;

  /// @param done told once, on the loop, when it is marked; never if the store is closed before
  Takeover(Parts parts, IncarnationRow row, Runnable done) {
    this.parts = parts;
    this.row = row;
    this.done = done;
  }

  void begin() {
    LOG.warn("incarnation {} of node {} does not answer: its journals are sealed and replayed",
        row.getIncarnation(), row.getNodeId());
    for (int stripe = 0; stripe < row.getStripes(); stripe++) {
      new Sealing(
          parts.loop(), parts.tables().journal(), new JournalId(row.getIncarnation(), stripe), parts.seals().get(),
          this::sealed).begin();
    }
    if (row.getStripes() == 0) {
      mark();
    }
  }

  // All of them first: what one stripe acked may depend on nothing of another, but the owner must have ended as a whole.
  private void sealed(Sealed one) {
    sealed.add(one);
    if (sealed.size() == row.getStripes()) {
      open = sealed.size();
      for (Sealed journal : sealed) {
        JournalReplay replay = new JournalReplay(
            parts.loop(), parts.tables().journal(), parts.applier(), journal, heads, this::replayed);
        replays.add(replay);
        replay.begin();
      }
    }
  }

  private void replayed() {
    open--;
    if (open > 0) {
      return;
    }
    int batches = replays.stream().mapToInt(JournalReplay::replayed).sum();
    parts.metrics().replayed(batches);
    parts.headsAgain().push(heads.pushes(), heads.isWhole());
    LOG.info("incarnation {}: {} batches applied again, {} heads told of{}",
        row.getIncarnation(), batches, heads.pushes().size(), heads.isWhole() ? "" : ", too many to name");
    for (Sealed journal : sealed) {
      // Whoever comes after has less to do; without it, as much as this one had.
      parts.tables().journal().raiseApplied(journal.journal(), journal.seal() - 1);
    }
    mark();
  }

  private void mark() {
    parts.loop().when(parts.tables().incarnations().markReplayed(row.getIncarnation()), (nothing, failure) -> {
      if (failure == null) {
        parts.metrics().tookOver();
        done.run();
      } else if (!Failures.isClosed(failure)) {
        parts.loop().after(pace.pause(), this::mark);
      }
    });
  }
}
