package chasqui.drills.sim.store;

import chasqui.discovery.CrashPoint;
import chasqui.mailbox.store.CommitOutcome;
import chasqui.mailbox.store.ConversationStore;
import chasqui.mailbox.store.CursorStore;
import chasqui.mailbox.store.Journal;
import chasqui.mailbox.store.MailboxStore;
import chasqui.mailbox.store.StoreException;
import chasqui.mailbox.store.UserStore;
import chasqui.mailbox.store.WatermarkStore;
import chasqui.store.v1.DataSetRow;
import chasqui.store.v1.JournalBatch;
import chasqui.testkit.sim.SimDisk;
import chasqui.testkit.sim.SimNode;
import chasqui.testkit.sim.SimRandom;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Supplier;

/// The store of one incarnation of a node, from what its disk holds.
///
/// A commit is one write on the disk, and so are the cursors of one save; one sync takes in all that waits. What a read
/// sees is decided at some moment between its call and its answer. A write with an unknown outcome is settled, one way
/// or the other, before any later read sees anything.
public final class SimStore implements MailboxStore {

  /// What the store stands on.
  ///
  /// @param disk outlives the node's incarnations
  /// @param weather asked at every operation
  /// @param watch told of every write before it is made, and of the tables once they stand
  /// @param dead told when a sync failed: the node has to end
  public record Ground(
      SimNode node, SimDisk<StoreWrite> disk, SimRandom random, Supplier<StoreWeather> weather, StoreWatch watch,
      Runnable dead) {}

  private final Ground ground;
  private final StoreTables tables;
  private final SimConversations conversations = new SimConversations(this);
  private final SimCursors cursors = new SimCursors(this);
  private final SimWatermarks watermarks = new SimWatermarks(this);
  private final SimUsers users = new SimUsers(this);
  private final List<Runnable> waiting = new ArrayList<>();
  private int unsettled;
  private boolean closed;

  private SimStore(Ground ground, StoreTables tables) {
    this.ground = ground;
    this.tables = tables;
    ground.watch().opened(tables);
  }

  /// Opens what is on the disk; an empty disk becomes this data set.
  public static void open(Ground ground, DataSetRow created, Consumer<SimStore> opened) {
    List<StoreWrite> contents = ground.disk().contents();
    if (!contents.isEmpty()) {
      opened.accept(new SimStore(ground, StoreTables.of(contents)));
      return;
    }
    StoreWrite first = new StoreWrite.Created(created);
    ground.disk().write(first, outcome -> {
      if (outcome == SimDisk.Outcome.SYNCED) {
        opened.accept(new SimStore(ground, StoreTables.of(List.of(first))));
      } else {
        ground.dead().run();
      }
    });
  }

  /// What stands on a disk, for whoever looks at it from outside.
  public static StoreTables look(SimDisk<StoreWrite> disk) {
    return StoreTables.of(disk.contents());
  }

  @Override
  public DataSetRow dataSet() {
    return tables.dataSet();
  }

  @Override
  public Journal journal() {
    return new Journal() {
      @Override
      public CompletionStage<CommitOutcome> commit(int stripe, JournalBatch batch) {
        return SimStore.this.commit(new StoreWrite.Journaled(stripe, batch));
      }

      @Override
      public int unapplied() {
        return 0;
      }
    };
  }

  @Override
  public ConversationStore conversations() {
    return conversations;
  }

  @Override
  public CursorStore cursors() {
    return cursors;
  }

  @Override
  public WatermarkStore watermarks() {
    return watermarks;
  }

  @Override
  public UserStore users() {
    return users;
  }

  @Override
  public void close() {
    closed = true;
  }

  StoreTables tables() {
    return tables;
  }

  InstantSource clock() {
    return ground.node().clock();
  }

  private CompletionStage<CommitOutcome> commit(StoreWrite write) {
    CompletableFuture<CommitOutcome> told = new CompletableFuture<>();
    if (closed) {
      told.complete(new CommitOutcome.Unknown("the store is closed"));
    } else if (ground.random().chance(weather().unknownRate())) {
      writeUnknown(write, () -> told.complete(new CommitOutcome.Unknown("in simulation")));
    } else {
      if (weather().hasty()) {
        told.complete(new CommitOutcome.Committed());
      }
      write(write, outcome -> told.complete(switch (outcome) {
        case SYNCED -> new CommitOutcome.Committed();
        case FULL -> new CommitOutcome.StoreFull("in simulation");
        case FAILED -> new CommitOutcome.Unknown("the sync failed");
      }));
    }
    return told;
  }

  /// Writes something that is no commit.
  CompletionStage<Void> save(StoreWrite write) {
    CompletableFuture<Void> told = new CompletableFuture<>();
    if (closed) {
      told.completeExceptionally(new StoreException(StoreException.Reason.CLOSED, "the store is closed"));
    } else if (ground.random().chance(weather().unknownRate())) {
      writeUnknown(write, () -> told.completeExceptionally(new StoreException("outcome unknown in simulation", null)));
    } else {
      write(write, outcome -> {
        switch (outcome) {
          case SYNCED -> told.complete(null);
          case FULL -> told.completeExceptionally(new StoreException(StoreException.Reason.FULL, "in simulation"));
          case FAILED -> told.completeExceptionally(new StoreException("the sync failed", null));
        }
      });
    }
    return told;
  }

  private void write(StoreWrite write, Consumer<SimDisk.Outcome> done) {
    ground.watch().writing(write);
    ground.disk().write(write, outcome -> {
      switch (outcome) {
        case SYNCED -> apply(write);
        case FULL -> {}
        case FAILED -> {
          ground.dead().run();
          return;
        }
      }
      done.accept(outcome);
    });
  }

  private void apply(StoreWrite write) {
    boolean commit = write instanceof StoreWrite.Journaled;
    reach(commit, CrashPoint.BEFORE_APPLY);
    reach(commit, CrashPoint.BEFORE_HEAD_WRITE);
    tables.apply(write);
    reach(commit, CrashPoint.AFTER_HEAD_WRITE);
    reach(commit, CrashPoint.AFTER_APPLY);
  }

  private void reach(boolean commit, CrashPoint point) {
    if (commit) {
      ground.node().crashPoints().reach(point.id());
    }
  }

  /// Stored or not, by lot; told as unknown before or after that is settled.
  private void writeUnknown(StoreWrite write, Runnable tell) {
    unsettled++;
    ground.node().schedule(ground.random().between(0, 20_000_000), tell);
    if (ground.random().nextBoolean()) {
      write(write, _ -> settled());
    } else {
      ground.node().schedule(ground.random().between(0, 20_000_000), this::settled);
    }
  }

  private void settled() {
    unsettled--;
    if (unsettled == 0) {
      List<Runnable> reads = List.copyOf(waiting);
      waiting.clear();
      reads.forEach(Runnable::run);
    }
  }

  /// Reads at some moment from now, and answers at some moment from then.
  <T> CompletionStage<T> read(Supplier<T> work) {
    CompletableFuture<T> told = new CompletableFuture<>();
    if (closed) {
      told.completeExceptionally(new StoreException(StoreException.Reason.CLOSED, "the store is closed"));
      return told;
    }
    boolean silent = ground.random().chance(weather().silentRate());
    later(() -> {
      if (unsettled > 0) {
        waiting.add(() -> look(work, silent, told));
      } else {
        look(work, silent, told);
      }
    });
    return told;
  }

  private <T> void look(Supplier<T> work, boolean silent, CompletableFuture<T> told) {
    if (silent) {
      later(() -> told.completeExceptionally(new StoreException("silent in simulation", null)));
      return;
    }
    try {
      T seen = work.get();
      later(() -> told.complete(seen));
    } catch (StoreException refused) {
      later(() -> told.completeExceptionally(refused));
    }
  }

  private void later(Runnable task) {
    StoreWeather now = weather();
    ground.node().schedule(ground.random().between(now.readMinNanos() / 2, now.readMaxNanos() / 2), task);
  }

  private StoreWeather weather() {
    return ground.weather().get();
  }
}
