package chasqui.router;

import chasqui.discovery.MembershipView;
import chasqui.discovery.Role;
import chasqui.link.Link.Offer;
import chasqui.router.v1.CompareAll;
import chasqui.router.v1.EdgeHello;
import chasqui.router.v1.Fanout;
import chasqui.router.v1.FromRouterItem;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/// The edges, and the copies on their way to them: one for each edge of a push. Guarded by the core's lock.
final class Edges {

  static final FromRouterItem COMPARE_ALL =
      FromRouterItem.newBuilder().setCompareAll(CompareAll.getDefaultInstance()).build();
  // Incarnations that are gone are forgotten beyond this many, and with them all that names them.
  static final int TARGETS_MAX = 4_096;

  private record Key(String nodeId, String incarnation) {}

  private final int sessionsPerEdgeMax;
  private final RouterOutbound out;
  private final RouterMetrics metrics;
  private final Map<Key, EdgeTarget> byKey = new LinkedHashMap<>();
  // In the order in which they were attached.
  private final Map<Long, EdgeTarget> byLink = new LinkedHashMap<>();
  private final Set<String> knownNodes = new LinkedHashSet<>();
  private final List<EdgeTarget> touched = new ArrayList<>();
  private final Passed passed;
  // The edges in view.
  private Set<Key> living = Set.of();

  Edges(RouterConfig config, RouterOutbound out, RouterMetrics metrics, Passed passed) {
    this.passed = passed;
    this.sessionsPerEdgeMax = config.caches().sessionsPerEdgeMax();
    this.out = out;
    this.metrics = metrics;
  }

  EdgeTarget target(String nodeId, String incarnation) {
    return byKey.computeIfAbsent(
        new Key(nodeId, incarnation), key -> new EdgeTarget(nodeId, incarnation, sessionsPerEdgeMax));
  }

  /// Who is there now.
  void view(MembershipView view) {
    living = view.nodes().stream()
        .filter(node -> node.roles().contains(Role.EDGE))
        .map(node -> new Key(node.nodeId(), node.incarnation()))
        .collect(Collectors.toUnmodifiableSet());
    byKey.values().forEach(this::forgetIfGone);
  }

  // Nobody says of its sessions any more that they are not there. An edge that only its view has lost may come back: what
  // it says then of sessions that are not remembered ends in comparing.
  private void forgetIfGone(EdgeTarget target) {
    if (target.link == EdgeTarget.NO_LINK && !living.contains(new Key(target.nodeId, target.incarnation))) {
      target.forgetUsers();
    }
  }

  /// Those that have a link now.
  Collection<EdgeTarget> attached() {
    return byLink.values();
  }

  EdgeTarget byLink(long link) {
    return byLink.get(link);
  }

  /// True where targets were forgotten, so that whatever names one has to be forgotten too.
  boolean forgetGone() {
    return byKey.size() > TARGETS_MAX && byKey.values().removeIf(target -> target.link == EdgeTarget.NO_LINK);
  }

  /// An edge said who it is. Its newest link is used; one that it opened before stays at hand, since hellos overtake each
  /// other: the newest may be one that the edge has long given up.
  void attached(long link, EdgeHello hello) {
    EdgeTarget target = target(hello.getNodeId(), hello.getIncarnation());
    target.link = link;
    byLink.put(link, target);
    boolean known = !knownNodes.add(hello.getNodeId());
    if (known || target.missed) {
      compare(target);
    }
    if (knownNodes.size() > TARGETS_MAX) {
      knownNodes.remove(knownNodes.iterator().next());
    }
  }

  void broken(long link) {
    EdgeTarget target = byLink.remove(link);
    if (target == null || target.link != link) {
      return;
    }
    target.link = EdgeTarget.NO_LINK;
    byLink.forEach((other, of) -> target.link = of == target ? other : target.link);
    if (target.link != EdgeTarget.NO_LINK) {
      compare(target);
    }
    forgetIfGone(target);
  }

  void compareAll() {
    byKey.values().stream().filter(target -> target.link != EdgeTarget.NO_LINK).forEach(this::compare);
  }

  private void compare(EdgeTarget target) {
    metrics.compared.increment();
    // Where there is no room, the link tells it as soon as there is.
    target.missed = out.fanOut(target.link, COMPARE_ALL) == Offer.CLOSED;
  }

  /// Has a session told; the copy leaves with {@link #send}.
  void tell(EdgeTarget target, long sessionId, Delivery delivery) {
    if (target.link == EdgeTarget.NO_LINK) {
      // It is told to compare when it comes back; if it never does, its sessions are on their way elsewhere.
      target.missed = true;
      metrics.lost("edge_not_attached");
      return;
    }
    if (target.add(delivery, sessionId)) {
      touched.add(target);
    }
  }

  /// Sends the copies put together since the last time.
  void send() {
    if (touched.isEmpty()) {
      return;
    }
    for (EdgeTarget target : touched) {
      for (Fanout copy : target.take()) {
        send(target, copy);
      }
    }
    touched.clear();
  }

  private void send(EdgeTarget target, Fanout copy) {
    Offer offer = target.link == EdgeTarget.NO_LINK
        ? Offer.CLOSED
        : out.fanOut(target.link, FromRouterItem.newBuilder().setFanout(copy).build());
    passed.copied(copy.getConversationId(), copy.getHead(), target, copy.getSessionIdsCount(), offer);
    switch (offer) {
      case ACCEPTED -> {
        metrics.fanouts.increment();
        metrics.sessionsTold.add(copy.getSessionIdsCount());
      }
      // The link itself tells the edge to compare.
      case FULL -> metrics.lost("edge_link_full");
      case CLOSED -> {
        target.missed = true;
        metrics.lost("edge_not_attached");
      }
    }
  }
}
