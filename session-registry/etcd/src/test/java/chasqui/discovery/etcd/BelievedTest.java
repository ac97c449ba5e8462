package chasqui.discovery.etcd;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import chasqui.discovery.NodeRecord;
import chasqui.discovery.NodeState;
import chasqui.discovery.Role;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class BelievedTest {

  private final Believed believed = new Believed();

  private static NodeRecord node(String id) {
    return node(id, "1");
  }

  private static NodeRecord node(String id, String life) {
    return new NodeRecord(id, id + life, "address", Set.of(Role.MAILBOX), NodeState.READY, "");
  }

  private Set<String> lives() {
    return believed.nodes().stream().map(NodeRecord::incarnation).collect(Collectors.toSet());
  }

  @Test
  void an_emptied_etcd_empties_nothing_while_the_nodes_answer() {
    believed.registered(List.of(node("a"), node("b"), node("c")));
    assertTrue(believed.registered(List.of()));
    assertEquals(3, believed.suspected().size());
    for (int round = 0; round < 100; round++) {
      believed.suspected().forEach(node -> believed.asked(node, true));
    }
    assertEquals(Set.of("a1", "b1", "c1"), lives());
    believed.registered(List.of(node("a"), node("b"), node("c")));
    assertEquals(List.of(), believed.suspected());
  }

  @Test
  void who_fails_to_answer_twice_in_a_row_is_gone() {
    believed.registered(List.of(node("a"), node("b")));
    believed.unregistered("b");
    believed.asked(node("b"), false);
    believed.asked(node("b"), true);
    believed.asked(node("b"), false);
    assertEquals(Set.of("a1", "b1"), lives(), "one miss is none");
    believed.asked(node("b"), false);
    assertEquals(Set.of("a1"), lives());
  }

  @Test
  void a_registered_node_is_not_doubted_whatever_it_answers() {
    believed.registered(node("a"));
    believed.asked(node("a"), false);
    believed.asked(node("a"), false);
    assertEquals(Set.of("a1"), lives());
  }

  @Test
  void who_said_that_it_leaves_is_gone_with_its_record() {
    believed.registered(node("a").in(NodeState.DRAINING));
    believed.unregistered("a");
    assertEquals(Set.of(), lives());
    assertEquals(List.of(), believed.suspected());
  }

  @Test
  void a_new_life_replaces_the_suspected_one_and_takes_no_blame_for_it() {
    believed.registered(node("a"));
    believed.unregistered("a");
    believed.asked(node("a"), false);
    believed.registered(node("a", "2"));
    assertEquals(Set.of("a2"), lives());
    believed.unregistered("a");
    believed.asked(node("a"), false);
    believed.asked(node("a", "2"), false);
    assertEquals(Set.of("a2"), lives(), "the misses of the old life do not count");
  }

  @Test
  void what_changes_nothing_is_no_change() {
    assertTrue(believed.registered(List.of(node("a"))));
    assertFalse(believed.registered(List.of(node("a"))));
    assertFalse(believed.unregistered("x"));
    assertTrue(believed.registered(List.of(node("a").in(NodeState.DRAINING))));
  }
}
