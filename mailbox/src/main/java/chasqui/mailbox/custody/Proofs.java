package chasqui.mailbox.custody;

import chasqui.mailbox.store.shared.JournalTable;
import chasqui.mailbox.store.shared.JournalTable.JournalId;
import chasqui.store.v1.JournalRow;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicReference;

/// Proves that a journal was unsealed after a question came: by a commit that was submitted after it, or by a read of the
/// next place. All who ask before the next proof begins share it.
final class Proofs {

  // A question that no commit or read could answer for so long is answered with no: whoever asked is to come again.
  private static final int TICKS_MAX = 8;
  // After a commit the next one is waited for, so short that nobody notices: it proves as much as a read, for nothing.
  private static final Duration NEXT_COMMIT = Duration.ofMillis(2);

  /// What the journal says when a proof is to begin.
  interface Ground {
    /// True while a commit is at the store, so that a read of the next place would tell nothing.
    boolean isCommitting();

    /// The last place known to be held.
    long held();

    /// Somebody's seal stands there.
    void sealMet(JournalRow seal);
  }

  /// One proof, for all who wait for it.
  static final class Proof {
    private final CompletableFuture<Boolean> answer = new CompletableFuture<>();
    private int ticks;
  }

  private final Loop loop;
  private final JournalTable table;
  private final JournalId journal;
  private final Ground ground;
  private final CustodyMetrics metrics;
  // The proof that has not begun yet; any thread joins it.
  private final AtomicReference<Proof> gathering = new AtomicReference<>();
  // Those that have begun and are not answered.
  private final List<Proof> begun = new ArrayList<>();
  private boolean reading;
  private volatile boolean ended;

  Proofs(Loop loop, JournalTable table, JournalId journal, Ground ground, CustodyMetrics metrics) {
    this.loop = loop;
    this.table = table;
    this.journal = journal;
    this.ground = ground;
    this.metrics = metrics;
  }

  /// Completes with true if the journal was unsealed after this call. Any thread.
  CompletionStage<Boolean> ask() {
    Proof mine = null;
    while (!ended) {
      Proof joined = gathering.get();
      if (joined != null) {
        return joined.answer;
      }
      mine = mine == null ? new Proof() : mine;
      if (gathering.compareAndSet(null, mine)) {
        loop.execute(this::read);
        return mine.answer;
      }
    }
    return CompletableFuture.completedStage(false);
  }

  /// A commit is about to be submitted: it proves it to all who asked until now.
  Proof begin() {
    Proof proof = gathering.getAndSet(null);
    if (proof != null) {
      begun.add(proof);
    }
    return proof;
  }

  /// The commit succeeded.
  ///
  /// @param proof as {@link #begin} gave it
  void committed(Proof proof) {
    if (proof != null && answer(proof, true)) {
      metrics.provedByCommit();
    }
    settled();
  }

  /// The commit proves nothing, but the journal goes on: those who wait are answered by a read.
  void undecided(Proof proof) {
    if (proof != null && begun.contains(proof)) {
      read(proof);
    }
    settled();
  }

  private void settled() {
    if (gathering.get() != null) {
      loop.after(NEXT_COMMIT, this::read);
    }
  }

  private void read() {
    if (ended) {
      end();
    } else if (!reading && !ground.isCommitting()) {
      Proof proof = begin();
      if (proof != null) {
        read(proof);
      }
    }
  }

  private void read(Proof proof) {
    reading = true;
    loop.when(table.read(journal, ground.held() + 1), (found, failure) -> {
      reading = false;
      if (failure != null) {
        answer(proof, false);
      } else {
        found(proof, found);
      }
      read();
    });
  }

  private void found(Proof proof, Optional<JournalRow> found) {
    if (found.isPresent() && found.get().hasSeal()) {
      ground.sealMet(found.get());
    } else if (answer(proof, true)) {
      // Empty, or a batch: nobody else writes one, and none was at the store when the read began.
      metrics.provedByRead();
    }
  }

  private boolean answer(Proof proof, boolean unsealed) {
    begun.remove(proof);
    return proof.answer.complete(unsealed);
  }

  /// A quarter of a second went by.
  void tick() {
    Proof waiting = gathering.get();
    if (waiting != null && ++waiting.ticks >= TICKS_MAX && gathering.compareAndSet(waiting, null)) {
      waiting.answer.complete(false);
    }
    for (Proof proof : List.copyOf(begun)) {
      if (++proof.ticks >= TICKS_MAX) {
        answer(proof, false);
      }
    }
  }

  /// The journal is sealed, or closed: every answer is no.
  void end() {
    ended = true;
    Proof waiting = gathering.getAndSet(null);
    if (waiting != null) {
      waiting.answer.complete(false);
    }
    List.copyOf(begun).forEach(proof -> answer(proof, false));
  }
}
