package chasqui.client;

import java.util.ArrayDeque;
import java.util.concurrent.Executor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Runs what goes to the application in order, one at a time, on an executor of its choice.
///
/// Its length is bounded by not reading: above [#HIGH_WATER] the client asks the server for no more frames until it is
/// down to [#LOW_WATER]. What one frame brings (at most a delivery, or what was held back) may exceed it by that much.
final class ListenerQueue {
  static final int HIGH_WATER = 2_000;
  static final int LOW_WATER = 500;
  private static final Logger LOG = LoggerFactory.getLogger(ListenerQueue.class);

  private final Executor executor;
  private final Runnable lowered;
  private final Object monitor = new Object();
  private final ArrayDeque<Runnable> tasks = new ArrayDeque<>();
  private boolean running;
  private boolean high;
  private Thread runner;

  /// @param lowered is run when the queue was above the high-water mark and is down again
  ListenerQueue(Executor executor, Runnable lowered) {
    this.executor = executor;
    this.lowered = lowered;
  }

  /// Adds a task. Returns false when the queue is above its high-water mark.
  boolean add(Runnable task) {
    boolean begin;
    boolean room;
    synchronized (monitor) {
      tasks.add(task);
      high |= tasks.size() > HIGH_WATER;
      room = !high;
      begin = !running;
      running = true;
    }
    if (begin) {
      executor.execute(this::run);
    }
    return room;
  }

  private void run() {
    while (true) {
      Runnable task;
      boolean tell;
      synchronized (monitor) {
        task = tasks.poll();
        tell = high && tasks.size() <= LOW_WATER;
        high &= !tell;
        running = task != null;
        runner = running ? Thread.currentThread() : null;
        if (!running) {
          monitor.notifyAll();
        }
      }
      if (tell) {
        lowered.run();
      }
      if (task == null) {
        return;
      }
      try {
        task.run();
      } catch (RuntimeException e) {
        LOG.error("the listener failed; the event counts as seen", e);
      }
    }
  }

  /// Whether the calling thread is running a task of this queue just now.
  boolean isRunByCaller() {
    synchronized (monitor) {
      return runner == Thread.currentThread();
    }
  }

  /// Waits until everything was run.
  boolean awaitIdle(long timeoutMs) throws InterruptedException {
    long deadline = System.nanoTime() + timeoutMs * 1_000_000;
    synchronized (monitor) {
      while (running) {
        long leftMs = (deadline - System.nanoTime()) / 1_000_000;
        if (leftMs <= 0) {
          return false;
        }
        monitor.wait(leftMs);
      }
      return true;
    }
  }
}
