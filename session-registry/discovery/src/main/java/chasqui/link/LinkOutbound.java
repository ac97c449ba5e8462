package chasqui.link;

import io.grpc.Status;

/// What a [LinkCore] says to the openers of links. All but `flush` may be called under its lock and call nobody back: they
/// queue. `flush` is called without it.
///
/// @param <I> what is sent
public interface LinkOutbound<I> {

  /// Queues an item; `CLOSED` where there is no such link.
  Link.Offer enqueue(long link, I item);

  /// Queues an item unless the link has other things to do; `CLOSED` where there is no such link.
  Link.Offer enqueueEphemeral(long link, I item);

  /// Ends a link; its opener is told `why`.
  void end(long link, Status why);

  /// Writes what was queued.
  void flush();
}
