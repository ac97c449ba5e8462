package chasqui.testkit.sim;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.Callable;
import java.util.concurrent.Delayed;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.FutureTask;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.RunnableFuture;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/// A node's timers as an executor service. Its futures cannot be waited for: there is only one thread. A task that
/// throws ends the simulation, since nobody would look at its future.
final class SimExecutor extends AbstractExecutorService implements ScheduledExecutorService {
  private final SimNode node;
  private final SimScheduler scheduler;
  private boolean shutdown;

  SimExecutor(SimNode node, SimScheduler scheduler) {
    this.node = node;
    this.scheduler = scheduler;
  }

  @Override
  public void execute(Runnable command) {
    schedule(command, 0, TimeUnit.NANOSECONDS);
  }

  @Override
  public ScheduledFuture<?> schedule(Runnable command, long delay, TimeUnit unit) {
    return start(new Task<>(command, 0, false), unit.toNanos(delay));
  }

  @Override
  public <V> ScheduledFuture<V> schedule(Callable<V> callable, long delay, TimeUnit unit) {
    return start(new Task<>(callable), unit.toNanos(delay));
  }

  @Override
  public ScheduledFuture<?> scheduleAtFixedRate(Runnable command, long initialDelay, long period, TimeUnit unit) {
    return start(new Task<>(command, unit.toNanos(period), true), unit.toNanos(initialDelay));
  }

  @Override
  public ScheduledFuture<?> scheduleWithFixedDelay(Runnable command, long initialDelay, long delay, TimeUnit unit) {
    return start(new Task<>(command, unit.toNanos(delay), true), unit.toNanos(initialDelay));
  }

  private <V> Task<V> start(Task<V> task, long delayNanos) {
    if (shutdown) {
      throw new RejectedExecutionException("shut down");
    }
    task.arm(delayNanos);
    return task;
  }

  @Override
  protected <T> RunnableFuture<T> newTaskFor(Runnable runnable, T value) {
    return new Task<>(Executors.callable(runnable, value));
  }

  @Override
  protected <T> RunnableFuture<T> newTaskFor(Callable<T> callable) {
    return new Task<>(callable);
  }

  @Override
  public void shutdown() {
    shutdown = true;
  }

  @Override
  public List<Runnable> shutdownNow() {
    shutdown = true;
    return new ArrayList<>();
  }

  @Override
  public boolean isShutdown() {
    return shutdown;
  }

  @Override
  public boolean isTerminated() {
    return shutdown;
  }

  @Override
  public boolean awaitTermination(long timeout, TimeUnit unit) {
    return shutdown;
  }

  /// Rates and delays are the same here, since running takes no simulated time.
  private final class Task<V> extends FutureTask<V> implements ScheduledFuture<V> {
    private final long periodNanos;
    private final boolean periodic;
    private SimTimer timer;

    Task(Runnable command, long periodNanos, boolean periodic) {
      super(command, null);
      this.periodNanos = periodNanos;
      this.periodic = periodic;
    }

    Task(Callable<V> callable) {
      super(callable);
      this.periodNanos = 0;
      this.periodic = false;
    }

    void arm(long delayNanos) {
      timer = node.schedule(delayNanos, this::fire);
    }

    private void fire() {
      if (shutdown && periodic) {
        return;
      }
      if (!periodic) {
        run();
      } else if (runAndReset()) {
        arm(periodNanos);
      }
    }

    @Override
    protected void setException(Throwable thrown) {
      super.setException(thrown);
      if (thrown instanceof Error error) {
        throw error;
      }
      throw new IllegalStateException("a task of " + node.name() + " threw", thrown);
    }

    @Override
    public boolean cancel(boolean mayInterruptIfRunning) {
      if (timer != null) {
        timer.cancel();
      }
      return super.cancel(mayInterruptIfRunning);
    }

    @Override
    public V get() throws InterruptedException, ExecutionException {
      if (!isDone()) {
        throw new IllegalStateException("a simulation has one thread and cannot wait");
      }
      return super.get();
    }

    @Override
    public long getDelay(TimeUnit unit) {
      return unit.convert(timer.atNanos() - scheduler.nowNanos(), TimeUnit.NANOSECONDS);
    }

    @Override
    public int compareTo(Delayed other) {
      return Long.compare(getDelay(TimeUnit.NANOSECONDS), other.getDelay(TimeUnit.NANOSECONDS));
    }
  }
}
