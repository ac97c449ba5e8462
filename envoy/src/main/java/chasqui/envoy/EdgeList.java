package chasqui.envoy;

import chasqui.discovery.MembershipView;
import chasqui.discovery.NodeRecord;
import chasqui.discovery.NodeState;
import chasqui.discovery.Role;
import java.net.UnknownHostException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Makes the list of edges from a view of the membership. Remembers what host names meant, for when they cannot be
/// resolved. For one thread, which may block for look-ups.
final class EdgeList {

  /// Looks a host name up; IP addresses answer at once.
  @FunctionalInterface
  interface Resolver {
    String address(String host) throws UnknownHostException;
  }

  private static final Logger LOG = LoggerFactory.getLogger(EdgeList.class);

  private final Resolver resolver;
  private Map<String, String> known = Map.of();

  EdgeList(Resolver resolver) {
    this.resolver = resolver;
  }

  /// The edges that are given to clients. Empty if the view names none: then it is not believed, and what was known
  /// before goes on, because a membership that lost its source looks the same as one whose last edge went.
  Optional<List<Endpoint>> of(MembershipView view) {
    Map<String, String> resolved = new HashMap<>();
    List<Endpoint> endpoints = view.nodes().stream()
        .filter(EdgeList::isServing)
        .flatMap(node -> endpoint(node, resolved).stream())
        .toList();
    if (endpoints.isEmpty()) {
      return Optional.empty();
    }
    known = resolved;
    return Optional.of(endpoints);
  }

  private static boolean isServing(NodeRecord node) {
    return node.roles().contains(Role.EDGE) && !node.edgeAddress().isEmpty() && node.state() != NodeState.STARTING;
  }

  private Optional<Endpoint> endpoint(NodeRecord node, Map<String, String> resolved) {
    String where = node.edgeAddress();
    int colon = where.lastIndexOf(':');
    try {
      String host = where.substring(0, colon).replaceAll("^\\[|]$", "");
      String address = address(host);
      resolved.put(host, address);
      return Optional.of(new Endpoint(node.nodeId(), node.zone(), address, Integer.parseInt(where.substring(colon + 1)),
          node.state() == NodeState.DRAINING));
    } catch (UnknownHostException | IllegalArgumentException | IndexOutOfBoundsException unusable) {
      LOG.warn("edge {} is left out: its address {} cannot be used ({})", node.nodeId(), where, unusable.getMessage());
      return Optional.empty();
    }
  }

  private String address(String host) throws UnknownHostException {
    try {
      return resolver.address(host);
    } catch (UnknownHostException silent) {
      if (!known.containsKey(host)) {
        throw silent;
      }
      LOG.warn("{} cannot be resolved now, and counts as {} still", host, known.get(host));
      return known.get(host);
    }
  }
}
