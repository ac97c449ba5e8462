package chasqui.discovery.etcd;

import chasqui.cluster.v1.NodeRole;
import chasqui.discovery.NodeRecord;
import chasqui.discovery.NodeState;
import chasqui.discovery.Role;
import com.google.protobuf.InvalidProtocolBufferException;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Node records as they are stored.
final class NodeCodec {

  private static final Logger LOG = LoggerFactory.getLogger(NodeCodec.class);

  private NodeCodec() {}

  static byte[] encode(NodeRecord node) {
    chasqui.cluster.v1.NodeRecord.Builder stored = chasqui.cluster.v1.NodeRecord.newBuilder()
        .setNodeId(node.nodeId())
        .setIncarnation(node.incarnation())
        .setAddress(node.address())
        .setState(stored(node.state()))
        .setZone(node.zone())
        .setVersion(node.version())
        .setEdgeAddress(node.edgeAddress());
    node.roles().stream().sorted().map(NodeCodec::stored).forEach(stored::addRoles);
    return stored.build().toByteArray();
  }

  /// The record; empty for what is none, or has nothing that this release knows of.
  static Optional<NodeRecord> decode(byte[] bytes) {
    try {
      chasqui.cluster.v1.NodeRecord stored = chasqui.cluster.v1.NodeRecord.parseFrom(bytes);
      return Optional.of(new NodeRecord(
          stored.getNodeId(), stored.getIncarnation(), stored.getAddress(), roles(stored), state(stored.getState()),
          stored.getZone(), stored.getVersion(), stored.getEdgeAddress()));
    } catch (InvalidProtocolBufferException | IllegalArgumentException unreadable) {
      LOG.warn("a node record is left out: {}", unreadable.getMessage());
      return Optional.empty();
    }
  }

  private static Set<Role> roles(chasqui.cluster.v1.NodeRecord stored) {
    Set<Role> roles = EnumSet.noneOf(Role.class);
    for (NodeRole role : stored.getRolesList()) {
      switch (role) {
        case NODE_ROLE_EDGE -> roles.add(Role.EDGE);
        case NODE_ROLE_ROUTER -> roles.add(Role.ROUTER);
        case NODE_ROLE_MAILBOX -> roles.add(Role.MAILBOX);
        case NODE_ROLE_REGISTRY -> roles.add(Role.REGISTRY);
        case NODE_ROLE_UNSPECIFIED, UNRECOGNIZED -> {}
      }
    }
    return roles;
  }

  private static NodeRole stored(Role role) {
    return switch (role) {
      case EDGE -> NodeRole.NODE_ROLE_EDGE;
      case ROUTER -> NodeRole.NODE_ROLE_ROUTER;
      case MAILBOX -> NodeRole.NODE_ROLE_MAILBOX;
      case REGISTRY -> NodeRole.NODE_ROLE_REGISTRY;
    };
  }

  // An unknown state is of a newer release: such a node is given nothing, as one that starts.
  private static NodeState state(chasqui.cluster.v1.NodeState state) {
    return switch (state) {
      case NODE_STATE_READY -> NodeState.READY;
      case NODE_STATE_DRAINING -> NodeState.DRAINING;
      case NODE_STATE_STARTING, NODE_STATE_UNSPECIFIED, UNRECOGNIZED -> NodeState.STARTING;
    };
  }

  private static chasqui.cluster.v1.NodeState stored(NodeState state) {
    return switch (state) {
      case STARTING -> chasqui.cluster.v1.NodeState.NODE_STATE_STARTING;
      case READY -> chasqui.cluster.v1.NodeState.NODE_STATE_READY;
      case DRAINING -> chasqui.cluster.v1.NodeState.NODE_STATE_DRAINING;
    };
  }
}
