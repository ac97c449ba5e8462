package chasqui.router;

import chasqui.discovery.MembershipView;
import chasqui.discovery.NodeRecord;
import chasqui.discovery.OwnerTable;
import chasqui.discovery.Role;
import chasqui.discovery.Slots;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.BiFunction;

/// The owners of slots in one role, as far as there is a link to them: by the view, less the nodes that links show to be
/// out of reach, unless that leaves none. Thread-safe.
///
/// @param <P> what is kept with a link
final class Owners<P> {

  private static final class Linked<P> {
    final NodeRecord node;
    final P peer;
    volatile boolean answered;
    // When the last frame came; of no meaning before the first.
    volatile long heardNanos;

    Linked(NodeRecord node, P peer) {
      this.node = node;
      this.peer = peer;
    }
  }

  private final Role role;
  private final BiFunction<Long, NodeRecord, P> peers;
  private final ConcurrentHashMap<String, Linked<P>> byNode = new ConcurrentHashMap<>();
  private final ConcurrentSkipListMap<Long, Linked<P>> byLink = new ConcurrentSkipListMap<>();
  // Both guarded by `this`.
  private final Reach reach = new Reach();
  private List<NodeRecord> ready = List.of();
  private volatile OwnerTable table;

  Owners(Slots slots, Role role, BiFunction<Long, NodeRecord, P> peers) {
    this.role = role;
    this.peers = peers;
    this.table = OwnerTable.empty(slots);
  }

  /// True where slots have other owners now.
  synchronized boolean view(MembershipView view, long nowNanos) {
    ready = view.ready(role);
    reach.ready(ready, nowNanos);
    // A link may have been answered before the node was in view.
    byLink.values().stream().filter(linked -> linked.answered).forEach(linked -> reach.answered(linked.node));
    return divide(nowNanos);
  }

  /// True where slots have other owners now: time alone shows that a node is out of reach.
  synchronized boolean tick(long nowNanos) {
    return divide(nowNanos);
  }

  private boolean divide(long nowNanos) {
    List<NodeRecord> inReach = ready.stream().filter(node -> !reach.isLost(node, nowNanos)).toList();
    List<NodeRecord> nodes = inReach.isEmpty() ? ready : inReach;
    if (nodes.equals(table.nodes())) {
      return false;
    }
    OwnerTable next = OwnerTable.among(table.slots(), nodes);
    boolean changed = !next.sameOwners(table);
    table = next;
    return changed;
  }

  P opened(long link, NodeRecord node) {
    P peer = peers.apply(link, node);
    Linked<P> linked = new Linked<>(node, peer);
    byLink.put(link, linked);
    byNode.put(node.nodeId(), linked);
    return peer;
  }

  /// Something came on a link; true where slots have other owners by that.
  boolean heard(long link, long nowNanos) {
    Linked<P> linked = byLink.get(link);
    if (linked == null) {
      return false;
    }
    linked.heardNanos = nowNanos;
    if (linked.answered) {
      return false;
    }
    synchronized (this) {
      linked.answered = true;
      reach.answered(linked.node);
      return divide(nowNanos);
    }
  }

  boolean isAnswered(long link) {
    Linked<P> linked = byLink.get(link);
    return linked != null && linked.answered;
  }

  /// What was kept with the link; null if it is not known. [#tick] tells what follows for slots.
  P broken(long link, long nowNanos) {
    Linked<P> linked = byLink.remove(link);
    if (linked == null) {
      return null;
    }
    byNode.remove(linked.node.nodeId(), linked);
    synchronized (this) {
      if (linked.answered) {
        reach.broken(linked.node, linked.heardNanos, nowNanos);
      } else {
        reach.refused(linked.node);
      }
    }
    return linked.peer;
  }

  P byLink(long link) {
    Linked<P> linked = byLink.get(link);
    return linked == null ? null : linked.peer;
  }

  /// The peer that owns the slot, reached over a link to exactly that incarnation; null where there is none.
  P ownerOf(int slot) {
    NodeRecord owner = table.owner(slot).orElse(null);
    if (owner == null) {
      return null;
    }
    Linked<P> linked = byNode.get(owner.nodeId());
    return linked != null && linked.node.isSameLife(owner) ? linked.peer : null;
  }

  P ownerOf(String id) {
    return ownerOf(table.slots().of(id));
  }

  /// The ready nodes that are out of reach, of which others are told.
  synchronized List<NodeRecord> lost(long nowNanos) {
    return ready.stream().filter(node -> reach.isReported(node, nowNanos)).toList();
  }

  /// The peers of links that were never answered, of nodes that own nothing for that.
  synchronized List<P> leftOut(long nowNanos) {
    return byLink.values().stream()
        .filter(linked -> !linked.answered && reach.isLost(linked.node, nowNanos))
        .filter(linked -> table.nodes().stream().noneMatch(linked.node::isSameLife))
        .map(linked -> linked.peer)
        .toList();
  }

  /// True where slots have owners at all.
  boolean any() {
    return !table.nodes().isEmpty();
  }

  Slots slots() {
    return table.slots();
  }

  /// All peers, in the order in which their links were opened.
  Collection<P> all() {
    return byLink.values().stream().map(linked -> linked.peer).toList();
  }
}
