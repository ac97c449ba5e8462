package chasqui.testkit.process;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/// Waits for something to become true, by looking again and again up to a deadline. The only way in which a test waits.
public final class Await {
  private static final long LOOK_EVERY_NANOS = 2_000_000;

  private Await() {}

  /// Returns as soon as `condition` holds; fails with `what` if it does not in time.
  public static void until(Duration limit, String what, BooleanSupplier condition) {
    value(limit, what, () -> condition.getAsBoolean() ? Optional.of(true) : Optional.empty());
  }

  /// Returns the first value that comes.
  public static <T> T value(Duration limit, String what, Supplier<Optional<T>> source) {
    return value(limit, () -> what, source);
  }

  /// As above, with words that are put together only when it fails, and may tell how far things got.
  public static <T> T value(Duration limit, Supplier<String> what, Supplier<Optional<T>> source) {
    long deadlineNanos = System.nanoTime() + limit.toNanos();
    while (true) {
      Optional<T> value = source.get();
      if (value.isPresent()) {
        return value.get();
      }
      if (System.nanoTime() - deadlineNanos > 0) {
        throw new AssertionError("not within " + limit + ": " + what.get());
      }
      if (Thread.interrupted()) {
        throw new AssertionError("interrupted while waiting for: " + what.get());
      }
      LockSupport.parkNanos(LOOK_EVERY_NANOS);
    }
  }
}
