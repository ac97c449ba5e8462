package chasqui.mailbox.custody;

import chasqui.mailbox.store.CommitOutcome;
import chasqui.mailbox.store.StoreException.Reason;
import chasqui.mailbox.store.shared.JournalTable;
import chasqui.mailbox.store.shared.JournalTable.JournalId;
import chasqui.store.v1.JournalBatch;
import chasqui.store.v1.JournalRow;
import chasqui.store.v1.Seal;
import com.google.protobuf.UnsafeByteOperations;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/// One journal of this incarnation. A row is inserted again after an unknown outcome until its place is known to be held,
/// by it or by a seal; what has been acked is in the store then, and nothing else is.
final class StripeJournal implements Proofs.Ground {

  /// Ticks after which a commit without an outcome makes its stripe refuse: a second.
  static final int STUCK_TICKS = 4;

  /// What the journals of a node share.
  record Parts(
      JournalTable table, Loop loop, Room room, Unapplied unapplied, InstantSource clock, CustodyMetrics metrics, SealMet sealMet) {}

  /// Told when a journal of ours was sealed by another: this process has been replaced.
  interface SealMet {
    void sealMet(JournalId journal, Seal seal);
  }

  private enum State { OPEN, LEAVING, ENDED }

  private static final class Attempt {
    final JournalBatch batch;
    final CompletableFuture<CommitOutcome> outcome = new CompletableFuture<>();
    final Pace pace = new Pace();
    JournalRow row;
    Proofs.Proof proof;
    // True once a try may have written it.
    boolean mayStand;
    int ticks;

    Attempt(JournalBatch batch) {
      this.batch = batch;
    }
  }

  private final JournalId id;
  private final Parts parts;
  private final Progress progress;
  private final Proofs proofs;
  private State state = State.OPEN;
  private long held;
  private Attempt underWay;
  private boolean submitted;
  private volatile boolean stuck;

  StripeJournal(JournalId id, Parts parts) {
    this.id = id;
    this.parts = parts;
    this.progress = new Progress(parts.loop(), parts.table(), id);
    this.proofs = new Proofs(parts.loop(), parts.table(), id, this, parts.metrics());
  }

  /// As {@link chasqui.mailbox.store.Journal#commit}. Any thread.
  CompletionStage<CommitOutcome> commit(JournalBatch batch) {
    Attempt attempt = new Attempt(batch);
    parts.loop().execute(() -> begin(attempt));
    return attempt.outcome;
  }

  /// As {@link chasqui.mailbox.Custody#confirm}. Any thread.
  CompletionStage<Boolean> confirm() {
    return proofs.ask();
  }

  boolean isStuck() {
    return stuck;
  }

  @Override
  public long held() {
    return held;
  }

  @Override
  public boolean isCommitting() {
    return submitted;
  }

  /// Runs the event once all that is committed now is applied.
  void whenApplied(Runnable event) {
    progress.whenApplied(event);
  }

  private void begin(Attempt attempt) {
    if (state != State.OPEN) {
      attempt.outcome.complete(new CommitOutcome.Unknown("the journal is closed"));
      return;
    }
    if (underWay != null) {
      throw new IllegalStateException("a stripe has one commit in flight");
    }
    underWay = attempt;
    parts.room().whenFree(Room.Size.of(attempt.batch), () -> submit(attempt));
  }

  private void submit(Attempt attempt) {
    if (underWay != attempt) {
      parts.room().giveBack(Room.Size.of(attempt.batch));
      return;
    }
    // The place counts, whatever the caller counted.
    long place = held + 1;
    JournalBatch batch = attempt.batch.getBatchNumber() == place
        ? attempt.batch : attempt.batch.toBuilder().setBatchNumber(place).build();
    attempt.row = row().setBatch(batch).build();
    attempt.proof = proofs.begin();
    submitted = true;
    insert(attempt);
  }

  private JournalRow.Builder row() {
    Instant now = parts.clock().instant();
    return JournalRow.newBuilder()
        .setNonce(UnsafeByteOperations.unsafeWrap(parts.loop().nonce()))
        .setWrittenMicros(now.getEpochSecond() * 1_000_000 + now.getNano() / 1_000);
  }

  private void insert(Attempt attempt) {
    parts.loop().when(parts.table().insert(id, held + 1, attempt.row), (inserted, failure) -> {
      if (underWay != attempt) {
        return;
      }
      if (failure != null) {
        failed(attempt, failure);
      } else if (inserted) {
        hold(attempt);
      } else {
        look(attempt);
      }
    });
  }

  private void failed(Attempt attempt, Throwable failure) {
    attempt.mayStand |= Failures.mayBeDone(failure);
    if (Failures.isClosed(failure)) {
      end();
    } else if (Failures.reason(failure) == Reason.FULL && !attempt.mayStand) {
      // Certainly not stored: the number stays free.
      release();
      parts.room().giveBack(Room.Size.of(attempt.batch));
      attempt.outcome.complete(new CommitOutcome.StoreFull(failure.getMessage()));
      proofs.undecided(attempt.proof);
    } else {
      parts.metrics().insertRepeated();
      parts.loop().after(attempt.pace.pause(), () -> {
        if (underWay == attempt) {
          insert(attempt);
        }
      });
    }
  }

  // Something stands at the place: ours, from a try whose answer was lost, or a seal.
  private void look(Attempt attempt) {
    parts.loop().when(parts.table().read(id, held + 1), (found, failure) -> {
      if (underWay != attempt) {
        return;
      }
      if (failure != null || found.isEmpty()) {
        failed(attempt, failure);
      } else if (found.get().hasSeal()) {
        sealMet(found.get());
      } else if (found.get().getNonce().equals(attempt.row.getNonce())) {
        hold(attempt);
      } else {
        throw new IllegalStateException("journal " + id + " holds a batch of somebody else at " + (held + 1));
      }
    });
  }

  private void release() {
    underWay = null;
    submitted = false;
    stuck = false;
  }

  // Readers of its conversations wait from before anybody hears of it; it is applied once who waits for its ack was told.
  private void hold(Attempt attempt) {
    held++;
    release();
    Unapplied.Batch batch = parts.unapplied().committed(attempt.batch, progress.held());
    attempt.outcome.complete(new CommitOutcome.Committed(batch.applied));
    proofs.committed(attempt.proof);
    parts.loop().execute(batch::begin);
  }

  @Override
  public void sealMet(JournalRow row) {
    // A proof that was asked for while this node left meets the seal that it left with.
    boolean isOurs = state == State.LEAVING && row.getSeal().getByIncarnation().equals(id.incarnation());
    if (state != State.ENDED && !isOurs) {
      parts.metrics().sealMet();
      progress.keep();
      state = State.ENDED;
      parts.sealMet().sealMet(id, row.getSeal());
    }
    end();
  }

  /// Nothing is committed from here on, and nothing proved.
  void end() {
    state = State.ENDED;
    proofs.end();
    Attempt open = underWay;
    release();
    if (open != null) {
      open.outcome.complete(new CommitOutcome.Unknown("the journal was closed under it"));
    }
  }

  /// Ends the journal in good order: with a seal of our own, once nothing is under way and all is applied.
  ///
  /// @return completes once a seal stands behind all that was applied; never where the store does not answer, or where
  ///     this process was replaced first: then a commit without an outcome may stand there, and others replay it
  CompletionStage<Void> leave(String incarnation) {
    CompletableFuture<Void> left = new CompletableFuture<>();
    state = state == State.OPEN ? State.LEAVING : state;
    progress.keep();
    JournalRow seal = row().setSeal(Seal.newBuilder().setByIncarnation(incarnation)).build();
    leave(seal, new Pace(), left);
    return left;
  }

  private void leave(JournalRow seal, Pace pace, CompletableFuture<Void> left) {
    if (state == State.ENDED) {
      return;
    }
    if (underWay != null) {
      parts.loop().after(pace.pause(), () -> leave(seal, pace, left));
      return;
    }
    progress.whenApplied(() -> seal(seal, held + 1, pace, left));
  }

  private void seal(JournalRow seal, long place, Pace pace, CompletableFuture<Void> left) {
    parts.loop().when(parts.table().insert(id, place, seal), (inserted, failure) -> {
      if (failure != null) {
        if (!Failures.isClosed(failure)) {
          parts.loop().after(pace.pause(), () -> seal(seal, place, pace, left));
        }
        return;
      }
      // With no commit under way, what got there first is a try of ours from before, or another's seal: an end as well.
      end();
      // Whoever looks at this journal has less to do; without it, what a second's work is.
      parts.table().raiseApplied(id, place - 1);
      left.complete(null);
    });
  }

  /// A quarter of a second went by.
  void tick() {
    progress.tick();
    proofs.tick();
    if (underWay != null && ++underWay.ticks >= STUCK_TICKS) {
      stuck = true;
    }
  }
}
