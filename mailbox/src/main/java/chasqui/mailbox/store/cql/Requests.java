package chasqui.mailbox.store.cql;

import chasqui.mailbox.store.StoreException.Reason;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/// All requests of a store: each in the lane of its kind, each with an end.
///
/// *Deadlines.* The driver ends a request after the configured time. It runs on a Netty that its authors do not name, so a
/// guard looks twice a second for requests that it has forgotten, and ends them a second later.
final class Requests implements AutoCloseable {
  private static final long LOOK_EVERY_MS = 500;
  private static final Duration GUARD = Duration.ofSeconds(1);
  private static final long CLOSE_LOOKS_EVERY_NANOS = TimeUnit.MILLISECONDS.toNanos(2);

  private final Lane reads;
  private final Lane writes;
  private final Lane conditional;
  private final Lane owners;
  private final CqlMetrics metrics;
  private final LongSupplier nanoTime;
  private final long limitNanos;
  private final Set<Request<?>> open = ConcurrentHashMap.newKeySet();
  private final ScheduledExecutorService guard =
      Executors.newSingleThreadScheduledExecutor(Thread.ofPlatform().daemon().name("cql-deadlines").factory());
  private volatile boolean closed;

  Requests(CqlStoreConfig config, CqlMetrics metrics, LongSupplier nanoTime) {
    CqlStoreConfig.Limits limits = config.limits();
    this.metrics = metrics;
    this.nanoTime = nanoTime;
    limitNanos = config.requestTimeout().plus(GUARD).toNanos();
    reads = new Lane("cql.reads", limits.readsMax(), limits.waitingMax(), nanoTime);
    writes = new Lane("cql.writes", limits.writesMax(), limits.waitingMax(), nanoTime);
    conditional = new Lane("cql.conditional", limits.conditionalMax(), limits.waitingMax(), nanoTime);
    owners = new Lane("cql.owners", CqlStoreConfig.Limits.OWNERS_MAX, limits.waitingMax(), nanoTime);
    List.of(reads, writes, conditional, owners).forEach(metrics::queue);
    guard.scheduleWithFixedDelay(this::expire, LOOK_EVERY_MS, LOOK_EVERY_MS, TimeUnit.MILLISECONDS);
  }

  /// Sends what `call` sends when its turn comes; never throws. Completes on a thread of the driver, or before it returns.
  <T> CompletionStage<T> send(Kind kind, Supplier<CompletionStage<T>> call) {
    Lane lane = switch (kind) {
      case READ -> reads;
      case WRITE -> writes;
      case CONDITIONAL, SERIAL_READ -> conditional;
      // There are hundreds at once when owners change, just when commits, seals and changes must not stand behind them.
      case OWNER_READ, OWNER_SERIAL_READ -> owners;
    };
    Request<T> request = new Request<>(kind, call, lane, nanoTime.getAsLong());
    open.add(request);
    request.answer().whenComplete((value, failure) -> {
      open.remove(request);
      if (failure != null) {
        metrics.failed(kind, failure);
      }
    });
    if (closed) {
      request.refuse(Reason.CLOSED, "the store is closed");
    } else {
      lane.take(request);
    }
    return request.answer();
  }

  private void expire() {
    long now = nanoTime.getAsLong();
    for (Request<?> request : open) {
      if (request.expire(now, limitNanos)) {
        metrics.forgotten(request.kind());
      }
    }
  }

  /// Waits for what is under way; its deadline bounds that.
  @Override
  public void close() {
    closed = true;
    long beganNanos = nanoTime.getAsLong();
    while (!open.isEmpty() && nanoTime.getAsLong() - beganNanos < 2 * limitNanos) {
      LockSupport.parkNanos(CLOSE_LOOKS_EVERY_NANOS);
    }
    guard.shutdownNow();
  }
}
