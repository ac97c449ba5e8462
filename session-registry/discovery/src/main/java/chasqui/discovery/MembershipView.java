package chasqui.discovery;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/// The nodes as one node sees them at a moment.
///
/// @param version raised by every change; views of one membership are ordered by it
/// @param nodes by node id, ascending
public record MembershipView(long version, List<NodeRecord> nodes) {

  public MembershipView {
    nodes = nodes.stream().sorted(Comparator.comparing(NodeRecord::nodeId)).toList();
  }

  /// The nodes with a role that are ready.
  public List<NodeRecord> ready(Role role) {
    return nodes.stream()
        .filter(node -> node.state() == NodeState.READY && node.roles().contains(role))
        .toList();
  }

  /// The node of that id, in whatever state.
  public Optional<NodeRecord> node(String nodeId) {
    return nodes.stream().filter(node -> node.nodeId().equals(nodeId)).findFirst();
  }
}
