package chasqui.node;

import chasqui.discovery.Membership;
import chasqui.discovery.etcd.EtcdConfig;
import chasqui.discovery.etcd.EtcdMembership;
import chasqui.link.ChannelFactory;
import chasqui.link.NodeProbe;
import chasqui.node.config.ClusterConfig;
import chasqui.node.mesh.Cluster;
import java.time.Duration;

/// Finds the other nodes, if there are any.
final class Clusters {

  private static final Duration ETCD_PATIENCE = Duration.ofSeconds(30);
  private static final Duration PROBE_MAX = Duration.ofSeconds(1);

  private Clusters() {}

  /// The cluster that is configured, or this process alone.
  static Cluster of(ClusterConfig config) {
    return config.enabled() ? Cluster.of(channels -> join(config, channels)) : Cluster.alone();
  }

  /// Blocks until etcd was read once: a node that knew nobody could not know that there is no other mailbox, either. Later
  /// outages of etcd are borne.
  private static Membership join(ClusterConfig config, ChannelFactory channels) {
    NodeProbe probe = new NodeProbe(channels, PROBE_MAX);
    EtcdMembership membership =
        new EtcdMembership(new EtcdConfig(config.etcd(), config.name(), config.leaseTtl()), probe::isAlive);
    try {
      if (membership.awaitKnown(ETCD_PATIENCE)) {
        return membership;
      }
      membership.close();
      throw new StartException("etcd at " + String.join(", ", config.etcd()) + " did not answer within "
          + ETCD_PATIENCE.toSeconds() + " s: start it, or set cluster.etcd");
    } catch (InterruptedException hurried) {
      membership.close();
      Thread.currentThread().interrupt();
      throw new StartException("interrupted while waiting for etcd", hurried);
    }
  }
}
