package chasqui.mailbox.store.cql;

import chasqui.mailbox.store.StoreException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.Supplier;

/// What follows from stages. Unlike those of the JDK, these fail with the `StoreException` itself, not with a wrapping of
/// it: so callers are promised.
final class Stages {
  private Stages() {}

  static <T, R> CompletionStage<R> map(CompletionStage<T> stage, Function<? super T, ? extends R> function) {
    CompletableFuture<R> mapped = new CompletableFuture<>();
    stage.whenComplete((value, failure) -> {
      if (failure != null) {
        mapped.completeExceptionally(failed(failure));
        return;
      }
      R result;
      try {
        result = function.apply(value);
      } catch (RuntimeException e) {
        mapped.completeExceptionally(failed(e));
        return;
      }
      mapped.complete(result);
    });
    return mapped;
  }

  static <T, R> CompletionStage<R> then(CompletionStage<T> stage, Function<? super T, CompletionStage<R>> next) {
    CompletableFuture<R> whole = new CompletableFuture<>();
    map(stage, next).whenComplete((further, failure) -> {
      if (failure != null) {
        whole.completeExceptionally(failure);
      } else {
        further.whenComplete((value, late) -> {
          if (late != null) {
            whole.completeExceptionally(failed(late));
          } else {
            whole.complete(value);
          }
        });
      }
    });
    return whole;
  }

  /// All values, in the order of the stages, or the first failure.
  static <T> CompletionStage<List<T>> all(List<CompletionStage<T>> stages) {
    CompletableFuture<List<T>> whole = new CompletableFuture<>();
    AtomicInteger missing = new AtomicInteger(stages.size());
    for (CompletionStage<T> stage : stages) {
      stage.whenComplete((value, failure) -> {
        if (failure != null) {
          whole.completeExceptionally(failed(failure));
        } else if (missing.decrementAndGet() == 0) {
          whole.complete(valuesOf(stages));
        }
      });
    }
    if (stages.isEmpty()) {
      whole.complete(List.of());
    }
    return whole;
  }

  private static <T> List<T> valuesOf(List<CompletionStage<T>> stages) {
    List<T> values = new ArrayList<>(stages.size());
    stages.forEach(stage -> values.add(stage.toCompletableFuture().join()));
    return values;
  }

  /// Does the steps, at most `window` of them at a time, and stops at the first failure: what is under way then is not
  /// waited for, so nothing is known of the whole. Only if the first step is refused at once it is known that nothing was
  /// done. `steps` is used by one thread at a time.
  static CompletionStage<Void> paced(Iterator<Supplier<CompletionStage<Void>>> steps, int window) {
    CompletableFuture<Void> whole = new CompletableFuture<>();
    new Pacing(steps, window, whole).goOn();
    return whole;
  }

  private static final class Pacing {
    private final Iterator<Supplier<CompletionStage<Void>>> steps;
    private final int window;
    private final CompletableFuture<Void> whole;
    private final AtomicInteger events = new AtomicInteger();
    private final AtomicInteger underWay = new AtomicInteger();
    private boolean isFirst = true;

    Pacing(Iterator<Supplier<CompletionStage<Void>>> steps, int window, CompletableFuture<Void> whole) {
      this.steps = steps;
      this.window = window;
      this.whole = whole;
    }

    /// Whoever comes while another is in here leaves the work to that one.
    void goOn() {
      if (events.getAndIncrement() != 0) {
        return;
      }
      int seen = 1;
      do {
        begin();
        seen = events.addAndGet(-seen);
      } while (seen != 0);
    }

    private void begin() {
      while (!whole.isDone() && underWay.get() < window && steps.hasNext()) {
        underWay.incrementAndGet();
        CompletableFuture<Void> step = steps.next().get().toCompletableFuture();
        if (isFirst && step.isCompletedExceptionally()) {
          whole.completeExceptionally(failed(step.exceptionNow()));
        }
        isFirst = false;
        step.whenComplete((done, failure) -> {
          underWay.decrementAndGet();
          if (failure != null) {
            whole.completeExceptionally(new StoreException("one of several writes failed", failed(failure)));
          }
          goOn();
        });
      }
      if (underWay.get() == 0 && !steps.hasNext()) {
        whole.complete(null);
      }
    }
  }

  private static StoreException failed(Throwable failure) {
    Throwable cause = Failures.unwrapped(failure);
    return cause instanceof StoreException known ? known : new StoreException("the store failed: " + cause, cause);
  }
}
