package chasqui.node.config;

import java.time.Duration;
import java.util.List;

/// The others.
///
/// @param etcd where etcd listens, `HOST:PORT` each; empty: this process is alone
/// @param name what its keys in etcd begin with, so that one etcd may serve several clusters
/// @param leaseTtl after how much silence etcd forgets a node
public record ClusterConfig(List<String> etcd, String name, Duration leaseTtl) {

  public static final ClusterConfig DEFAULT = new ClusterConfig(List.of(), "chasqui", Duration.ofSeconds(5));

  public ClusterConfig {
    etcd = HostPorts.require("etcd", etcd);
    if (!name.matches("[a-z0-9][a-z0-9-]{0,62}")) {
      throw new IllegalArgumentException("name must be 1 to 63 of a-z 0-9 -, got `" + name + "`");
    }
    if (leaseTtl.toSeconds() < 2 || leaseTtl.toSeconds() > 60 || leaseTtl.getNano() != 0) {
      throw new IllegalArgumentException("leaseTtl must be 2 to 60 whole seconds, got " + leaseTtl);
    }
  }

  /// Whether there may be other nodes.
  public boolean enabled() {
    return !etcd.isEmpty();
  }
}
