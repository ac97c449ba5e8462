package chasqui.link;

import io.grpc.Status;

/// What comes in on a link. Calls are serial; none may block: they run on the transport's thread.
public interface LinkListener<R> {

  /// A frame of the peer; an empty one says only that the peer is there. The next one is asked for when this returns.
  void onFrame(R frame);

  /// The link is no more. Called once; nothing comes after it.
  void onBroken(Status why);
}
