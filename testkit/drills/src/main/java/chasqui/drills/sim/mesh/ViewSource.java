package chasqui.drills.sim.mesh;

import chasqui.discovery.Membership;
import chasqui.discovery.NodeRecord;
import chasqui.testkit.sim.SimNode;

/// What tells the nodes of a mesh of each other.
interface ViewSource {

  /// The view of this incarnation of a node, empty at first.
  Membership viewOf(SimNode node);

  /// Says what this incarnation of a node is, for as long as it lives; replaces what it said before.
  void announce(SimNode node, NodeRecord record);

  /// Takes a living node's lease away, and hears nothing of it for a while.
  default void loseLease(String nodeId, long forNanos) {
    throw new UnsupportedOperationException("these views forget nobody");
  }

  /// Forgets everything, and hears nothing for a while.
  default void empty(long forNanos) {
    throw new UnsupportedOperationException("these views forget nobody");
  }
}
