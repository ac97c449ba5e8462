package chasqui.discovery;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class PlacementTest {

  private static NodeRecord node(String id, Role role, NodeState state) {
    return new NodeRecord(id, id + "-1", "address-" + id, Set.of(role), state, "");
  }

  private static List<NodeRecord> nodes(int count) {
    List<NodeRecord> nodes = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      nodes.add(node("node-" + i, Role.MAILBOX, NodeState.READY));
    }
    return nodes;
  }

  @Test
  void without_nodes_there_is_no_owner() {
    assertEquals(Optional.empty(), Placement.owner(7, List.of()));
  }

  @Test
  void the_order_of_the_nodes_does_not_matter() {
    List<NodeRecord> nodes = nodes(5);
    List<NodeRecord> shuffled = new ArrayList<>(nodes);
    Collections.shuffle(shuffled, new Random(3));
    for (int slot = 0; slot < 1024; slot++) {
      assertEquals(Placement.owner(slot, nodes), Placement.owner(slot, shuffled));
    }
  }

  @Test
  void slots_are_shared_evenly() {
    List<NodeRecord> nodes = nodes(4);
    int[] owned = new int[4];
    for (int slot = 0; slot < 1024; slot++) {
      owned[nodes.indexOf(Placement.owner(slot, nodes).orElseThrow())]++;
    }
    for (int share : owned) {
      assertTrue(share > 180 && share < 340, "a share of " + share);
    }
  }

  @Test
  void a_node_that_goes_moves_only_its_own_slots() {
    List<NodeRecord> before = nodes(4);
    List<NodeRecord> after = before.subList(0, 3);
    for (int slot = 0; slot < 1024; slot++) {
      NodeRecord owner = Placement.owner(slot, before).orElseThrow();
      if (after.contains(owner)) {
        assertEquals(owner, Placement.owner(slot, after).orElseThrow());
      }
    }
  }

  @Test
  void the_table_says_what_placement_says_about_ready_nodes_of_the_role() {
    Slots slots = new Slots(64);
    List<NodeRecord> all = new ArrayList<>(nodes(3));
    all.add(node("draining", Role.MAILBOX, NodeState.DRAINING));
    all.add(node("other", Role.EDGE, NodeState.READY));
    OwnerTable table = OwnerTable.of(slots, new MembershipView(1, all), Role.MAILBOX);
    for (int slot = 0; slot < 64; slot++) {
      assertEquals(Placement.owner(slot, nodes(3)), table.owner(slot));
    }
    assertEquals(table.owner(slots.of("alice")), table.ownerOf("alice"));
    assertTrue(table.sameOwners(OwnerTable.of(slots, new MembershipView(2, nodes(3)), Role.MAILBOX)));
    assertFalse(table.sameOwners(OwnerTable.of(slots, new MembershipView(2, nodes(2)), Role.MAILBOX)));
    assertEquals(Optional.empty(), OwnerTable.empty(slots).owner(0));
  }
}
