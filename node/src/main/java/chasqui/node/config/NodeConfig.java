package chasqui.node.config;

import java.time.Duration;

/// What concerns the process as a whole.
///
/// @param id the node's name; stays over restarts
/// @param drainDeadline how long streams are still served after they were asked to move
/// @param stopPatience how long the rest of a stop may take, after the drain
public record NodeConfig(String id, Duration drainDeadline, Duration stopPatience) {

  public static final NodeConfig DEFAULT = new NodeConfig("node-1", Duration.ofSeconds(10), Duration.ofSeconds(15));

  public NodeConfig {
    if (!id.matches("[a-z0-9][a-z0-9-]{0,62}")) {
      throw new IllegalArgumentException("id must be 1 to 63 of a-z 0-9 -, got `" + id + "`");
    }
    if (drainDeadline.isNegative() || stopPatience.isNegative()) {
      throw new IllegalArgumentException("drainDeadline and stopPatience must not be negative");
    }
  }
}
