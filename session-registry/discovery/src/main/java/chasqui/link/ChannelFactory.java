package chasqui.link;

import chasqui.discovery.NodeRecord;
import io.grpc.ManagedChannel;

/// How a node is reached: over an in-process transport or over the network. Channels for links need a direct executor:
/// links never block, and a hop costs more than a frame.
@FunctionalInterface
public interface ChannelFactory {

  /// A new channel to that node's internal services. The caller shuts it down.
  ManagedChannel open(NodeRecord node);
}
