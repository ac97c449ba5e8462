package chasqui.client;

import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.random.RandomGenerator;

/// Time, chance and threads, as the application gives them.
///
/// @param clock must not run backwards
/// @param random also makes message ids: a source that repeats itself must not be used with a real server
/// @param scheduler runs short tasks only
/// @param blocking runs tasks that may block: writing the data folder, asking for tokens, what the application does with answers
/// @param listener runs the listener, one task at a time per client
record Surroundings(
    InstantSource clock,
    RandomGenerator random,
    ScheduledExecutorService scheduler,
    Executor blocking,
    Executor listener) {

  /// Shared by all clients of the process that bring none of their own.
  static final class Shared {
    static final ScheduledExecutorService SCHEDULER = Executors.newSingleThreadScheduledExecutor(
        Thread.ofPlatform().name("chasqui-client-timer").daemon(true).factory());
    static final Executor VIRTUAL_THREADS =
        Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("chasqui-client-", 0).factory());

    private Shared() {}
  }

  /// The wall clock at the start of the process, moved on by the monotonic one: setting the clock disturbs no timeout.
  static InstantSource steadyClock() {
    var began = InstantSource.system().instant();
    long beganNanos = System.nanoTime();
    return () -> began.plus(Duration.ofNanos(System.nanoTime() - beganNanos));
  }

  /// One source for several threads.
  static RandomGenerator locked(RandomGenerator random) {
    return new RandomGenerator() {
      @Override
      public synchronized long nextLong() {
        return random.nextLong();
      }
    };
  }
}
