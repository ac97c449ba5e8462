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

/// The owners of slots in one role, as far as there is a link to them. Thread-safe.
///
/// @param <P> what is kept with a link
final class Owners<P> {

  private record Linked<P>(String incarnation, long link, P peer) {}

  private final Role role;
  private final BiFunction<Long, NodeRecord, P> peers;
  private final ConcurrentHashMap<String, Linked<P>> byNode = new ConcurrentHashMap<>();
  private final ConcurrentSkipListMap<Long, P> byLink = new ConcurrentSkipListMap<>();
  private volatile OwnerTable table;

  Owners(Slots slots, Role role, BiFunction<Long, NodeRecord, P> peers) {
    this.role = role;
    this.peers = peers;
    this.table = OwnerTable.empty(slots);
  }

  /// True where slots have other owners now.
  boolean view(MembershipView view) {
    OwnerTable next = OwnerTable.of(table.slots(), view, role);
    boolean changed = !next.sameOwners(table);
    table = next;
    return changed;
  }

  P opened(long link, NodeRecord node) {
    P peer = peers.apply(link, node);
    byLink.put(link, peer);
    byNode.put(node.nodeId(), new Linked<>(node.incarnation(), link, peer));
    return peer;
  }

  /// What was kept with the link; null if it is not known.
  P broken(long link) {
    byNode.values().removeIf(linked -> linked.link() == link);
    return byLink.remove(link);
  }

  P byLink(long link) {
    return byLink.get(link);
  }

  /// The peer that owns the slot, reached over a link to exactly that incarnation; null where there is none.
  P ownerOf(int slot) {
    NodeRecord owner = table.owner(slot).orElse(null);
    if (owner == null) {
      return null;
    }
    Linked<P> linked = byNode.get(owner.nodeId());
    return linked != null && linked.incarnation().equals(owner.incarnation()) ? linked.peer() : null;
  }

  P ownerOf(String id) {
    return ownerOf(table.slots().of(id));
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
    return List.copyOf(byLink.values());
  }
}
