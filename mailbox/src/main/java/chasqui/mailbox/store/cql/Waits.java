package chasqui.mailbox.store.cql;

import chasqui.mailbox.store.StoreException;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;

/// Waiting for an answer while a store is opened or closed. Never on a thread of the driver.
final class Waits {
  /// A server that is busy with a schema takes its time.
  static final int LIMIT_SECONDS = 60;

  private static final Duration ASKS_AGAIN_AFTER = Duration.ofMillis(100);

  private Waits() {}

  /// Asks, and asks again while servers have no answer: nodes that start at the same time get into each other's way.
  ///
  /// @param asked what may be done twice
  /// @throws IllegalStateException as {@link #answerOf} does, if that lasts
  static <T> T settledAnswerOf(Supplier<CompletionStage<T>> asked) {
    long beganNanos = System.nanoTime();
    while (true) {
      try {
        return answerOf(asked.get());
      } catch (IllegalStateException e) {
        boolean passes = e.getCause() instanceof StoreException store
            && (store.reason() == StoreException.Reason.UNKNOWN || store.reason() == StoreException.Reason.BUSY);
        if (!passes || System.nanoTime() - beganNanos > TimeUnit.SECONDS.toNanos(LIMIT_SECONDS)) {
          throw e;
        }
        LockSupport.parkNanos(ASKS_AGAIN_AFTER.toNanos());
      }
    }
  }

  /// @throws IllegalStateException with the driver's error as its cause, or if there is no answer
  static <T> T answerOf(CompletionStage<T> stage) {
    try {
      return stage.toCompletableFuture().get(LIMIT_SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      throw new IllegalStateException(String.valueOf(e.getCause().getMessage()), e.getCause());
    } catch (TimeoutException e) {
      throw new IllegalStateException("no answer within " + LIMIT_SECONDS + " s", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }
}
