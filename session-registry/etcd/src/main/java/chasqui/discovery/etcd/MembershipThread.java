package chasqui.discovery.etcd;

import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The one thread on which a membership thinks. Nothing on it may block. A step that throws is logged and ends nothing.
final class MembershipThread implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(MembershipThread.class);

  private final ScheduledExecutorService executor =
      Executors.newSingleThreadScheduledExecutor(Thread.ofPlatform().daemon().name("membership").factory());

  void run(Runnable step) {
    after(Duration.ZERO, step);
  }

  /// Takes the step then, unless this is closed by then.
  void after(Duration delay, Runnable step) {
    try {
      executor.schedule(() -> take(step), delay.toMillis(), TimeUnit.MILLISECONDS);
    } catch (RejectedExecutionException closed) {
      LOG.debug("the membership is closed; a step is not taken");
    }
  }

  private static void take(Runnable step) {
    try {
      step.run();
    } catch (RuntimeException bug) {
      LOG.error("a step of the membership failed", bug);
    }
  }

  @Override
  public void close() {
    executor.shutdownNow();
  }
}
