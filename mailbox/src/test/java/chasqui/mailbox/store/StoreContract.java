package chasqui.mailbox.store;

import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import chasqui.store.v1.ConversationCommit;
import chasqui.store.v1.JournalBatch;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/// What all contract tests share: a store in a temporary place, a clock that stands still, and short ways to ask.
public abstract class StoreContract {
  protected static final Instant START = Instant.parse("2026-03-01T12:00:00Z");
  private static final long ANSWER_SECONDS_MAX = 30;

  @TempDir Path folder;

  protected MailboxStore store;
  private volatile Instant now = START;
  private StoreFixture fixture;
  private long batchNumber;

  /// The implementation, with its data in `folder`, at the time of `clock`.
  protected abstract StoreFixture fixture(Path folder, InstantSource clock);

  @BeforeEach
  void openStore() throws Exception {
    fixture = fixture(folder, () -> now);
    store = fixture.open();
  }

  @AfterEach
  void closeStore() {
    store.close();
  }

  protected void reopen() throws Exception {
    store.close();
    store = fixture.open();
  }

  protected void pass(Duration time) {
    now = now.plus(time);
  }

  protected static int day(Instant instant) {
    return (int) Math.floorDiv(instant.getEpochSecond(), Duration.ofDays(1).toSeconds());
  }

  protected JournalBatch batch(ConversationCommit... commits) {
    return JournalBatch.newBuilder().setBatchNumber(++batchNumber).addAllCommits(List.of(commits)).build();
  }

  /// Commits, and waits for what follows: where users' rows are read, and where the store is opened again.
  protected void commit(ConversationCommit... commits) {
    applied(get(store.journal().commit(0, batch(commits))));
  }

  protected static void applied(CommitOutcome outcome) {
    get(assertInstanceOf(CommitOutcome.Committed.class, outcome).applied());
  }

  protected static <T> T get(CompletionStage<T> stage) {
    try {
      return stage.toCompletableFuture().get(ANSWER_SECONDS_MAX, TimeUnit.SECONDS);
    } catch (Exception e) {
      throw new AssertionError("no answer", e);
    }
  }

  protected static StoreException.Reason refusal(CompletionStage<?> stage) {
    ExecutionException failed =
        assertThrows(
            ExecutionException.class, () -> stage.toCompletableFuture().get(ANSWER_SECONDS_MAX, TimeUnit.SECONDS));
    return assertInstanceOf(StoreException.class, failed.getCause()).reason();
  }
}
