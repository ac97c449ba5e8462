package chasqui.client;

import chasqui.edge.v1.ClientFrame;
import chasqui.edge.v1.ServerFrame;

/// Sees every frame as it is on the wire, before the client has thought about it: duplicates that the client hides are
/// seen here. Called in order for each stream; must not block. `Hello` and `TokenRefresh` carry the token.
public interface FrameTap {

  /// A frame was handed to gRPC.
  default void sent(long connectNumber, ClientFrame frame) {}

  /// A frame arrived.
  default void received(long connectNumber, ServerFrame frame) {}
}
