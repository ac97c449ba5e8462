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
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.BiFunction;
import java.util.function.Predicate;

/// The owners of slots in one role, as far as there is a link to them: by the view, less the nodes that links show to be
/// out of reach, unless that leaves none. While slots move, the node that the view names may say who serves one still:
/// then it is that. Thread-safe.
///
/// @param <P> what is kept with a link
final class Owners<P> {

  private static final class Linked<P> {
    final NodeRecord node;
    final P peer;
    volatile boolean answered;
    volatile boolean broken;
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
  // Those that are said to serve a slot though the view gives it to another.
  private final AtomicReferenceArray<Linked<P>> elsewhere;

  Owners(Slots slots, Role role, BiFunction<Long, NodeRecord, P> peers) {
    this.role = role;
    this.peers = peers;
    this.table = OwnerTable.empty(slots);
    this.elsewhere = new AtomicReferenceArray<>(slots.count());
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
    forgetElsewhere(linked -> reach.isLost(linked.node, nowNanos));
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
    linked.broken = true;
    byNode.remove(linked.node.nodeId(), linked);
    forgetElsewhere(other -> other == linked);
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
    Linked<P> other = elsewhere.get(slot);
    if (other != null && !other.broken) {
      return other.peer;
    }
    NodeRecord owner = table.owner(slot).orElse(null);
    if (owner == null) {
      return null;
    }
    Linked<P> linked = byNode.get(owner.nodeId());
    return linked != null && linked.node.isSameLife(owner) ? linked.peer : null;
  }

  /// A node that was asked says that it does not serve the slot.
  ///
  /// @param incarnation who does, as far as it knows; else empty
  void served(int slot, String incarnation) {
    boolean isPlaced = table.owner(slot).filter(owner -> owner.incarnation().equals(incarnation)).isPresent();
    elsewhere.set(slot, incarnation.isEmpty() || isPlaced ? null : linkedTo(incarnation));
  }

  private Linked<P> linkedTo(String incarnation) {
    for (Linked<P> linked : byLink.values()) {
      if (linked.answered && linked.node.incarnation().equals(incarnation)) {
        return linked;
      }
    }
    return null;
  }

  private void forgetElsewhere(Predicate<Linked<P>> forgotten) {
    for (int slot = 0; slot < elsewhere.length(); slot++) {
      Linked<P> other = elsewhere.get(slot);
      if (other != null && forgotten.test(other)) {
        elsewhere.compareAndSet(slot, other, null);
      }
    }
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
