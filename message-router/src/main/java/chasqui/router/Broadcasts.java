package chasqui.router;

import chasqui.link.Link.Offer;
import chasqui.registry.v1.ToRegistryItem;
import io.grpc.Status;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;

/// What every edge is to hear of, of one kind and of late: told to every registry now and to those that come back.
/// Guarded by the core's lock.
final class Broadcasts {

  private record Remembered(ToRegistryItem item, long untilNanos) {}

  private final RouterConfig.Repair config;
  private final RouterOutbound out;
  private final Deque<Remembered> remembered = new ArrayDeque<>();

  Broadcasts(RouterConfig config, RouterOutbound out) {
    this.config = config.repair();
    this.out = out;
  }

  void stored(ToRegistryItem item, Collection<Long> registryLinks, long nowNanos) {
    if (remembered.size() == config.broadcastsMax()) {
      remembered.removeFirst();
    }
    remembered.addLast(new Remembered(item, nowNanos + config.broadcastMemory().toNanos()));
    registryLinks.forEach(link -> tell(link, item));
  }

  void opened(long registryLink) {
    remembered.forEach(broadcast -> tell(registryLink, broadcast.item()));
  }

  void expire(long nowNanos) {
    while (!remembered.isEmpty() && nowNanos - remembered.getFirst().untilNanos() >= 0) {
      remembered.removeFirst();
    }
  }

  private void tell(long registryLink, ToRegistryItem item) {
    if (out.toRegistry(registryLink, item) == Offer.FULL) {
      // It is told when the link is opened again.
      out.endRegistry(registryLink, Status.RESOURCE_EXHAUSTED.withDescription("the link's queue is full"));
    }
  }
}
