package chasqui.mailbox.custody;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLongArray;

/// Which slots are served, and under which epoch. Written by the loop, read by any thread.
final class ServedSlots {

  // The epoch; negative where the slot is not served any more.
  private final AtomicLongArray epochs;
  private final AtomicInteger count = new AtomicInteger();

  ServedSlots(int slots) {
    this.epochs = new AtomicLongArray(slots);
  }

  boolean serves(int slot) {
    return epochs.get(slot) > 0;
  }

  long epoch(int slot) {
    return Math.abs(epochs.get(slot));
  }

  int count() {
    return count.get();
  }

  void serve(int slot, long epoch) {
    if (!serves(slot)) {
      count.incrementAndGet();
    }
    epochs.set(slot, epoch);
  }

  void stop(int slot) {
    if (serves(slot)) {
      count.decrementAndGet();
      epochs.set(slot, -epochs.get(slot));
    }
  }
}
