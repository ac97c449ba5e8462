package chasqui.testkit.sim;

import java.util.PriorityQueue;
import java.util.concurrent.Executor;

/// The one queue of a simulation. Time moves only here, from event to event; events of one time run in the order in
/// which they were scheduled.
public final class SimScheduler implements Executor {
  /// More waiting events than this is a flood that would end as an out-of-memory error.
  public static final int EVENTS_WAITING_MAX = 5_000_000;

  private final Trace trace;
  private final PriorityQueue<SimTimer> queue = new PriorityQueue<>();
  private long nowNanos;
  private long scheduled;
  private long executed;
  private int cancelled;

  public SimScheduler(Trace trace) {
    this.trace = trace;
  }

  /// Nanoseconds since the simulation began.
  public long nowNanos() {
    return nowNanos;
  }

  /// Events run so far.
  public long executed() {
    return executed;
  }

  int waiting() {
    return queue.size();
  }

  /// Runs `task` at the given time, or now if that has passed.
  public SimTimer at(long atNanos, Runnable task) {
    if (queue.size() >= EVENTS_WAITING_MAX) {
      throw new IllegalStateException(queue.size() + " events are waiting: the simulation is flooded");
    }
    SimTimer timer = new SimTimer(this, Math.max(atNanos, nowNanos), scheduled++, task);
    queue.add(timer);
    return timer;
  }

  public SimTimer after(long delayNanos, Runnable task) {
    return at(nowNanos + Math.max(0, delayNanos), task);
  }

  /// Runs `task` after what is already due.
  @Override
  public void execute(Runnable task) {
    at(nowNanos, task);
  }

  /// Runs the next event; false if there is none.
  public boolean step() {
    for (SimTimer timer = queue.poll(); timer != null; timer = queue.poll()) {
      Runnable task = timer.take();
      if (task == null) {
        cancelled--;
        continue;
      }
      nowNanos = timer.atNanos();
      executed++;
      trace.event(nowNanos, timer.sequence());
      task.run();
      return true;
    }
    return false;
  }

  /// Runs everything due up to and including `untilNanos`, then stands at that time.
  public void runUntil(long untilNanos) {
    while (nextNanos() <= untilNanos) {
      step();
    }
    nowNanos = Math.max(nowNanos, untilNanos);
  }

  public void runFor(long nanos) {
    runUntil(nowNanos + nanos);
  }

  /// Runs until nothing waits, at most `eventsMax` events; false if there was more.
  public boolean runUntilIdle(long eventsMax) {
    for (long i = 0; i < eventsMax; i++) {
      if (!step()) {
        return true;
      }
    }
    return nextNanos() == Long.MAX_VALUE;
  }

  private long nextNanos() {
    while (!queue.isEmpty() && !queue.peek().isPending()) {
      queue.poll();
      cancelled--;
    }
    return queue.isEmpty() ? Long.MAX_VALUE : queue.peek().atNanos();
  }

  /// Timers are often cancelled and armed again; those cancelled must not be what fills the queue.
  void cancelled() {
    cancelled++;
    if (cancelled > 10_000 && cancelled > queue.size() / 2) {
      queue.removeIf(timer -> !timer.isPending());
      cancelled = 0;
    }
  }
}
