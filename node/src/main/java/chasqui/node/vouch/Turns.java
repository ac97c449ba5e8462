package chasqui.node.vouch;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.Executor;

/// What happens on one link, one after another: at once on the caller's thread, or elsewhere where it takes long, and then
/// all that follows it meanwhile too. Steps are handed in by one thread at a time; what waits is bounded by the frames that
/// the link takes in at once.
final class Turns {

  private final Executor elsewhere;
  // Guarded by itself, as is `busy`.
  private final Queue<Runnable> waiting = new ArrayDeque<>();
  private boolean busy;

  /// @param elsewhere for what takes long
  Turns(Executor elsewhere) {
    this.elsewhere = elsewhere;
  }

  /// @param step must not throw
  void take(Runnable step, boolean takesLong) {
    synchronized (waiting) {
      if (busy) {
        waiting.add(step);
        return;
      }
      busy = true;
    }
    if (takesLong) {
      elsewhere.execute(() -> run(step));
    } else {
      run(step);
    }
  }

  private void run(Runnable first) {
    Runnable step = first;
    while (step != null) {
      step.run();
      synchronized (waiting) {
        step = waiting.poll();
        busy = step != null;
      }
    }
  }
}
