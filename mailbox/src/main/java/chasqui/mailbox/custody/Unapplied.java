package chasqui.mailbox.custody;

import chasqui.discovery.CrashPoint;
import chasqui.discovery.CrashPoints;
import chasqui.mailbox.custody.Room.Size;
import chasqui.mailbox.store.StoreException;
import chasqui.mailbox.store.StoreException.Reason;
import chasqui.store.v1.ConversationCommit;
import chasqui.store.v1.JournalBatch;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/// What this node has committed and not applied yet, by conversation, so that their readers wait.
final class Unapplied {

  /// Ticks after which a reader waits no longer: five seconds.
  static final int READER_TICKS_MAX = 20;

  private final Loop loop;
  private final Applier applier;
  private final Room room;
  private final CrashPoints crashPoints;
  // By conversation: completes once the last that was committed of it is applied, and so all. Any thread.
  private final Map<String, CompletableFuture<Void>> conversations = new ConcurrentHashMap<>();
  // In the order of coming; those that are done stay until their tick. As many as requests are open, and five seconds' more.
  private final Queue<Reader> readers = new ConcurrentLinkedQueue<>();
  private final AtomicInteger entries = new AtomicInteger();
  private volatile int ticks;

  private record Reader(CompletableFuture<Void> applied, int tick) {}

  Unapplied(Loop loop, Applier applier, Room room, CrashPoints crashPoints) {
    this.loop = loop;
    this.applier = applier;
    this.room = room;
    this.crashPoints = crashPoints;
  }

  /// Entries that are not applied. Any thread.
  int entries() {
    return entries.get();
  }

  /// What a reader of the conversation has to wait for; null if nothing. Fails where it takes too long. Any thread.
  CompletionStage<Void> of(String conversationId) {
    CompletableFuture<Void> all = conversations.get(conversationId);
    if (all == null) {
      return null;
    }
    CompletableFuture<Void> mine = all.copy();
    readers.add(new Reader(mine, ticks));
    return mine;
  }

  /// A quarter of a second went by. On the loop.
  void tick() {
    int now = ticks + 1;
    ticks = now;
    for (Reader first = readers.peek(); first != null && isDue(first, now); first = readers.peek()) {
      readers.remove();
      first.applied.completeExceptionally(
          new StoreException("what was committed of the conversation is not applied within five seconds", null));
    }
  }

  private static boolean isDue(Reader reader, int now) {
    return reader.applied.isDone() || now - reader.tick > READER_TICKS_MAX;
  }

  /// Takes a batch whose place in the journal is held, and for which there was room: from when this returns, readers of its
  /// conversations wait. On the loop.
  ///
  /// @param whenApplied run once all is applied; on the loop
  Batch committed(JournalBatch batch, Runnable whenApplied) {
    return new Batch(batch.getCommitsList(), whenApplied);
  }

  /// One batch on its way to be applied. Each of its commits gives its room back when it is applied.
  final class Batch {
    /// Completes once all is applied; exceptionally where the store was closed before.
    final CompletableFuture<Void> applied = new CompletableFuture<>();

    private final List<ConversationCommit> commits;
    private final Runnable whenApplied;
    private final List<Applier.Done> dones;
    private final AtomicInteger open;

    private Batch(List<ConversationCommit> commits, Runnable whenApplied) {
      this.commits = commits;
      this.whenApplied = whenApplied;
      this.dones = new ArrayList<>(commits.size());
      this.open = new AtomicInteger(commits.size() + 1);
      for (ConversationCommit commit : commits) {
        dones.add(awaited(commit));
      }
    }

    private Applier.Done awaited(ConversationCommit commit) {
      String conversationId = commit.getConversationId();
      Size size = Size.of(List.of(commit));
      CompletableFuture<Void> all = new CompletableFuture<>();
      entries.addAndGet(size.entries());
      conversations.put(conversationId, all);
      return done -> {
        conversations.remove(conversationId, all);
        if (done) {
          entries.addAndGet(-size.entries());
          room.giveBack(size);
          all.complete(null);
          ended();
        } else {
          // What is not applied now is replayed by whoever takes over.
          StoreException closed = new StoreException(Reason.CLOSED, "the store is closed");
          all.completeExceptionally(closed);
          applied.completeExceptionally(closed);
        }
      };
    }

    /// Begins to apply.
    void begin() {
      crashPoints.reach(CrashPoint.BEFORE_APPLY);
      applier.applyAll(commits, dones);
      ended();
    }

    // Any thread; the loop hears of the last one only.
    private void ended() {
      if (open.decrementAndGet() == 0) {
        loop.execute(() -> {
          crashPoints.reach(CrashPoint.AFTER_APPLY);
          whenApplied.run();
          applied.complete(null);
        });
      }
    }
  }
}
