package chasqui.discovery;

import java.util.Objects;
import java.util.Set;

/// What a node says of itself to the others.
///
/// @param nodeId the name that stays over restarts
/// @param incarnation a fresh id at every start; an answer by another incarnation is no answer
/// @param address where the node's internal services are: a gRPC target, such as `host:port`, or a name known to the
///     process alone
/// @param roles what it does; never empty
/// @param state where it is in its life
/// @param zone failure domain; empty if unknown
public record NodeRecord(
    String nodeId, String incarnation, String address, Set<Role> roles, NodeState state, String zone) {

  public NodeRecord {
    Objects.requireNonNull(state);
    Objects.requireNonNull(zone);
    if (nodeId.isEmpty() || incarnation.isEmpty() || address.isEmpty() || roles.isEmpty()) {
      throw new IllegalArgumentException("a node needs id, incarnation, address and a role, got " + nodeId);
    }
    roles = Set.copyOf(roles);
  }

  /// The same node in another state.
  public NodeRecord in(NodeState next) {
    return new NodeRecord(nodeId, incarnation, address, roles, next, zone);
  }
}
