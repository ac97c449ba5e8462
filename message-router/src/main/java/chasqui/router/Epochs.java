package chasqui.router;

import java.util.concurrent.atomic.AtomicLongArray;

/// The highest epoch that was seen of each slot. An answer of a lower one is of an owner that was replaced: it may not
/// know what the next one committed, so it counts as none. Thread-safe, without a lock; 8 bytes a slot.
final class Epochs {

  private final AtomicLongArray seen;

  Epochs(int slots) {
    seen = new AtomicLongArray(slots);
  }

  /// An answer for a slot; an outdated one as missing.
  Answer fenced(int slot, Answer answer) {
    return answer instanceof Answer.Given given && isOutdated(slot, given.response().getEpoch())
        ? Answer.Missing.OUTDATED
        : answer;
  }

  // Epoch 0: the request was not taken in, which any node may say.
  private boolean isOutdated(int slot, long epoch) {
    return epoch != 0 && seen.accumulateAndGet(slot, epoch, Math::max) > epoch;
  }
}
