package chasqui.testkit.sim;

import java.util.ArrayList;
import java.util.List;

/// One direction between two nodes: its shape, its faults and its own randomness.
final class SimLink {
  /// What TCP waits before it sends a lost segment again.
  static final long RETRANSMIT_NANOS = 200_000_000;

  private final SimRandom random;
  private final List<Runnable> waiting = new ArrayList<>();
  private Shape shape;
  private int blocks;

  SimLink(SimRandom random, Shape shape) {
    this.random = random;
    this.shape = shape;
  }

  void shape(Shape shape) {
    this.shape = shape;
  }

  boolean isBlocked() {
    return blocks > 0;
  }

  /// Faults may overlap: a link is open again when each of them has ended.
  void block() {
    blocks++;
  }

  void unblock() {
    if (blocks > 0 && --blocks == 0) {
      resume();
    }
  }

  void heal() {
    blocks = 0;
    resume();
  }

  private void resume() {
    List<Runnable> resumed = List.copyOf(waiting);
    waiting.clear();
    resumed.forEach(Runnable::run);
  }

  /// Runs `task` when the link is open again.
  void whenOpen(Runnable task) {
    waiting.add(task);
  }

  long delayNanos() {
    return random.between(shape.delayMinNanos(), shape.delayMaxNanos());
  }

  /// The delay of a frame on a connection, which is never lost but may have to be sent again, with growing waits.
  long streamDelayNanos() {
    long delay = delayNanos();
    for (int tries = 0; tries < 8 && random.chance(shape.dropRate()); tries++) {
      delay += RETRANSMIT_NANOS << tries;
    }
    return delay;
  }

  boolean drops() {
    return random.chance(shape.dropRate());
  }

  boolean duplicates() {
    return random.chance(shape.duplicateRate());
  }

  /// How many of the frames in flight still arrive when their sender dies.
  int survivors(int inFlight) {
    return random.nextInt(inFlight + 1);
  }
}
