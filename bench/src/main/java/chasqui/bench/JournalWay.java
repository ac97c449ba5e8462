package chasqui.bench;

import chasqui.discovery.CrashPoints;
import chasqui.mailbox.custody.SharedParts;
import chasqui.mailbox.custody.SharedStore;
import chasqui.mailbox.store.CommitOutcome;
import chasqui.mailbox.store.shared.SharedTables;
import chasqui.store.v1.ConversationCommit;
import chasqui.store.v1.JournalBatch;
import io.opentelemetry.api.OpenTelemetry;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.atomic.AtomicLong;
import java.util.random.RandomGenerator;

/// Our journal: what has queued in a stripe since its last commit is one conditional insert; the rows follow.
final class JournalWay implements StoreWay {
  /// As the mailbox bounds them by default.
  private static final int BATCH_BYTES_MAX = 256 * 1024;
  private static final int BATCH_ENTRIES_MAX = 1_000;

  private final SharedStore store;
  private final ScheduledExecutorService executor = Executors.newSingleThreadScheduledExecutor();
  // As a mailbox's stripes, which have threads of their own: senders do not send on custody's.
  private final ExecutorService answers = Executors.newSingleThreadExecutor();
  private final List<Stripe> stripes = new ArrayList<>();
  private final AtomicLong inserts = new AtomicLong();
  private final AtomicLong failures = new AtomicLong();

  /// @param tables closed with this
  JournalWay(String incarnation, SharedTables tables, int stripeCount, InstantSource clock, RandomGenerator random) {
    SharedParts parts = new SharedParts(tables, executor, clock, random, OpenTelemetry.noop().getMeter("bench"),
        CrashPoints.NONE, (what, cause) -> {
          throw new IllegalStateException(what, cause);
        });
    store = new SharedStore(incarnation, stripeCount, parts, slot -> 1);
    for (int i = 0; i < stripeCount; i++) {
      stripes.add(new Stripe(i));
    }
  }

  @Override
  public String name() {
    return "journal";
  }

  @Override
  public CompletionStage<Void> send(int sender, ConversationCommit commit) {
    return stripes.get(sender % stripes.size()).add(commit);
  }

  @Override
  public boolean owesRows() {
    return store.journal().unapplied() > 0;
  }

  @Override
  public long inserts() {
    return inserts.get();
  }

  @Override
  public long failures() {
    return failures.get();
  }

  @Override
  public void close() {
    store.close();
    executor.shutdown();
    answers.shutdown();
  }

  /// What waits for the next commit of one journal.
  private final class Stripe {
    private final int number;
    private final ArrayDeque<Waiting> queue = new ArrayDeque<>();
    private boolean underWay;
    private long batchNumber;

    Stripe(int number) {
      this.number = number;
    }

    private record Waiting(ConversationCommit commit, CompletableFuture<Void> acked) {}

    CompletionStage<Void> add(ConversationCommit commit) {
      Waiting waiting = new Waiting(commit, new CompletableFuture<>());
      List<Waiting> batch;
      synchronized (this) {
        queue.add(waiting);
        batch = underWay ? List.of() : take();
      }
      commit(batch);
      return waiting.acked();
    }

    private List<Waiting> take() {
      List<Waiting> batch = new ArrayList<>();
      int bytes = 0;
      while (!queue.isEmpty() && batch.size() < BATCH_ENTRIES_MAX && bytes < BATCH_BYTES_MAX) {
        Waiting waiting = queue.poll();
        bytes += waiting.commit().getSerializedSize();
        batch.add(waiting);
      }
      underWay = !batch.isEmpty();
      return batch;
    }

    private void commit(List<Waiting> batch) {
      if (batch.isEmpty()) {
        return;
      }
      JournalBatch.Builder rows = JournalBatch.newBuilder().setBatchNumber(++batchNumber);
      batch.forEach(waiting -> rows.addCommits(waiting.commit()));
      inserts.incrementAndGet();
      store.journal().commit(number, rows.build()).thenAcceptAsync(outcome -> ended(batch, outcome), answers);
    }

    /// As the mailbox does: answers first, then the next commit takes what has come until now.
    private void ended(List<Waiting> batch, CommitOutcome outcome) {
      if (!(outcome instanceof CommitOutcome.Committed)) {
        failures.addAndGet(batch.size());
      }
      batch.forEach(waiting -> waiting.acked().complete(null));
      List<Waiting> next;
      synchronized (this) {
        next = take();
      }
      commit(next);
    }
  }
}
