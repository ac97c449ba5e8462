package chasqui.node.mesh;

import chasqui.discovery.Membership;
import chasqui.discovery.NodeRecord;
import chasqui.discovery.NodeState;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What this node tells the others of itself, from its start to its end. Thread-safe.
final class Standing {

  private static final Logger LOG = LoggerFactory.getLogger(Standing.class);
  private static final Duration LOOK_EVERY = Duration.ofMillis(50);

  private final Membership membership;
  private final ScheduledExecutorService timers;
  private final CompletableFuture<Void> ready = new CompletableFuture<>();
  // Guarded by `this`, as is what is told, so that the last word is the last.
  private NodeRecord self;
  private ScheduledFuture<?> looks;

  Standing(Membership membership, ScheduledExecutorService timers, NodeRecord self) {
    this.membership = membership;
    this.timers = timers;
    this.self = self;
    membership.announce(self);
  }

  synchronized NodeRecord self() {
    return self;
  }

  /// Completes once the others are told that this node is ready; never if it leaves before.
  CompletableFuture<Void> ready() {
    return ready;
  }

  /// Where clients reach the edge; told with the next word.
  synchronized void edgeAt(String address) {
    self = self.withEdgeAt(address);
  }

  /// Says that it is ready as soon as `condition` holds, which is quick and never blocks.
  synchronized void readyOnce(BooleanSupplier condition) {
    if (!become(condition)) {
      LOG.info("waiting for the nodes that this one needs");
      looks = timers.scheduleWithFixedDelay(
          () -> become(condition), LOOK_EVERY.toMillis(), LOOK_EVERY.toMillis(), TimeUnit.MILLISECONDS);
    }
  }

  private synchronized boolean become(BooleanSupplier condition) {
    if (self.state() != NodeState.STARTING) {
      return true;
    }
    if (!condition.getAsBoolean()) {
      return false;
    }
    tell(NodeState.READY);
    ready.complete(null);
    return true;
  }

  /// Says that it leaves: nothing new is given to it.
  synchronized void draining() {
    tell(NodeState.DRAINING);
  }

  /// Takes itself out.
  synchronized void gone() {
    stopLooking();
    membership.withdraw(self.nodeId());
  }

  private void tell(NodeState next) {
    stopLooking();
    self = self.in(next);
    membership.announce(self);
  }

  private void stopLooking() {
    if (looks != null) {
      looks.cancel(false);
      looks = null;
    }
  }
}
