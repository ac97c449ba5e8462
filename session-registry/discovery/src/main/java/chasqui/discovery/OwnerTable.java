package chasqui.discovery;

import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/// The owner of every slot in one view, worked out once, for look-ups on a hot path.
public final class OwnerTable {

  private final Slots slots;
  private final List<NodeRecord> nodes;
  private final NodeRecord[] bySlot;

  private OwnerTable(Slots slots, List<NodeRecord> nodes) {
    this.slots = slots;
    this.nodes = nodes;
    this.bySlot = new NodeRecord[slots.count()];
    for (int slot = 0; slot < bySlot.length; slot++) {
      bySlot[slot] = Placement.owner(slot, nodes).orElse(null);
    }
  }

  /// The owners among the ready nodes of a role.
  public static OwnerTable of(Slots slots, MembershipView view, Role role) {
    return among(slots, view.ready(role));
  }

  /// The owners among these nodes.
  public static OwnerTable among(Slots slots, List<NodeRecord> nodes) {
    return new OwnerTable(slots, nodes);
  }

  /// No nodes, no owners.
  public static OwnerTable empty(Slots slots) {
    return new OwnerTable(slots, List.of());
  }

  public Optional<NodeRecord> owner(int slot) {
    return Optional.ofNullable(bySlot[slot]);
  }

  /// The owner of the slot of a conversation or user.
  public Optional<NodeRecord> ownerOf(String id) {
    return owner(slots.of(id));
  }

  public Slots slots() {
    return slots;
  }

  /// The nodes that the slots are divided among.
  public List<NodeRecord> nodes() {
    return nodes;
  }

  /// True where both divide the slots among the same incarnations.
  public boolean sameOwners(OwnerTable other) {
    return nodes.size() == other.nodes.size()
        && IntStream.range(0, nodes.size()).allMatch(i -> nodes.get(i).isSameLife(other.nodes.get(i)));
  }
}
