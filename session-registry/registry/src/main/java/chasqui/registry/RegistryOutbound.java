package chasqui.registry;

import chasqui.link.Link.Offer;
import chasqui.registry.v1.FromRegistryItem;
import io.grpc.Status;

/// What the directory says to the openers of links.
///
/// `send` and `end` are called under the directory's lock and must call nobody back: they queue. `flush` is called
/// without it.
public interface RegistryOutbound {

  /// Queues an item on a link.
  Offer send(long link, FromRegistryItem item);

  /// Ends a link; the directory has forgotten it already.
  void end(long link, Status why);

  /// Writes what was queued.
  void flush();
}
