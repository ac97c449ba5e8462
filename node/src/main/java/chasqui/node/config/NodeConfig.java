package chasqui.node.config;

import chasqui.discovery.Role;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Set;

/// What concerns the process as a whole.
///
/// @param id the node's name; stays over restarts
/// @param roles what the process does; all, unless it has others beside it
/// @param zone failure domain, told to the others; empty where there is none
/// @param drainDeadline how long streams are still served after they were asked to move
/// @param stopPatience how long the rest of a stop may take, after the drain
public record NodeConfig(String id, Set<Role> roles, String zone, Duration drainDeadline, Duration stopPatience) {

  public static final NodeConfig DEFAULT =
      new NodeConfig("node-1", EnumSet.allOf(Role.class), "", Duration.ofSeconds(10), Duration.ofSeconds(15));

  public NodeConfig {
    if (!id.matches("[a-z0-9][a-z0-9-]{0,62}")) {
      throw new IllegalArgumentException("id must be 1 to 63 of a-z 0-9 -, got `" + id + "`");
    }
    if (roles.isEmpty()) {
      throw new IllegalArgumentException("roles must name at least one");
    }
    if (!zone.matches("[A-Za-z0-9._-]{0,63}")) {
      throw new IllegalArgumentException("zone must be at most 63 of A-Z a-z 0-9 . _ -, got `" + zone + "`");
    }
    if (drainDeadline.isNegative() || stopPatience.isNegative()) {
      throw new IllegalArgumentException("drainDeadline and stopPatience must not be negative");
    }
    roles = Set.copyOf(roles);
  }

  /// Whether this process has the role.
  public boolean has(Role role) {
    return roles.contains(role);
  }
}
