package chasqui.drills.fuzz;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;

/// What the thread spends on one event after the other: processor time and memory, whatever else the machine does.
public final class Cost {

  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  /// No event may keep a loop, and so the other streams on it, for longer.
  private static final long HANG_NANOS = 100_000_000;
  /// What the machine adds (a class to load, code to compile) is not there again; what the input costs is.
  private static final int TRIES = 4;
  /// What one event may take: a frame of the largest size in the dearest form takes a third of it.
  private static final long BYTES_MAX = 64L << 20;

  private long begunNanos;
  private long begunBytes;
  private long mostNanos;
  private long mostBytes;
  private long dearestNanos;
  private long largestBytes;

  /// Does something, again if an event of it took too much.
  ///
  /// @throws Breach if one takes too much every time
  public void bounded(Runnable deed) {
    long nanos = Long.MAX_VALUE;
    long bytes = Long.MAX_VALUE;
    for (int i = 0; i < TRIES && (nanos > HANG_NANOS || bytes > BYTES_MAX); i++) {
      begin();
      deed.run();
      next();
      nanos = Math.min(nanos, mostNanos);
      bytes = Math.min(bytes, mostBytes);
    }
    if (nanos > HANG_NANOS) {
      throw new Breach("other streams stood still for " + nanos / 1_000_000 + " ms of processor time");
    }
    if (bytes > BYTES_MAX) {
      throw new Breach("one event took " + bytes + " bytes of memory");
    }
    dearestNanos = Math.max(dearestNanos, nanos);
    largestBytes = Math.max(largestBytes, bytes);
  }

  /// Processor time of the dearest event of all.
  public long dearestMicros() {
    return dearestNanos / 1_000;
  }

  /// Of the event of all that took the most memory.
  public long largestKilobytes() {
    return largestBytes >> 10;
  }

  /// From here on what is spent counts, and nothing counted so far.
  public void begin() {
    mostNanos = 0;
    mostBytes = 0;
    mark();
  }

  private void mark() {
    begunNanos = THREADS.getCurrentThreadCpuTime();
    begunBytes = THREADS.getCurrentThreadAllocatedBytes();
  }

  /// An event is over, and the next begins.
  public void next() {
    long nanos = begunNanos;
    long bytes = begunBytes;
    mark();
    mostNanos = Math.max(mostNanos, begunNanos - nanos);
    mostBytes = Math.max(mostBytes, begunBytes - bytes);
  }
}
