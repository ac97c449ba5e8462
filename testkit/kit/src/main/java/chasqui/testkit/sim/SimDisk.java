package chasqui.testkit.sim;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/// A node's durable log of batches: written in order, durable when synced. A crash keeps every synced batch and of the
/// others a prefix drawn by lot, as a machine's cache does. A store is built on it by folding the batches.
///
/// @param <B> an immutable batch
public final class SimDisk<B> {
  /// What became of a write.
  public enum Outcome {
    SYNCED,
    /// Refused for want of space; nothing was written.
    FULL,
    /// The sync failed: whether the batch is stored is unknown, and the disk takes nothing more until a restart.
    FAILED
  }

  private record Pending<B>(B batch, Consumer<Outcome> done) {}

  /// Writes waiting for their sync; more is a bug of the store above.
  public static final int PENDING_MAX = 10_000;

  private final SimNode node;
  private final SimScheduler scheduler;
  private final SimRandom random;
  private final List<B> durable = new ArrayList<>();
  private final ArrayDeque<Pending<B>> pending = new ArrayDeque<>();
  private long syncMinNanos = 500_000;
  private long syncMaxNanos = 2_000_000;
  private long slowNanos;
  private boolean full;
  private boolean failNextSync;
  private boolean failed;
  private boolean syncing;
  private long crashes;

  SimDisk(SimNode node, SimScheduler scheduler, SimRandom random) {
    this.node = node;
    this.scheduler = scheduler;
    this.random = random;
    node.onCrash(_ -> crashed());
  }

  /// Everything durable, oldest first: what a restarted node begins from.
  public List<B> contents() {
    return List.copyOf(durable);
  }

  /// Writes a batch and calls `done` on the node when its sync ended. One sync takes in all that waits.
  public void write(B batch, Consumer<Outcome> done) {
    if (!node.isAlive()) {
      return;
    }
    if (full || failed) {
      Outcome outcome = failed ? Outcome.FAILED : Outcome.FULL;
      node.execute(() -> done.accept(outcome));
      return;
    }
    if (pending.size() >= PENDING_MAX) {
      throw new IllegalStateException(PENDING_MAX + " writes wait for a sync");
    }
    pending.add(new Pending<>(batch, done));
    startSync();
  }

  private void startSync() {
    if (syncing || pending.isEmpty()) {
      return;
    }
    syncing = true;
    int taken = pending.size();
    long began = crashes;
    // Not a task of the node: a disk goes on while its node is paused.
    scheduler.after(slowNanos + random.between(syncMinNanos, syncMaxNanos), () -> {
      if (began == crashes) {
        endSync(taken);
      }
    });
  }

  private void endSync(int taken) {
    syncing = false;
    if (failNextSync) {
      failNextSync = false;
      failed = true;
      List<Pending<B>> lost = List.copyOf(pending);
      keepSome();
      lost.forEach(write -> node.execute(() -> write.done().accept(Outcome.FAILED)));
      return;
    }
    for (int i = 0; i < taken; i++) {
      Pending<B> write = pending.remove();
      durable.add(write.batch());
      node.execute(() -> write.done().accept(Outcome.SYNCED));
    }
    startSync();
  }

  private void keepSome() {
    int kept = pending.isEmpty() ? 0 : random.nextInt(pending.size() + 1);
    for (int i = 0; i < kept; i++) {
      durable.add(pending.remove().batch());
    }
    pending.clear();
  }

  private void crashed() {
    keepSome();
    syncing = false;
    failed = false;
    crashes++;
  }

  /// How long a sync takes.
  public void syncTakes(long minNanos, long maxNanos) {
    syncMinNanos = minNanos;
    syncMaxNanos = maxNanos;
  }

  /// Adds to every sync from the next on; 0 ends it.
  public void slow(long extraNanos) {
    slowNanos = extraNanos;
  }

  public void full(boolean isFull) {
    full = isFull;
  }

  /// Ends every fault but a failed sync, which only a restart of the node ends.
  void heal() {
    slowNanos = 0;
    full = false;
    failNextSync = false;
  }

  /// The next sync fails, as with EIO.
  public void failNextSync() {
    failNextSync = true;
  }
}
