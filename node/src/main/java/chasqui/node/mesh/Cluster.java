package chasqui.node.mesh;

import chasqui.discovery.InMemoryMembership;
import chasqui.discovery.Membership;

/// The nodes that this process is one of.
///
/// @param membership who is there; it stays the caller's
/// @param shared whether there may be other processes, so that this one has to be reachable
public record Cluster(Membership membership, boolean shared) {

  /// A process that is alone.
  public static Cluster alone() {
    return new Cluster(new InMemoryMembership(), false);
  }

  /// A node among others.
  public static Cluster of(Membership membership) {
    return new Cluster(membership, true);
  }
}
