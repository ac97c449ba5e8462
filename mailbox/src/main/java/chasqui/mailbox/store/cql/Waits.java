package chasqui.mailbox.store.cql;

import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// Waiting for an answer while a store is opened or closed. Never on a thread of the driver.
final class Waits {
  /// A server that is busy with a schema takes its time.
  static final int LIMIT_SECONDS = 60;

  private Waits() {}

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
