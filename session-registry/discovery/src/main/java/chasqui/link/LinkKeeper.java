package chasqui.link;

import io.grpc.Status;
import java.time.Duration;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Keeps one link open: opens it, and opens it again after it broke, with full jitter between tries.
///
/// Thread-safe; `opener` runs on the caller's thread at first and on the scheduler's later, never under a lock.
public final class LinkKeeper implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(LinkKeeper.class);

  /// Opens the link once. Must arrange for {@link LinkKeeper#broken} to be called when it breaks.
  @FunctionalInterface
  public interface Opener {
    void open(LinkKeeper keeper);
  }

  static final Duration BACKOFF_FIRST = Duration.ofMillis(50);
  static final Duration BACKOFF_MAX = Duration.ofSeconds(2);

  private final Opener opener;
  private final ScheduledExecutorService scheduler;
  private final RandomGenerator random;
  // All guarded by `this`.
  private int failures;
  private boolean waiting;
  private boolean closed;

  public LinkKeeper(Opener opener, ScheduledExecutorService scheduler, RandomGenerator random) {
    this.opener = opener;
    this.scheduler = scheduler;
    this.random = random;
  }

  /// Opens the link for the first time.
  public void start() {
    open();
  }

  /// The link works: the next failure starts from the short delay again.
  public synchronized void works() {
    failures = 0;
  }

  /// The link broke: opens it again after a while, unless closed. Told twice of one break, it opens once.
  public void broken(Status why) {
    long delayMillis;
    synchronized (this) {
      if (closed || waiting) {
        return;
      }
      waiting = true;
      long ceiling = Math.min(BACKOFF_MAX.toMillis(), BACKOFF_FIRST.toMillis() << Math.min(failures, 10));
      failures++;
      delayMillis = random.nextLong(ceiling + 1);
    }
    try {
      scheduler.schedule(this::reopen, delayMillis, TimeUnit.MILLISECONDS);
    } catch (RejectedExecutionException stopping) {
      LOG.debug("link is not opened again after {}: the scheduler has stopped", why.getCode());
    }
  }

  private void reopen() {
    synchronized (this) {
      waiting = false;
      if (closed) {
        return;
      }
    }
    open();
  }

  private void open() {
    try {
      opener.open(this);
    } catch (RuntimeException failure) {
      LOG.warn("link could not be opened: {}", failure.toString());
      broken(Status.fromThrowable(failure));
    }
  }

  @Override
  public synchronized void close() {
    closed = true;
  }
}
