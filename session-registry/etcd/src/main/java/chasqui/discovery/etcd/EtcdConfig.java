package chasqui.discovery.etcd;

import java.time.Duration;
import java.util.List;

/// Where a cluster's node records are.
///
/// @param endpoints `host:port` of the members of etcd, at least one
/// @param cluster the name of the cluster: letters, digits, `.`, `_` and `-`; several may share one etcd
/// @param leaseTtl how long a record stays when its node says nothing: 2 s to 1 min. Shorter makes etcd's own pauses
///     look like deaths, longer keeps the dead in view
public record EtcdConfig(List<String> endpoints, String cluster, Duration leaseTtl) {

  public static final Duration DEFAULT_LEASE_TTL = Duration.ofSeconds(5);

  public EtcdConfig {
    endpoints = List.copyOf(endpoints);
    if (endpoints.isEmpty() || !endpoints.stream().allMatch(endpoint -> endpoint.matches("[^\\s/,]+:[0-9]{1,5}"))) {
      throw new IllegalArgumentException("etcd's endpoints must be HOST:PORT, at least one, got " + endpoints);
    }
    if (!cluster.matches("[A-Za-z0-9._-]{1,64}")) {
      throw new IllegalArgumentException("a cluster's name is 1 to 64 letters, digits, '.', '_' or '-', got " + cluster);
    }
    if (leaseTtl.toMillis() < 2_000 || leaseTtl.toMillis() > 60_000 || leaseTtl.toMillis() % 1_000 != 0) {
      throw new IllegalArgumentException("a lease's TTL is 2 s to 1 min, in whole seconds, got " + leaseTtl);
    }
  }
}
