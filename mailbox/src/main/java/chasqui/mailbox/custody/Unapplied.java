package chasqui.mailbox.custody;

import chasqui.discovery.CrashPoint;
import chasqui.discovery.CrashPoints;
import chasqui.mailbox.store.StoreException;
import chasqui.mailbox.store.StoreException.Reason;
import chasqui.store.v1.ConversationCommit;
import chasqui.store.v1.JournalBatch;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;

/// What this node has committed and not applied yet: how much, so that it stays bounded, and of which conversations, so
/// that their readers wait.
final class Unapplied {

  /// Entries committed and not applied, of all stripes: about a second's work. Beyond, the next insert waits. One batch is
  /// far smaller.
  static final int ENTRIES_MAX = 20_000;

  private final Applier applier;
  private final CrashPoints crashPoints;
  // By conversation: completes once all that was committed of it so far is applied. Read by any thread.
  private final Map<String, CompletableFuture<Void>> conversations = new ConcurrentHashMap<>();
  private final ArrayDeque<Waiting> waitForRoom = new ArrayDeque<>();
  private volatile int entries;
  // Those, and what is being committed.
  private volatile int reserved;

  private record Waiting(int size, Runnable event) {}

  Unapplied(Applier applier, CrashPoints crashPoints) {
    this.applier = applier;
    this.crashPoints = crashPoints;
  }

  /// Entries that are not applied. Any thread.
  int entries() {
    return entries;
  }

  /// What a reader of the conversation has to wait for; null if nothing. Any thread.
  CompletionStage<Void> of(String conversationId) {
    return conversations.get(conversationId);
  }

  /// Entries that are not applied or are being committed; never above the bound. Any thread.
  int reserved() {
    return reserved;
  }

  static int sizeOf(JournalBatch batch) {
    return batch.getCommitsList().stream().mapToInt(ConversationCommit::getEntriesCount).sum();
  }

  /// Runs the event, now or once there is room for a batch of so many entries; the room is its own from then on. Those who
  /// came before go first.
  void whenRoom(int size, Runnable event) {
    waitForRoom.addLast(new Waiting(size, event));
    giveRoom();
  }

  /// The batch was not committed: its room is free again.
  void giveBack(int size) {
    int fewer = reserved - size;
    reserved = fewer;
    giveRoom();
  }

  private void giveRoom() {
    while (!waitForRoom.isEmpty() && (reserved == 0 || reserved + waitForRoom.peekFirst().size <= ENTRIES_MAX)) {
      Waiting next = waitForRoom.pollFirst();
      int more = reserved + next.size;
      reserved = more;
      next.event.run();
    }
  }

  /// Takes a batch whose place in the journal is held, and for which there was room: from when this returns, readers of its
  /// conversations wait.
  Batch committed(JournalBatch batch, Runnable whenApplied) {
    return new Batch(batch, whenApplied);
  }

  /// One batch on its way to be applied.
  final class Batch {
    /// Completes once all is applied; exceptionally where the store was closed before.
    final CompletableFuture<Void> applied = new CompletableFuture<>();

    private final JournalBatch batch;
    private final Runnable whenApplied;
    private final List<CompletableFuture<Void>> applies = new ArrayList<>();
    private final int size;
    private int open;

    private Batch(JournalBatch batch, Runnable whenApplied) {
      this.batch = batch;
      this.whenApplied = whenApplied;
      for (ConversationCommit commit : batch.getCommitsList()) {
        applies.add(awaited(commit.getConversationId()));
      }
      size = sizeOf(batch);
      int more = entries + size;
      entries = more;
    }

    // A reader waits for what was committed before it came, not for what is committed while it waits.
    private CompletableFuture<Void> awaited(String conversationId) {
      CompletableFuture<Void> apply = new CompletableFuture<>();
      CompletableFuture<Void> before = conversations.get(conversationId);
      CompletableFuture<Void> all = before == null ? apply : CompletableFuture.allOf(before, apply);
      conversations.put(conversationId, all);
      all.thenRun(() -> conversations.remove(conversationId, all));
      return apply;
    }

    /// Begins to apply.
    void begin() {
      crashPoints.reach(CrashPoint.BEFORE_APPLY);
      open = batch.getCommitsCount() + 1;
      for (int i = 0; i < batch.getCommitsCount(); i++) {
        CompletableFuture<Void> apply = applies.get(i);
        applier.apply(batch.getCommits(i), done -> ended(apply, done));
      }
      ended(new CompletableFuture<>(), true);
    }

    private void ended(CompletableFuture<Void> apply, boolean done) {
      if (!done) {
        // What is not applied now is replayed by whoever takes over.
        StoreException closed = new StoreException(Reason.CLOSED, "the store is closed");
        apply.completeExceptionally(closed);
        applied.completeExceptionally(closed);
        return;
      }
      apply.complete(null);
      open--;
      if (open == 0) {
        crashPoints.reach(CrashPoint.AFTER_APPLY);
        whenApplied.run();
        applied.complete(null);
        leave();
      }
    }

    private void leave() {
      int fewer = entries - size;
      entries = fewer;
      giveBack(size);
    }
  }
}
