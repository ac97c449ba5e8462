package chasqui.discovery;

import java.util.List;
import java.util.Optional;

/// Which node owns a slot: rendezvous hashing, so that a node that comes or goes moves only its own share.
///
/// Ownership is for speed; safety never rests on it (see custody in the mailbox).
public final class Placement {

  private Placement() {}

  /// The owner among these nodes; empty if there is none. Every caller with the same nodes gets the same answer.
  public static Optional<NodeRecord> owner(int slot, List<NodeRecord> nodes) {
    NodeRecord best = null;
    long bestWeight = 0;
    for (NodeRecord node : nodes) {
      long weight = weight(slot, node.nodeId());
      if (best == null || Long.compareUnsigned(weight, bestWeight) > 0) {
        best = node;
        bestWeight = weight;
      }
    }
    return Optional.ofNullable(best);
  }

  private static long weight(int slot, String nodeId) {
    return Slots.mix(Slots.hash(nodeId) + 0x9e3779b97f4a7c15L * (slot + 1L));
  }
}
