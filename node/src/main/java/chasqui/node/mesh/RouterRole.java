package chasqui.node.mesh;

import chasqui.discovery.NodeRecord;
import chasqui.router.MessageRouter;
import chasqui.router.RouterConfig;

/// mailboxes and registries ⇄ router ← links of edges.
final class RouterRole {

  private RouterRole() {}

  /// A router that opens its links, once started, as the membership names their ends.
  static MessageRouter assemble(RouterConfig config, NodeRecord self, MeshParts parts) {
    return new MessageRouter(self, parts.slots(), config, parts.membership(), parts.links(), parts.meter());
  }
}
