package chasqui.presence;

import chasqui.link.Link.Offer;
import chasqui.presence.v1.FromPresenceItem;
import io.grpc.Status;

/// What presence says on its links. `send` and `end` are called under its lock and must call nobody back: they queue.
/// `flush` is called without it.
public interface PresenceOutbound {

  /// Queues an item for an edge, unless the link has other things to do: then it is offered again later.
  Offer send(long link, FromPresenceItem item);

  /// Ends the link of an edge.
  void end(long link, Status why);

  /// Writes what was queued.
  void flush();
}
