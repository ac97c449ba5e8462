package chasqui.router;

import chasqui.link.Link.Offer;
import chasqui.mailbox.v1.MailboxRequest;
import chasqui.registry.v1.ToRegistryItem;
import chasqui.router.v1.FromRouterItem;
import io.grpc.Status;

/// What the router says on its links. All but `flush` may be called under the core's lock, and must call nobody back:
/// they queue. `flush` is called without it.
public interface RouterOutbound {

  /// Queues an answer or control item for an edge.
  Offer toEdge(long link, FromRouterItem item);

  /// Queues a fan-out for an edge; dropped when the link is full, in which case the edge is told to compare instead,
  /// after what was queued before.
  Offer fanOut(long link, FromRouterItem fanout);

  /// Queues something ephemeral for an edge; the first to be dropped, and nobody is told.
  Offer ephemeral(long link, FromRouterItem item);

  /// Queues a request for a mailbox.
  Offer toMailbox(long link, MailboxRequest request);

  /// Queues an item for a registry.
  Offer toRegistry(long link, ToRegistryItem item);

  /// Ends the link of an edge.
  void endEdge(long link, Status why);

  /// Ends the link to a registry; it is opened again.
  void endRegistry(long link, Status why);

  /// Writes what was queued.
  void flush();
}
