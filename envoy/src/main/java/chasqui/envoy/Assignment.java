package chasqui.envoy;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/// A list of edges in Envoy's words: a `DiscoveryResponse` with one `ClusterLoadAssignment`, as JSON.
///
/// @param text the document; the same list gives the same one, whatever its order
record Assignment(String text) {

  private static final int VERSION_BYTES = 8;

  static Assignment of(List<Endpoint> endpoints, Transport transport) {
    Map<String, List<Endpoint>> zones =
        endpoints.stream().collect(Collectors.groupingBy(Endpoint::zone, TreeMap::new, Collectors.toList()));
    String localities = zones.entrySet().stream()
        .map(zone -> locality(zone.getKey(), zone.getValue(), transport)).collect(Collectors.joining(","));
    return new Assignment("{\"version_info\":\"" + version(localities) + "\",\"resources\":[{"
        + "\"@type\":\"type.googleapis.com/envoy.config.endpoint.v3.ClusterLoadAssignment\","
        + "\"cluster_name\":\"edges\",\"endpoints\":[" + localities + "]}]}\n");
  }

  private static String locality(String zone, List<Endpoint> endpoints, Transport transport) {
    String name = zone.isEmpty() ? "" : "\"locality\":{\"zone\":" + quoted(zone) + "},";
    return endpoints.stream().map(endpoint -> entry(endpoint, transport)).sorted()
        .collect(Collectors.joining(",\n ", "\n{" + name + "\"lb_endpoints\":[\n ", "]}"));
  }

  private static String entry(Endpoint endpoint, Transport transport) {
    return "{\"health_status\":\"" + (endpoint.draining() ? "DRAINING" : "HEALTHY") + "\","
        + "\"endpoint\":{\"address\":{\"socket_address\":{\"address\":" + quoted(endpoint.address())
        + ",\"port_value\":" + endpoint.port() + "}}},"
        + "\"metadata\":{\"filter_metadata\":{"
        + "\"envoy.transport_socket_match\":{\"transport\":\"" + of(endpoint, transport).id() + "\"},"
        + "\"chasqui\":{\"node\":" + quoted(endpoint.nodeId()) + "}}}}";
  }

  /// Nothing is sent in the clear to another machine, whatever the operator said.
  private static Transport of(Endpoint endpoint, Transport transport) {
    boolean isHere = endpoint.address().startsWith("127.") || endpoint.address().equals("0:0:0:0:0:0:0:1");
    return isHere ? transport : Transport.TLS;
  }

  private static String version(String content) {
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(content.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest, 0, VERSION_BYTES);
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  private static String quoted(String text) {
    StringBuilder out = new StringBuilder("\"");
    text.chars().forEach(c -> {
      if (c == '"' || c == '\\') {
        out.append('\\').append((char) c);
      } else if (c < 0x20 || c > 0x7e) {
        out.append(String.format(Locale.ROOT, "\\u%04x", c));
      } else {
        out.append((char) c);
      }
    });
    return out.append('"').toString();
  }
}
