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
/// @param version the release that runs; empty if unknown
/// @param edgeAddress where clients reach the edge, as `host:port`; empty where the node is no edge, or its edge is not
///     to be given to whoever spreads clients
public record NodeRecord(
    String nodeId, String incarnation, String address, Set<Role> roles, NodeState state, String zone, String version,
    String edgeAddress) {

  public NodeRecord {
    Objects.requireNonNull(state);
    Objects.requireNonNull(zone);
    Objects.requireNonNull(version);
    Objects.requireNonNull(edgeAddress);
    if (nodeId.isEmpty() || incarnation.isEmpty() || address.isEmpty() || roles.isEmpty()) {
      throw new IllegalArgumentException("a node needs id, incarnation, address and a role, got " + nodeId);
    }
    roles = Set.copyOf(roles);
  }

  /// A node of unknown version whose edge, if it is one, is given to nobody.
  public NodeRecord(
      String nodeId, String incarnation, String address, Set<Role> roles, NodeState state, String zone) {
    this(nodeId, incarnation, address, roles, state, zone, "", "");
  }

  /// The same node in another state.
  public NodeRecord in(NodeState next) {
    return new NodeRecord(nodeId, incarnation, address, roles, next, zone, version, edgeAddress);
  }

  /// The same node, running that release.
  public NodeRecord ofVersion(String release) {
    return new NodeRecord(nodeId, incarnation, address, roles, state, zone, release, edgeAddress);
  }

  /// The same node, whose clients come to `hostAndPort`.
  public NodeRecord withEdgeAt(String hostAndPort) {
    return new NodeRecord(nodeId, incarnation, address, roles, state, zone, version, hostAndPort);
  }

  /// Whether both are the same life of the same node.
  public boolean isSameLife(NodeRecord other) {
    return nodeId.equals(other.nodeId) && incarnation.equals(other.incarnation);
  }
}
