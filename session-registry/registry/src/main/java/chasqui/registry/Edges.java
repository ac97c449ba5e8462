package chasqui.registry;

import chasqui.link.LinkOutbound;
import chasqui.registry.v1.FromRegistryItem;
import chasqui.registry.v1.LinkHello;
import io.grpc.Status;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// The edges by link and by incarnation. Guarded by the directory's lock.
final class Edges {

  private record Key(String nodeId, String incarnation) {}

  private final RegistryConfig config;
  private final LinkOutbound<FromRegistryItem> out;
  private final Map<Key, EdgePeer> byKey = new LinkedHashMap<>();
  private final Map<Long, EdgePeer> byLink = new LinkedHashMap<>();

  Edges(RegistryConfig config, LinkOutbound<FromRegistryItem> out) {
    this.config = config;
    this.out = out;
  }

  EdgePeer byLink(long link) {
    return byLink.get(link);
  }

  Collection<EdgePeer> attached() {
    return List.copyOf(byLink.values());
  }

  EdgePeer attached(long link, LinkHello hello, long nowNanos) {
    Key key = new Key(hello.getNodeId(), hello.getIncarnation());
    for (Map.Entry<Key, EdgePeer> other : byKey.entrySet()) {
      if (other.getKey().nodeId().equals(key.nodeId())) {
        leave(other.getValue(), other.getKey().equals(key) ? nowNanos + config.times().edgeGrace().toNanos() : nowNanos);
      }
    }
    EdgePeer edge = byKey.computeIfAbsent(key, k -> new EdgePeer(k.nodeId(), k.incarnation()));
    edge.link = link;
    byLink.put(link, edge);
    return edge;
  }

  /// Its link is taken over by another of the same node: a link that has not noticed yet that it broke.
  private void leave(EdgePeer edge, long graceUntil) {
    if (edge.link != EdgePeer.NO_LINK) {
      long stale = edge.link;
      byLink.remove(stale);
      edge.link = EdgePeer.NO_LINK;
      out.end(stale, Status.ABORTED.withDescription("the edge opened another link"));
    }
    edge.lose(graceUntil);
  }

  void broken(long link, long nowNanos) {
    EdgePeer edge = byLink.remove(link);
    if (edge != null) {
      edge.link = EdgePeer.NO_LINK;
      edge.lose(nowNanos + config.times().edgeGrace().toNanos());
    }
  }

  /// Up to `max` sessions that were not announced again within the grace.
  List<SessionEntry> lost(long nowNanos, int max) {
    List<SessionEntry> lost = new ArrayList<>();
    for (EdgePeer edge : List.copyOf(byKey.values())) {
      if (edge.losing && nowNanos - edge.graceUntilNanos >= 0) {
        edge.sessions.values().stream().filter(session -> session.lost).limit(max - (long) lost.size()).forEach(lost::add);
        if (lost.size() == max) {
          return lost;
        }
        edge.losing = false;
      }
    }
    return lost;
  }

  /// Forgets incarnations that have neither a link nor sessions.
  void forgetEmpty() {
    byKey.values().removeIf(edge -> edge.link == EdgePeer.NO_LINK && edge.sessions.isEmpty());
  }

  int size() {
    return byKey.size();
  }
}
