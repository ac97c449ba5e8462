package chasqui.testkit.sim;

/// A task waiting for its simulated time. Cancelling is final; a task that has run cannot be cancelled any more.
public final class SimTimer implements Comparable<SimTimer> {
  private final SimScheduler scheduler;
  private final long atNanos;
  private final long sequence;
  private Runnable task;

  SimTimer(SimScheduler scheduler, long atNanos, long sequence, Runnable task) {
    this.scheduler = scheduler;
    this.atNanos = atNanos;
    this.sequence = sequence;
    this.task = task;
  }

  public void cancel() {
    if (task != null) {
      task = null;
      scheduler.cancelled();
    }
  }

  public boolean isPending() {
    return task != null;
  }

  public long atNanos() {
    return atNanos;
  }

  long sequence() {
    return sequence;
  }

  Runnable take() {
    Runnable taken = task;
    task = null;
    return taken;
  }

  @Override
  public int compareTo(SimTimer other) {
    int byTime = Long.compare(atNanos, other.atNanos);
    return byTime != 0 ? byTime : Long.compare(sequence, other.sequence);
  }
}
