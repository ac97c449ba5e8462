package chasqui.client;

import io.grpc.ManagedChannel;

/// Makes the connections. The default opens one connection per stream, so that the next stream after a drain does not
/// ride on the connection that is going away.
public interface ChannelSource {

  /// A channel for one stream or for unary calls. Callbacks may run on its transport threads (a direct executor).
  ManagedChannel open(Endpoint endpoint);

  /// Gives a channel back when nothing on it is wanted any more; what is still under way may end by itself.
  default void release(ManagedChannel channel) {
    channel.shutdown();
  }
}
