package chasqui.bench;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;

/// Tries again, at once, until it succeeds, and counts.
final class Again {
  private Again() {}

  static <T> CompletionStage<T> untilDone(Supplier<CompletionStage<T>> step, AtomicLong failures) {
    CompletableFuture<T> done = new CompletableFuture<>();
    attempt(step, failures, done);
    return done;
  }

  private static <T> void attempt(Supplier<CompletionStage<T>> step, AtomicLong failures, CompletableFuture<T> done) {
    step.get().whenComplete((value, failure) -> {
      if (failure == null) {
        done.complete(value);
      } else {
        failures.incrementAndGet();
        // Not from within: what fails at once would pile up on the stack.
        CompletableFuture.runAsync(() -> attempt(step, failures, done));
      }
    });
  }
}
