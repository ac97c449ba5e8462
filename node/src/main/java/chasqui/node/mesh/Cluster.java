package chasqui.node.mesh;

import chasqui.discovery.InMemoryMembership;
import chasqui.discovery.Membership;
import chasqui.link.ChannelFactory;
import java.util.function.Function;

/// The nodes that this process is one of.
///
/// @param shared whether there may be other processes, so that this one has to be reachable
/// @param join finds who is there, given how nodes are reached; what it returns is closed with the node
public record Cluster(boolean shared, Function<ChannelFactory, Membership> join) {

  /// A process that is alone.
  public static Cluster alone() {
    return new Cluster(false, _ -> new InMemoryMembership());
  }

  /// A node among others.
  public static Cluster of(Function<ChannelFactory, Membership> join) {
    return new Cluster(true, join);
  }
}
