package chasqui.link;

import io.grpc.Status;
import java.time.Duration;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;

/// Keeps one link open: opens it, and opens it again after it broke, with full jitter between tries.
///
/// Thread-safe; `opener` runs on the caller's thread at first and on the scheduler's later.
public final class LinkKeeper implements AutoCloseable {

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
  private int failures;
  private boolean closed;

  public LinkKeeper(Opener opener, ScheduledExecutorService scheduler, RandomGenerator random) {
    this.opener = opener;
    this.scheduler = scheduler;
    this.random = random;
  }

  /// Opens the link for the first time.
  public void start() {
    opener.open(this);
  }

  /// The link works: the next failure starts from the short delay again.
  public synchronized void works() {
    failures = 0;
  }

  /// The link broke: opens it again after a while, unless closed.
  public synchronized void broken(Status why) {
    if (closed) {
      return;
    }
    long ceiling = Math.min(BACKOFF_MAX.toMillis(), BACKOFF_FIRST.toMillis() << Math.min(failures, 10));
    failures++;
    scheduler.schedule(this::reopen, random.nextLong(ceiling + 1), TimeUnit.MILLISECONDS);
  }

  private void reopen() {
    synchronized (this) {
      if (closed) {
        return;
      }
    }
    opener.open(this);
  }

  @Override
  public synchronized void close() {
    closed = true;
  }
}
