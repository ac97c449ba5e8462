package chasqui.edge.server;

import chasqui.discovery.MembershipView;
import chasqui.discovery.NodeRecord;
import chasqui.discovery.Placement;
import chasqui.discovery.Role;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/// The links to all nodes of a role, and which of them owns a slot: rendezvous hashing over the ready nodes that
/// have answered on the link that is open. Thread-safe.
///
/// A node that vanished from the view keeps its link until that breaks: a view may be wrong, a link is evidence.
final class Peers<L extends PeerLink> {

  private record Choice<L>(List<NodeRecord> nodes, Map<String, L> byId) {}

  private final Role role;
  private final Function<NodeRecord, L> opener;
  private final Runnable changed;
  private final Map<String, L> links = new ConcurrentHashMap<>();
  private volatile Choice<L> choice = new Choice<>(List.of(), Map.of());
  private volatile MembershipView view = new MembershipView(0, List.of());
  private volatile List<NodeRecord> ready = List.of();
  private boolean closed;

  /// @param opener makes the link to a node, not started
  /// @param changed called whenever owners may have changed; not under a lock
  Peers(Role role, Function<NodeRecord, L> opener, Runnable changed) {
    this.role = role;
    this.opener = opener;
    this.changed = changed;
  }

  /// Takes a view in: links to new nodes are opened, links to former incarnations closed.
  void view(MembershipView next) {
    List<L> started = new ArrayList<>();
    List<L> former = new ArrayList<>();
    synchronized (this) {
      if (closed) {
        return;
      }
      view = next;
      ready = next.ready(role);
      for (NodeRecord node : ready) {
        L known = links.get(node.nodeId());
        if (known == null || !known.node().incarnation().equals(node.incarnation())) {
          L link = opener.apply(node);
          links.put(node.nodeId(), link);
          started.add(link);
          if (known != null) {
            former.add(known);
          }
        }
      }
    }
    former.forEach(PeerLink::close);
    started.forEach(PeerLink::start);
    refresh();
  }

  /// A link opened, was answered or broke.
  void refresh() {
    List<L> gone;
    synchronized (this) {
      gone = links.values().stream()
          .filter(link -> !link.isOpen() && view.node(link.node().nodeId()).isEmpty()).toList();
      gone.forEach(link -> links.remove(link.node().nodeId()));
      List<L> open = links.values().stream().filter(PeerLink::isOpen).toList();
      List<L> owners = open.stream().filter(link -> isReady(link.node())).toList();
      choice = choice(owners.isEmpty() ? open : owners);
    }
    // Outside the lock: a peer in the same process is called straight through.
    gone.forEach(PeerLink::close);
    changed.run();
  }

  /// The owner of a slot, or null where no link is open.
  L owner(int slot) {
    Choice<L> now = choice;
    return switch (now.nodes.size()) {
      case 0 -> null;
      case 1 -> now.byId.get(now.nodes.getFirst().nodeId());
      default -> now.byId.get(Placement.owner(slot, now.nodes).orElseThrow().nodeId());
    };
  }

  /// The owner of a slot among the others, or null where no other link is open.
  L ownerWithout(int slot, L avoided) {
    Choice<L> now = choice;
    List<NodeRecord> others = now.nodes.stream().filter(node -> now.byId.get(node.nodeId()) != avoided).toList();
    return Placement.owner(slot, others).map(node -> now.byId.get(node.nodeId())).orElse(null);
  }

  /// The node that owns a slot by the view alone, in reach or not; empty where none is ready.
  Optional<NodeRecord> ownerByView(int slot) {
    return Placement.owner(slot, ready);
  }

  /// The nodes that own slots now.
  Collection<L> owners() {
    return Set.copyOf(choice.byId.values());
  }

  Collection<L> all() {
    return links.values();
  }

  void close() {
    List<L> ending;
    synchronized (this) {
      closed = true;
      ending = List.copyOf(links.values());
      links.clear();
      choice = new Choice<>(List.of(), Map.of());
    }
    ending.forEach(PeerLink::close);
  }

  private boolean isReady(NodeRecord node) {
    return ready.stream().anyMatch(one -> one.nodeId().equals(node.nodeId()));
  }

  private Choice<L> choice(List<L> candidates) {
    Map<String, L> byId = new ConcurrentHashMap<>();
    candidates.forEach(link -> byId.put(link.node().nodeId(), link));
    return new Choice<>(candidates.stream().map(PeerLink::node).toList(), Map.copyOf(byId));
  }
}
