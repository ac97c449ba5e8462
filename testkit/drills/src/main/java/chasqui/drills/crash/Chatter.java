package chasqui.drills.crash;

import chasqui.client.OutboxFullException;
import chasqui.drills.fleet.DrillDevice;
import chasqui.drills.fleet.Latencies;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/// A client that always has a few messages under way, to its conversations in turn, until told to stop. Thread-safe.
final class Chatter {

  private final DrillDevice device;
  private final List<String> conversations;
  private final Latencies latencies;
  private final AtomicBoolean stopping;
  private final AtomicLong number = new AtomicLong();
  private final AtomicInteger underWay = new AtomicInteger();

  /// @param stopping shared by all chatters of a loop
  Chatter(DrillDevice device, List<String> conversations, Latencies latencies, AtomicBoolean stopping) {
    this.device = device;
    this.conversations = List.copyOf(conversations);
    this.latencies = latencies;
    this.stopping = stopping;
  }

  void begin(int inFlight) {
    for (int i = 0; i < inFlight; i++) {
      underWay.incrementAndGet();
      next();
    }
  }

  private void next() {
    if (stopping.get()) {
      underWay.decrementAndGet();
      return;
    }
    long n = number.incrementAndGet();
    long start = System.nanoTime();
    device.client()
        .sendText(conversations.get((int) (n % conversations.size())), "message " + n + " of " + device.name())
        .whenComplete((_, failure) -> settled(start, failure));
  }

  private void settled(long start, Throwable failure) {
    Throwable cause = failure instanceof CompletionException wrapped ? wrapped.getCause() : failure;
    if (cause == null) {
      latencies.took(start, System.nanoTime());
    } else if (!(cause instanceof OutboxFullException)) {
      // A refusal is in the history; going on would only repeat it.
      underWay.decrementAndGet();
      return;
    }
    next();
  }

  boolean idle() {
    return underWay.get() == 0;
  }
}
