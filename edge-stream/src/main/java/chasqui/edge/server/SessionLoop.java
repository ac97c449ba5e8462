package chasqui.edge.server;

import chasqui.edge.session.DeliveryRing;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

/// The one executor of some sessions, and its clock. Ticks go round its sessions a slice at a time: no timer per session.
final class SessionLoop {

  /// A sweep comes that often for each session's tick, about once a second.
  static final int SLICES = 8;
  static final long SLICE_MILLIS = 1000 / SLICES;

  private final Executor executor;
  private final BooleanSupplier inline;
  private final LongSupplier nanoTime;
  // Only on the loop.
  private final List<GrpcStream> streams = new ArrayList<>();
  private int next;
  private final DeliveryRing ring;

  /// @param inline whether the caller may go on at once: it is on the loop, and not within an event of a session
  SessionLoop(Executor executor, BooleanSupplier inline, LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
    this.executor = executor;
    this.inline = inline;
    this.ring = new DeliveryRing(nowMillis());
  }

  /// What was written and acked lately. Only on the loop.
  DeliveryRing ring() {
    return ring;
  }

  /// The streams of this loop. Only on the loop.
  List<GrpcStream> streams() {
    return streams;
  }

  boolean mayGoOn() {
    return inline.getAsBoolean();
  }

  /// Runs a task on the loop, after those handed in before. Any thread.
  void execute(Runnable task) {
    try {
      executor.execute(task);
    } catch (RejectedExecutionException stopped) {
      // The node stops: its streams are gone, and nobody waits for this.
    }
  }

  /// Milliseconds that only go forward; the same clock for all loops.
  long nowMillis() {
    return nanoTime.getAsLong() / 1_000_000;
  }

  void add(GrpcStream stream) {
    stream.index = streams.size();
    streams.add(stream);
  }

  void remove(GrpcStream stream) {
    int at = stream.index;
    if (at < 0 || streams.get(at) != stream) {
      return;
    }
    GrpcStream last = streams.removeLast();
    if (last != stream) {
      streams.set(at, last);
      last.index = at;
    }
    stream.index = -1;
  }

  /// Ticks the next slice.
  void sweep() {
    long nowMillis = nowMillis();
    int count = (streams.size() + SLICES - 1) / SLICES;
    for (int i = 0; i < count && !streams.isEmpty(); i++) {
      if (next >= streams.size()) {
        next = 0;
      }
      streams.get(next++).tick(nowMillis);
    }
  }
}
