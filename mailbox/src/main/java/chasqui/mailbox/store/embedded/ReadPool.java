package chasqui.mailbox.store.embedded;

import chasqui.mailbox.store.StoreException;
import chasqui.mailbox.store.StoreException.Reason;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/// Runs reads: small ones on the caller's thread, those of many rows on a few threads of its own behind a bounded queue.
final class ReadPool implements AutoCloseable {
  private final DatabaseAccess access;
  private final ThreadPoolExecutor threads;
  private final int waitingMax;

  ReadPool(DatabaseAccess access, EmbeddedStoreConfig.Queues queues) {
    this.access = access;
    this.waitingMax = queues.readsWaitingMax();
    this.threads =
        new ThreadPoolExecutor(
            queues.readThreads(),
            queues.readThreads(),
            0,
            TimeUnit.SECONDS,
            new ArrayBlockingQueue<>(waitingMax),
            Thread.ofPlatform().daemon().name("store-read-", 1).factory());
  }

  /// For reads of a few rows.
  <T> CompletionStage<T> now(DatabaseAccess.Use<T> read) {
    CompletableFuture<T> answer = new CompletableFuture<>();
    run(read, answer);
    return answer;
  }

  /// For reads of many rows.
  <T> CompletionStage<T> soon(DatabaseAccess.Use<T> read) {
    CompletableFuture<T> answer = new CompletableFuture<>();
    try {
      threads.execute(() -> run(read, answer));
    } catch (RejectedExecutionException e) {
      answer.completeExceptionally(
          threads.isShutdown()
              ? new StoreException(Reason.CLOSED, "the store is closed")
              : new StoreException(Reason.BUSY, "more than " + waitingMax + " reads wait for a thread"));
    }
    return answer;
  }

  private <T> void run(DatabaseAccess.Use<T> read, CompletableFuture<T> answer) {
    T value;
    try {
      value = access.use(read);
    } catch (Throwable e) {
      answer.completeExceptionally(e);
      return;
    }
    answer.complete(value);
  }

  int waiting() {
    return threads.getQueue().size();
  }

  int waitingMax() {
    return waitingMax;
  }

  /// Finishes the reads that wait.
  @Override
  public void close() {
    threads.close();
  }
}
