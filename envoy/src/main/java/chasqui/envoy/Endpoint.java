package chasqui.envoy;

import java.util.Objects;

/// An edge as Envoy is told of it.
///
/// @param nodeId its name
/// @param zone failure domain; empty if unknown
/// @param address an IP address: Envoy resolves no names in lists of endpoints
/// @param port 1 to 65,535
/// @param draining gets nothing new; the streams that it has live on
record Endpoint(String nodeId, String zone, String address, int port, boolean draining) {

  Endpoint {
    Objects.requireNonNull(nodeId);
    Objects.requireNonNull(zone);
    Objects.requireNonNull(address);
    if (port < 1 || port > 65_535) {
      throw new IllegalArgumentException("port " + port + " of " + nodeId);
    }
  }
}
