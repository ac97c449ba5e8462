package chasqui.mailbox.custody;

import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.PriorityQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.Delayed;
import java.util.concurrent.FutureTask;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.AbstractExecutorService;
import java.util.List;

/// An executor whose time passes when the test says so; everything runs on the test's thread.
final class ManualExecutor extends AbstractExecutorService implements ScheduledExecutorService, InstantSource {

  private final Instant start;
  private final PriorityQueue<Task<?>> tasks = new PriorityQueue<>();
  private long nowNanos;
  private long last;
  private boolean paused;
  private boolean dead;

  ManualExecutor(Instant start) {
    this.start = start;
  }

  private final class Task<V> extends FutureTask<V> implements ScheduledFuture<V> {
    private final long period;
    private final long order = ++last;
    private long due;

    Task(Callable<V> work, long due, long period) {
      super(work);
      this.due = due;
      this.period = period;
    }

    @Override
    public long getDelay(TimeUnit unit) {
      return unit.convert(due - nowNanos, TimeUnit.NANOSECONDS);
    }

    @Override
    public int compareTo(Delayed other) {
      Task<?> task = (Task<?>) other;
      return due != task.due ? Long.compare(due, task.due) : Long.compare(order, task.order);
    }

    void fire() {
      if (period == 0) {
        run();
      } else if (runAndReset()) {
        due = nowNanos + period;
        tasks.add(this);
      }
    }

    @Override
    protected void setException(Throwable thrown) {
      super.setException(thrown);
      throw new AssertionError("an event threw", thrown);
    }
  }

  private <V> Task<V> add(Callable<V> work, long delayNanos, long period) {
    Task<V> task = new Task<>(work, nowNanos + Math.max(0, delayNanos), period);
    if (!dead) {
      tasks.add(task);
    }
    return task;
  }

  /// Runs what is due now; true if there was anything.
  boolean runDue() {
    boolean ran = false;
    while (!paused && !tasks.isEmpty() && tasks.peek().due <= nowNanos) {
      tasks.poll().fire();
      ran = true;
    }
    return ran;
  }

  /// Lets time pass; whoever calls runs what is due.
  void pass(long nanos) {
    nowNanos += nanos;
  }

  /// The process stands still, or goes on.
  void pause(boolean still) {
    paused = still;
  }

  /// Nothing runs any more.
  void kill() {
    dead = true;
    tasks.clear();
  }

  boolean isDead() {
    return dead;
  }

  @Override
  public Instant instant() {
    return start.plus(nowNanos / 1_000, ChronoUnit.MICROS);
  }

  @Override
  public void execute(Runnable command) {
    add(() -> {
      command.run();
      return null;
    }, 0, 0);
  }

  @Override
  public ScheduledFuture<?> schedule(Runnable command, long delay, TimeUnit unit) {
    return add(() -> {
      command.run();
      return null;
    }, unit.toNanos(delay), 0);
  }

  @Override
  public <V> ScheduledFuture<V> schedule(Callable<V> callable, long delay, TimeUnit unit) {
    return add(callable, unit.toNanos(delay), 0);
  }

  @Override
  public ScheduledFuture<?> scheduleAtFixedRate(Runnable command, long initialDelay, long period, TimeUnit unit) {
    return scheduleWithFixedDelay(command, initialDelay, period, unit);
  }

  @Override
  public ScheduledFuture<?> scheduleWithFixedDelay(Runnable command, long initialDelay, long delay, TimeUnit unit) {
    return add(() -> {
      command.run();
      return null;
    }, unit.toNanos(initialDelay), unit.toNanos(delay));
  }

  @Override
  public void shutdown() {
    kill();
  }

  @Override
  public List<Runnable> shutdownNow() {
    kill();
    return List.of();
  }

  @Override
  public boolean isShutdown() {
    return dead;
  }

  @Override
  public boolean isTerminated() {
    return dead;
  }

  @Override
  public boolean awaitTermination(long timeout, TimeUnit unit) {
    return dead;
  }
}
