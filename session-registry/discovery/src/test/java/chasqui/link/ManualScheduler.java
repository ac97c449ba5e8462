package chasqui.link;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.Delayed;
import java.util.concurrent.FutureTask;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/// A scheduler whose tasks run when the test says so, in the order in which they came.
final class ManualScheduler extends ScheduledThreadPoolExecutor {

  private static final class Task extends FutureTask<Object> implements ScheduledFuture<Object> {
    private final long delayMillis;

    Task(Runnable task, long delayMillis) {
      super(task, null);
      this.delayMillis = delayMillis;
    }

    @Override
    public long getDelay(TimeUnit unit) {
      return unit.convert(delayMillis, TimeUnit.MILLISECONDS);
    }

    @Override
    public int compareTo(Delayed other) {
      return Long.compare(getDelay(TimeUnit.MILLISECONDS), other.getDelay(TimeUnit.MILLISECONDS));
    }
  }

  private final Deque<Task> tasks = new ArrayDeque<>();

  ManualScheduler() {
    super(0);
  }

  @Override
  public ScheduledFuture<?> schedule(Runnable command, long delay, TimeUnit unit) {
    Task task = new Task(command, unit.toMillis(delay));
    tasks.add(task);
    return task;
  }

  long nextDelayMillis() {
    return tasks.element().delayMillis;
  }

  int waiting() {
    return tasks.size();
  }

  void runNext() {
    tasks.remove().run();
  }
}
