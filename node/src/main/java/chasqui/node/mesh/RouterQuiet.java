package chasqui.node.mesh;

import chasqui.router.MessageRouter;
import java.time.Duration;
import java.util.function.BooleanSupplier;

/// Holds once edges have asked a router nothing for a second and nothing is under way there: they have moved to others, and
/// what follows a commit has followed. Looked at by one thread.
final class RouterQuiet implements BooleanSupplier {

  // Longer than a view takes to reach every edge.
  private static final long QUIET_NANOS = Duration.ofSeconds(1).toNanos();

  private final MessageRouter router;
  private long framesSeen = -1;
  private long sinceNanos;

  RouterQuiet(MessageRouter router) {
    this.router = router;
  }

  @Override
  public boolean getAsBoolean() {
    long now = System.nanoTime();
    long frames = router.framesTaken();
    if (frames != framesSeen || !router.isIdle()) {
      framesSeen = frames;
      sinceNanos = now;
    }
    return now - sinceNanos >= QUIET_NANOS;
  }
}
