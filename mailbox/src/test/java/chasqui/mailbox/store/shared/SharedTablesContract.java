package chasqui.mailbox.store.shared;

import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import chasqui.mailbox.store.StoreException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/// What the contracts of shared tables have in common: empty tables, a clock that stands still, short ways to ask.
public abstract class SharedTablesContract {
  protected static final Instant START = Instant.parse("2026-03-01T12:00:00Z");
  private static final long ANSWER_SECONDS_MAX = 60;

  private volatile Instant now = START;
  protected SharedTables tables;

  /// An implementation with nothing in it, at the time of `clock`.
  protected abstract SharedTables open(InstantSource clock) throws Exception;

  @BeforeEach
  void openTables() throws Exception {
    tables = open(() -> now);
  }

  @AfterEach
  void closeTables() {
    tables.close();
  }

  protected void pass(Duration time) {
    now = now.plus(time);
  }

  protected static <T> T get(CompletionStage<T> stage) {
    try {
      return stage.toCompletableFuture().get(ANSWER_SECONDS_MAX, TimeUnit.SECONDS);
    } catch (Exception e) {
      throw new AssertionError("no answer", e);
    }
  }

  /// True if the stage fails, as it may, because nothing is known of the outcome.
  protected static boolean isUnknown(CompletionStage<?> stage) {
    try {
      stage.toCompletableFuture().get(ANSWER_SECONDS_MAX, TimeUnit.SECONDS);
      return false;
    } catch (ExecutionException e) {
      StoreException failed = assertInstanceOf(StoreException.class, e.getCause());
      return failed.reason() == StoreException.Reason.UNKNOWN;
    } catch (Exception e) {
      throw new AssertionError("no answer", e);
    }
  }

  protected static StoreException.Reason refusal(CompletionStage<?> stage) {
    ExecutionException failed = assertThrows(
        ExecutionException.class, () -> stage.toCompletableFuture().get(ANSWER_SECONDS_MAX, TimeUnit.SECONDS));
    return assertInstanceOf(StoreException.class, failed.getCause()).reason();
  }
}
