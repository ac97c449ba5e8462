package chasqui.node;

import chasqui.node.config.ClusterConfig;
import chasqui.node.mesh.Cluster;

/// Finds the other nodes, if there are any.
final class Clusters {

  private Clusters() {}

  /// @throws StartException if they cannot be looked for
  static Cluster join(ClusterConfig config) {
    if (config.enabled()) {
      throw new StartException("cluster.etcd is set, and this release does not find nodes by etcd");
    }
    return Cluster.alone();
  }
}
