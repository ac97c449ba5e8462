package chasqui.mailbox.memory;

import chasqui.log.v1.Entry;
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
import com.google.protobuf.ByteString;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.function.Supplier;

/// The store. What it holds outlives the stripes that use it, as a disk would. Single-threaded, like its scheduler.
public final class MemoryStore implements MailboxStore, MemoryGround {

  /// A data set of 1,024 slots with a fixed key.
  public static final DataSetRow DATA_SET = DataSetRow.newBuilder()
      .setSchemaVersion(3)
      .setSlots(1024)
      .setConversationIdKey(ByteString.copyFrom(new byte[32]))
      .build();

  /// What the store says of itself; a test may change it.
  public DataSetRow dataSet = DATA_SET;
  private final StoreScheduler scheduler;
  private final InstantSource clock;
  private final MemoryTables tables = new MemoryTables();
  private final MemoryConversations conversations = new MemoryConversations(this);
  private final MemoryUsers users = new MemoryUsers(this);
  private final MemoryCursors cursors = new MemoryCursors(this);
  private final MemoryWatermarks watermarks = new MemoryWatermarks(this);
  private final Set<String> failing = new HashSet<>();
  private final List<JournalBatch> committed = new ArrayList<>();
  private Function<JournalBatch, CommitFate> fate = batch -> CommitFate.COMMITTED;

  /// @param clock tells which marks have outlived their days
  public MemoryStore(StoreScheduler scheduler, InstantSource clock) {
    this.scheduler = scheduler;
    this.clock = clock;
  }

  /// Decides what becomes of each commit from here on; asked when the commit happens.
  public void setFate(Function<JournalBatch, CommitFate> decider) {
    fate = decider;
  }

  /// Lets the operation fail, or work again.
  public void setFailing(String operation, boolean fails) {
    if (fails) {
      failing.add(operation);
    } else {
      failing.remove(operation);
    }
  }

  /// Every batch that is stored, in order.
  public List<JournalBatch> committed() {
    return List.copyOf(committed);
  }

  /// Raises the generation of a conversation, as a restore would.
  public void raiseGeneration(String conversationId) {
    tables.raiseGeneration(conversationId);
  }

  /// Everything that is stored of a log.
  public List<Entry> logOf(String conversationId) {
    return List.copyOf(tables.conversations.get(conversationId).log.values());
  }

  public long headOf(String conversationId) {
    return tables.conversations.get(conversationId).row.getHead();
  }

  /// Loses one entry of a log, as a damaged disk would.
  public void lose(String conversationId, long seq) {
    tables.conversations.get(conversationId).log.remove(seq);
  }

  @Override
  public InstantSource clock() {
    return clock;
  }

  @Override
  public MemoryTables tables() {
    return tables;
  }

  /// Lets the read or write happen when the scheduler says so.
  @Override
  public <T> CompletionStage<T> operate(String operation, Supplier<T> work) {
    CompletableFuture<T> stage = new CompletableFuture<>();
    scheduler.schedule(operation, () -> {
      if (failing.contains(operation)) {
        stage.completeExceptionally(new StoreException("made to fail: " + operation, null));
      } else {
        try {
          stage.complete(work.get());
        } catch (StoreException refused) {
          stage.completeExceptionally(refused);
        }
      }
    });
    return stage;
  }

  @Override
  public DataSetRow dataSet() {
    return dataSet;
  }

  @Override
  public Journal journal() {
    return new Journal() {
      @Override
      public CompletionStage<CommitOutcome> commit(int stripe, JournalBatch batch) {
        return operate("commit", () -> decide(batch));
      }

      @Override
      public int unapplied() {
        return 0;
      }
    };
  }

  private CommitOutcome decide(JournalBatch batch) {
    return switch (fate.apply(batch)) {
      case COMMITTED -> {
        store(batch);
        yield new CommitOutcome.Committed();
      }
      case STORE_FULL -> new CommitOutcome.StoreFull("made full");
      case UNKNOWN_STORED -> {
        store(batch);
        yield new CommitOutcome.Unknown("made unknown, stored");
      }
      case UNKNOWN_LOST -> new CommitOutcome.Unknown("made unknown, lost");
    };
  }

  private void store(JournalBatch batch) {
    committed.add(batch);
    batch.getCommitsList().forEach(tables::apply);
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
  public void close() {}
}
