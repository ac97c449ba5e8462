package chasqui.link;

import java.util.Deque;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.Delayed;
import java.util.concurrent.FutureTask;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/// A scheduler whose tasks run when the test says so, in the order in which they came.
final class ManualScheduler extends ScheduledThreadPoolExecutor {

  private static final class Task extends FutureTask<Object> implements ScheduledFuture<Object> {
    private final long delayMillis;
    private final boolean repeated;

    Task(Runnable task, long delayMillis, boolean repeated) {
      super(task, null);
      this.delayMillis = delayMillis;
      this.repeated = repeated;
    }

    /// As a real scheduler does it: a repeated task that throws is not run again.
    boolean runOnce() {
      if (repeated) {
        return runAndReset();
      }
      run();
      return false;
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

  private final Deque<Task> tasks = new ConcurrentLinkedDeque<>();

  ManualScheduler() {
    super(0);
  }

  @Override
  public ScheduledFuture<?> schedule(Runnable command, long delay, TimeUnit unit) {
    return add(new Task(command, unit.toMillis(delay), false));
  }

  @Override
  public ScheduledFuture<?> scheduleWithFixedDelay(Runnable command, long initialDelay, long delay, TimeUnit unit) {
    return add(new Task(command, unit.toMillis(initialDelay), true));
  }

  private Task add(Task task) {
    tasks.add(task);
    return task;
  }

  long nextDelayMillis() {
    return tasks.element().delayMillis;
  }

  int waiting() {
    return (int) tasks.stream().filter(task -> !task.isCancelled()).count();
  }

  void runNext() {
    Task task = tasks.remove();
    if (task.runOnce()) {
      tasks.add(task);
    }
  }
}
