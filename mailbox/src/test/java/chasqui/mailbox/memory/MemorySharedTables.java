package chasqui.mailbox.memory;

import chasqui.mailbox.store.ConversationStore;
import chasqui.mailbox.store.CursorStore;
import chasqui.mailbox.store.StoreException;
import chasqui.mailbox.store.StoreException.Reason;
import chasqui.mailbox.store.WatermarkStore;
import chasqui.mailbox.store.shared.CommitTable;
import chasqui.mailbox.store.shared.CustodyTable;
import chasqui.mailbox.store.shared.FencedUserStore;
import chasqui.mailbox.store.shared.IncarnationTable;
import chasqui.mailbox.store.shared.JournalTable;
import chasqui.mailbox.store.shared.SharedTables;
import chasqui.store.v1.ConversationCommit;
import chasqui.store.v1.DataSetRow;
import chasqui.store.v1.IncarnationRow;
import chasqui.store.v1.JournalRow;
import chasqui.store.v1.SlotOwnerRow;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/// One node's way to the shared rows: what it asks for happens when its scheduler says so, and a write fares as its fate
/// says. Single-threaded, like its scheduler.
public final class MemorySharedTables implements SharedTables, JournalTable, IncarnationTable, CustodyTable, CommitTable {

  private final MemoryShared shared;
  private final StoreScheduler scheduler;
  private final WriteFate.Decider fates;
  private final MemoryGround ground = new Ground();
  private boolean closed;

  /// @param scheduler decides when what this node asks for happens
  /// @param fates decides what becomes of each write, by its name
  public MemorySharedTables(MemoryShared shared, StoreScheduler scheduler, WriteFate.Decider fates) {
    this.shared = shared;
    this.scheduler = scheduler;
    this.fates = fates;
  }

  private final class Ground implements MemoryGround {
    @Override
    public <T> CompletionStage<T> operate(String operation, Supplier<T> work) {
      return read(operation, work);
    }

    @Override
    public MemoryTables tables() {
      return shared.tables;
    }

    @Override
    public java.time.InstantSource clock() {
      return shared.clock;
    }
  }

  <T> CompletionStage<T> read(String operation, Supplier<T> work) {
    CompletableFuture<T> stage = new CompletableFuture<>();
    if (closed) {
      stage.completeExceptionally(new StoreException(Reason.CLOSED, "the store is closed"));
      return stage;
    }
    scheduler.schedule(operation, () -> complete(stage, work));
    return stage;
  }

  <T> CompletionStage<T> write(String operation, Supplier<T> work) {
    CompletableFuture<T> stage = new CompletableFuture<>();
    if (closed) {
      stage.completeExceptionally(new StoreException(Reason.CLOSED, "the store is closed"));
      return stage;
    }
    scheduler.schedule(operation, () -> {
      switch (fates.fateOf(operation)) {
        case DONE -> complete(stage, work);
        case DONE_UNTOLD -> {
          run(work);
          stage.completeExceptionally(new StoreException("made unknown: " + operation, null));
        }
        case LOST -> stage.completeExceptionally(new StoreException("made unknown: " + operation, null));
        case LATE -> {
          scheduler.schedule("late " + operation, () -> run(work));
          stage.completeExceptionally(new StoreException("made unknown: " + operation, null));
        }
        case TWICE -> {
          scheduler.schedule("late " + operation, () -> run(work));
          complete(stage, work);
        }
        case BUSY -> stage.completeExceptionally(new StoreException(Reason.BUSY, "made busy: " + operation));
        case FULL -> stage.completeExceptionally(new StoreException(Reason.FULL, "made full: " + operation));
      }
    });
    return stage;
  }

  private static void run(Supplier<?> work) {
    var unused = work.get();
  }

  private static <T> void complete(CompletableFuture<T> stage, Supplier<T> work) {
    T value;
    try {
      value = work.get();
    } catch (StoreException refused) {
      stage.completeExceptionally(refused);
      return;
    }
    stage.complete(value);
  }

  private NavigableMap<Long, JournalRow> placesOf(JournalId journal) {
    return shared.journals.computeIfAbsent(journal, id -> new TreeMap<>());
  }

  @Override
  public CompletionStage<Boolean> insert(JournalId journal, long number, JournalRow row) {
    return write("insert", () -> placesOf(journal).putIfAbsent(number, row) == null);
  }

  @Override
  public CompletionStage<Optional<JournalRow>> read(JournalId journal, long number) {
    return read("readPlace", () -> Optional.ofNullable(placesOf(journal).get(number)));
  }

  @Override
  public CompletionStage<List<Placed>> readPart(JournalId journal, long fromNumber, int rowsMax) {
    return read("readPart", () -> {
      List<Placed> rows = new ArrayList<>();
      long end = (fromNumber / PLACES_PER_PART + 1) * PLACES_PER_PART;
      for (long number = fromNumber; number < end && rows.size() < rowsMax; number++) {
        JournalRow row = placesOf(journal).get(number);
        if (row == null) {
          break;
        }
        rows.add(new Placed(number, row));
      }
      return rows;
    });
  }

  @Override
  public CompletionStage<Marks> readMarks(JournalId journal) {
    return read("readJournalMarks", () -> shared.marks.getOrDefault(journal, Marks.NONE));
  }

  @Override
  public CompletionStage<Void> raiseApplied(JournalId journal, long applied) {
    return write("raiseApplied", () -> {
      Marks before = shared.marks.getOrDefault(journal, Marks.NONE);
      shared.marks.put(journal, new Marks(Math.max(before.applied(), applied), before.deleted()));
      return null;
    });
  }

  @Override
  public CompletionStage<Void> raiseDeleted(JournalId journal, long deleted) {
    return write("raiseDeleted", () -> {
      Marks before = shared.marks.getOrDefault(journal, Marks.NONE);
      shared.marks.put(journal, new Marks(before.applied(), Math.max(before.deleted(), deleted)));
      return null;
    });
  }

  @Override
  public CompletionStage<Void> deletePart(JournalId journal, long part) {
    return write("deletePart", () -> {
      placesOf(journal)
          .subMap(part * PLACES_PER_PART, true, (part + 1) * PLACES_PER_PART, false).clear();
      return null;
    });
  }

  @Override
  public CompletionStage<Void> deleteUpto(JournalId journal, long number) {
    return write("deleteUpto", () -> {
      placesOf(journal).subMap(number / PLACES_PER_PART * PLACES_PER_PART, true, number, true).clear();
      return null;
    });
  }

  @Override
  public CompletionStage<Void> add(IncarnationRow row) {
    return write("addIncarnation", () -> {
      shared.incarnations.putIfAbsent(row.getIncarnation(), row);
      return null;
    });
  }

  @Override
  public CompletionStage<Optional<IncarnationRow>> read(String incarnation) {
    return read("readIncarnation", () -> Optional.ofNullable(shared.incarnations.get(incarnation)));
  }

  @Override
  public CompletionStage<List<IncarnationRow>> list() {
    return read("listIncarnations", () -> List.copyOf(shared.incarnations.values()));
  }

  @Override
  public CompletionStage<Void> markReplayed(String incarnation) {
    return write("markReplayed", () -> {
      shared.incarnations.computeIfPresent(
          incarnation, (id, row) -> row.toBuilder().setReplayed(true).build());
      return null;
    });
  }

  @Override
  public CompletionStage<Optional<SlotOwnerRow>> read(int slot) {
    return read("readOwner", () -> owner(slot));
  }

  @Override
  public CompletionStage<Optional<SlotOwnerRow>> readSettled(int slot) {
    return read("readOwnerSettled", () -> owner(slot));
  }

  private Optional<SlotOwnerRow> owner(int slot) {
    if (shared.slotsWithoutQuorum.contains(slot)) {
      throw new StoreException(Reason.BUSY, "no quorum for the row of slot " + slot);
    }
    return Optional.ofNullable(shared.owners.get(slot));
  }

  @Override
  public CompletionStage<Boolean> change(int slot, Optional<SlotOwnerRow> expected, SlotOwnerRow next) {
    return write("changeOwner", () -> {
      if (!owner(slot).equals(expected)) {
        return false;
      }
      shared.owners.put(slot, next);
      return true;
    });
  }

  @Override
  public CompletionStage<Void> apply(List<ConversationCommit> commits) {
    return write("apply", () -> {
      commits.forEach(commit -> shared.needNotAhead(commit.getRow().getStampMicros()));
      commits.forEach(shared.tables::write);
      return null;
    });
  }

  @Override
  public DataSetRow dataSet() {
    return shared.dataSet;
  }

  @Override
  public JournalTable journal() {
    return this;
  }

  @Override
  public IncarnationTable incarnations() {
    return this;
  }

  @Override
  public CustodyTable custody() {
    return this;
  }

  @Override
  public CommitTable commits() {
    return this;
  }

  @Override
  public ConversationStore conversations() {
    return new MemoryConversations(ground);
  }

  @Override
  public CursorStore cursors() {
    return new MemoryCursors(ground);
  }

  @Override
  public WatermarkStore watermarks() {
    return new MemoryWatermarks(ground);
  }

  @Override
  public FencedUserStore users() {
    return new MemoryFencedUsers(this, shared, new MemoryUsers(ground));
  }

  @Override
  public CompletionStage<Instant> time() {
    return read("readTime", shared.clock::instant);
  }

  @Override
  public void close() {
    closed = true;
  }
}
