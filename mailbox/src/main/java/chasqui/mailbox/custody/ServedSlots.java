package chasqui.mailbox.custody;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Which slots are served here, and under which epoch; of the others, by whom. Written by the loop, read by any thread.
final class ServedSlots {

  private static final Logger LOG = LoggerFactory.getLogger(ServedSlots.class);

  // The epoch; negative where the slot is not served any more.
  private final AtomicLongArray epochs;
  // Whom rows named when they were last read; null if nobody, or this incarnation.
  private final AtomicReferenceArray<String> others;
  // Not 0 where somebody asked for a slot that is not served here, and its row was not looked at since.
  private final AtomicIntegerArray missed;
  private final AtomicInteger count = new AtomicInteger();
  // The loop's.
  private int told;

  ServedSlots(int slots) {
    this.epochs = new AtomicLongArray(slots);
    this.others = new AtomicReferenceArray<>(slots);
    this.missed = new AtomicIntegerArray(slots);
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

  /// The incarnation that serves the slot, if that is another, as far as is known; else empty.
  String servedBy(int slot) {
    String other = others.get(slot);
    return other == null ? "" : other;
  }

  /// A row was read, or changed from here.
  ///
  /// @param incarnation whom it names; empty if nobody, or us
  void named(int slot, String incarnation) {
    others.set(slot, incarnation.isEmpty() ? null : incarnation);
  }

  /// Somebody asked for a slot that is not served here; true for the first since [#looked].
  boolean miss(int slot) {
    return missed.get(slot) == 0 && missed.compareAndSet(slot, 0, 1);
  }

  /// The row is looked at.
  void looked(int slot) {
    missed.set(slot, 0);
  }

  void serve(int slot, long epoch) {
    others.set(slot, null);
    if (!serves(slot)) {
      count.incrementAndGet();
    }
    epochs.set(slot, epoch);
  }

  /// Logs how many are served, if that is another number than when this was called last.
  void tellChange() {
    if (count() != told) {
      told = count();
      LOG.info("{} of {} slots are served here", told, epochs.length());
    }
  }

  void stop(int slot) {
    if (serves(slot)) {
      count.decrementAndGet();
      epochs.set(slot, -epochs.get(slot));
    }
  }
}
