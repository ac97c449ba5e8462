package chasqui.mailbox.custody;

import chasqui.mailbox.store.FatalHandler;
import java.time.Duration;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiConsumer;
import java.util.random.RandomGenerator;

/// The events of custody, one at a time, on an executor that was passed in. A bug in one ends the process: what the
/// journals and the custodian hold in memory cannot be trusted then.
final class Loop {

  private final ScheduledExecutorService executor;
  private final RandomGenerator random;
  private final FatalHandler fatal;
  private final AtomicBoolean failed = new AtomicBoolean();

  /// @param executor runs one task at a time; may be shut down, then nothing happens any more
  /// @param random for pauses
  /// @param fatal told of a bug, once
  Loop(ScheduledExecutorService executor, RandomGenerator random, FatalHandler fatal) {
    this.executor = executor;
    this.random = random;
    this.fatal = fatal;
  }

  /// Runs the event after those that wait. Any thread.
  void execute(Runnable event) {
    try {
      executor.execute(() -> run(event));
    } catch (RejectedExecutionException closed) {
      // The process is leaving.
    }
  }

  /// Runs the event after a pause of half to one and a half of what is said, so that those who failed together do not come
  /// back together.
  void after(Duration pause, Runnable event) {
    long nanos = pause.toNanos() / 2 + random.nextLong(pause.toNanos() + 1);
    try {
      executor.schedule(() -> run(event), nanos, TimeUnit.NANOSECONDS);
    } catch (RejectedExecutionException closed) {
      // The process is leaving.
    }
  }

  /// Runs the event again and again, with a pause after each.
  void every(Duration pause, Runnable event) {
    executor.scheduleWithFixedDelay(() -> run(event), pause.toNanos(), pause.toNanos(), TimeUnit.NANOSECONDS);
  }

  /// Runs `then` as an event once the stage has completed: with the value, or with what went wrong.
  <T> void when(CompletionStage<T> stage, BiConsumer<T, Throwable> then) {
    stage.whenComplete((value, failure) -> execute(() -> then.accept(value, unwrapped(failure))));
  }

  byte[] nonce() {
    byte[] nonce = new byte[16];
    random.nextBytes(nonce);
    return nonce;
  }

  /// Runs it now, on this thread, beside the events: for what has a lock of its own.
  void here(Runnable event) {
    run(event);
  }

  static Throwable unwrapped(Throwable failure) {
    return failure instanceof CompletionException wrapped && wrapped.getCause() != null ? wrapped.getCause() : failure;
  }

  private void run(Runnable event) {
    try {
      event.run();
    } catch (RuntimeException | Error bug) {
      if (failed.compareAndSet(false, true)) {
        fatal.fatal("custody failed", bug);
      }
      throw bug;
    }
  }
}
