package chasqui.mailbox.custody;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import chasqui.discovery.NodeState;
import chasqui.discovery.OwnerTable;
import chasqui.discovery.Role;
import chasqui.discovery.Slots;
import chasqui.error.v1.Reason;
import chasqui.mailbox.RecordingPort;
import chasqui.mailbox.memory.WriteFate;
import chasqui.store.v1.SlotOwnerRow;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// Slots are handed over in good order: each is served by one node or by none, and nothing that was acked is lost on the way.
class MovesTest {

  private final SharedCluster cluster = new SharedCluster();
  private final RecordingPort port = new RecordingPort();

  @Test
  void aSecondNodeIsHandedItsShare() {
    SharedNode one = cluster.start("one");
    cluster.until("all served", () -> cluster.isDividedAmong(one));
    SharedNode two = cluster.start("two");
    cluster.until("divided", () -> cluster.isDividedAmong(one, two) && two.serves(slotMovedTo(two)));
    assertTrue(one.fatal.isEmpty());
    assertEquals(2, two.shared.custody().epoch(slotMovedTo(two)));
  }

  private int slotMovedTo(SharedNode node) {
    for (int slot = 0; slot < SharedCluster.SLOTS; slot++) {
      if (node.serves(slot)) {
        return slot;
      }
    }
    return 0;
  }

  @Test
  void whatHasJustMovedMovesOnAtOnceWhereRoutersLookForIt() {
    SharedNode one = cluster.start("one");
    cluster.until("all served", () -> cluster.isDividedAmong(one));
    SharedNode two = cluster.start("two");
    cluster.until("divided", () -> cluster.isDividedAmong(one, two) && two.serves(slotMovedTo(two)));
    cluster.start("three");
    cluster.pass(Duration.ofMillis(1_500));
    assertEachSlotIsServedWhereViewsPlaceIt();
  }

  @Test
  void nodesRestartedOneAfterAnotherServeAtOnceWhereRoutersLook() {
    SharedNode one = cluster.start("one");
    SharedNode two = cluster.start("two");
    cluster.until("divided", () -> cluster.isDividedAmong(one, two));
    cluster.announce(one, NodeState.DRAINING);
    CompletionStage<Void> drained = one.shared.drain();
    cluster.until("drained", () -> drained.toCompletableFuture().isDone());
    cluster.kill(one);
    cluster.until("all served by the other", () -> cluster.isDividedAmong(two));
    cluster.start("one");
    cluster.pass(Duration.ofMillis(1_500));
    assertEachSlotIsServedWhereViewsPlaceIt();
  }

  private void assertEachSlotIsServedWhereViewsPlaceIt() {
    OwnerTable placed = OwnerTable.of(new Slots(SharedCluster.SLOTS), cluster.membership.view(), Role.MAILBOX);
    for (int slot = 0; slot < SharedCluster.SLOTS; slot++) {
      String owner = placed.owner(slot).orElseThrow().incarnation();
      int number = slot;
      assertEquals(List.of(owner), cluster.nodes.stream().filter(node -> !node.executor.isDead() && node.serves(number))
          .map(node -> node.record.incarnation()).toList(), "slot " + slot);
    }
  }

  private static List<Integer> slotsOf(SharedNode node) {
    return IntStream.range(0, SharedCluster.SLOTS).filter(node::serves).boxed().toList();
  }

  @Test
  void whoeverDoesNotServeASlotNamesWhoDoes() {
    SharedNode one = cluster.start("one");
    cluster.until("all served", () -> cluster.isDividedAmong(one));
    String group = cluster.group(one, "bob");
    one.fates = operation -> operation.equals("changeOwner") ? WriteFate.LOST : WriteFate.DONE;
    SharedNode two = cluster.start("two");
    cluster.announce(one, NodeState.DRAINING);
    cluster.pass(Duration.ofSeconds(1));
    assertEquals("one-1", servedBy(two, group));
    one.shared.drain();
    cluster.pass(Duration.ofSeconds(1));
    one.fates = WriteFate.Decider.ALL_DONE;
    cluster.until("handed over", () -> cluster.isDividedAmong(two));
    assertEquals("two-1", servedBy(one, group));
    assertEquals("", two.shared.custody().servedBy(cluster.slotOf(group)));
  }

  @Test
  void aNodeThatIsAskedToLeaveBeforeItIsListedTakesNothing() {
    SharedNode one = cluster.created("one");
    CompletionStage<Void> left = one.shared.drain();
    cluster.settle();
    cluster.started(one);
    cluster.until("left", () -> left.toCompletableFuture().isDone());
    assertTrue(slotsOf(one).isEmpty());
    assertTrue(cluster.rows.incarnations().get("one-1").getReplayed());
  }

  @Test
  void whileSomeSlotsMoveTheOthersAreServed() {
    SharedNode one = cluster.start("one");
    cluster.until("all served", () -> cluster.isDividedAmong(one));
    one.held.hold("changeOwner");
    cluster.start("two");
    cluster.announce(one, NodeState.DRAINING);
    one.shared.drain();
    cluster.pass(Duration.ofSeconds(5));
    assertEquals(SharedCluster.SLOTS - HandOvers.SLOTS_MAX, slotsOf(one).size());
  }

  private String servedBy(SharedNode asked, String group) {
    long refused = cluster.ask(asked, cluster.requests.send("alice", group, 1, "where?"), port);
    assertEquals(Reason.REASON_UNAVAILABLE, port.reason(refused));
    return port.answer(refused).getServedBy();
  }

  @Test
  void aRequestMakesANodeLookWhetherTheSlotIsItsOwn() {
    SharedNode one = cluster.start("one");
    SharedNode two = cluster.start("two");
    cluster.until("divided", () -> cluster.isDividedAmong(one, two) && !slotsOf(two).isEmpty());
    int slot = slotMovedTo(two);
    // By hand: no view gives it to the other.
    SlotOwnerRow row = cluster.rows.owners().get(slot);
    two.paused = true;
    cluster.rows.owners().put(slot, row.toBuilder().setIncarnation("one-1").setEpoch(row.getEpoch() + 1).build());
    one.shared.custody().servedBy(slot);
    cluster.pass(Custodian.LOOKS_AFTER_MISS.multipliedBy(2));
    assertEquals(row.getEpoch() + 1, one.shared.custody().epoch(slot));
  }

  @Test
  void aSlotThatIsOfferedIsServedByNobodyUntilTheOfferIsKnown() {
    SharedNode one = cluster.start("one");
    cluster.until("all served", () -> cluster.isDividedAmong(one));
    // Among those that move first.
    String group = cluster.group(one, "bob");
    while (cluster.slotOf(group) >= HandOvers.SLOTS_MAX) {
      group = cluster.group(one, "bob");
    }
    one.fates = operation -> operation.equals("changeOwner") ? WriteFate.LOST : WriteFate.DONE;
    SharedNode two = cluster.created("two");
    two.start();
    cluster.settle();
    cluster.membership.announce(two.record);
    cluster.announce(one, NodeState.DRAINING);
    one.shared.drain();
    cluster.pass(Duration.ofSeconds(5));
    assertFalse(one.serves(cluster.slotOf(group)));
    assertFalse(two.serves(cluster.slotOf(group)));
    long refused = cluster.ask(one, cluster.requests.send("alice", group, 1, "too late"), port);
    assertEquals(Reason.REASON_UNAVAILABLE, port.reason(refused));
    assertEquals(0, port.answer(refused).getEpoch());
    // It comes true without a word, as one tried again does.
    one.fates = operation -> operation.equals("changeOwner") ? WriteFate.DONE_UNTOLD : WriteFate.DONE;
    cluster.pass(Duration.ofSeconds(5));
    assertFalse(one.serves(cluster.slotOf(group)));
    assertTrue(two.serves(cluster.slotOf(group)));
    one.fates = WriteFate.Decider.ALL_DONE;
    cluster.until("handed over", () -> cluster.isDividedAmong(two));
    assertEquals(2, port.appended(
        cluster.ask(two, cluster.requests.send("alice", group, 1, "too late"), port)).getSeq());
  }

  @Test
  void aSlotIsLetGoOfOnlyOnceAllThatWasAckedIsApplied() {
    SharedNode one = cluster.start("one");
    cluster.until("all served", () -> cluster.isDividedAmong(one));
    String group = cluster.group(one, "bob");
    one.held.hold("apply");
    cluster.ask(one, cluster.requests.send("alice", group, 1, "acked"), port);
    SharedNode two = cluster.start("two");
    cluster.announce(one, NodeState.DRAINING);
    one.shared.drain();
    cluster.pass(Duration.ofSeconds(5));
    assertFalse(two.serves(cluster.slotOf(group)));
    one.held.release("apply");
    cluster.until("handed over", () -> cluster.isDividedAmong(two));
    assertEquals(3, port.appended(
        cluster.ask(two, cluster.requests.send("bob", group, 1, "next"), port)).getSeq());
  }

  @Test
  void aSlotThatComesBackIsReadAnew() {
    SharedNode one = cluster.start("one");
    cluster.until("all served", () -> cluster.isDividedAmong(one));
    SharedNode two = cluster.start("two");
    cluster.until("divided", () -> cluster.isDividedAmong(one, two) && !slotsOf(two).isEmpty());
    String group = cluster.group(two, "bob");
    int slot = cluster.slotOf(group);
    cluster.kill(two);
    cluster.lapse(two);
    cluster.until("taken over", () -> one.serves(slot));
    assertEquals(2, port.appended(cluster.ask(one, cluster.requests.send("bob", group, 1, "at one"), port)).getSeq());
    SharedNode again = cluster.start("two");
    cluster.until("handed back", () -> again.serves(slot));
    assertEquals(3, port.appended(cluster.ask(again, cluster.requests.send("bob", group, 2, "at two"), port)).getSeq());
    cluster.kill(again);
    cluster.lapse(again);
    cluster.until("taken over again", () -> one.serves(slot));
    assertEquals(4, port.appended(cluster.ask(one, cluster.requests.send("bob", group, 3, "at one"), port)).getSeq());
  }

  @Test
  void aSlotMovesUnderLoadAndNothingIsLost() {
    SharedNode one = cluster.start("one");
    cluster.until("all served", () -> cluster.isDividedAmong(one));
    String group = cluster.group(one, "bob");
    int slot = cluster.slotOf(group);
    long seq = 1;
    long counter = 0;
    SharedNode two = cluster.created("two");
    two.start();
    cluster.settle();
    cluster.membership.announce(two.record);
    for (int i = 0; i < 2_000 && !two.serves(slot); i++) {
      SharedNode owner = one.serves(slot) ? one : null;
      if (owner == null) {
        cluster.pass(SharedCluster.STEP);
        continue;
      }
      counter++;
      long id = cluster.submit(owner, cluster.requests.send("alice", group, counter, "m"), port);
      if (i % 3 == 0) {
        cluster.pass(SharedCluster.STEP);
        seq = port.appended(id).getSeq();
      }
      if (i == 20) {
        // Whatever the hash says of this slot: the other node is the only one that is ready.
        cluster.announce(one, NodeState.DRAINING);
        one.shared.drain();
      }
    }
    cluster.until("moved", () -> two.serves(slot));
    long next = cluster.ask(two, cluster.requests.send("bob", group, 1, "after"), port);
    assertEquals(port.appends().stream().filter(a -> a.getConversationId().equals(group)).count() + 1,
        port.appended(next).getSeq());
    assertTrue(seq > 1);
    assertTrue(one.fatal.isEmpty());
  }

  @Test
  void aNodeThatDrainsLeavesNothingToReplay() {
    SharedNode one = cluster.start("one");
    SharedNode two = cluster.start("two");
    cluster.until("divided", () -> cluster.isDividedAmong(one, two));
    String group = cluster.group(one, "bob");
    cluster.announce(one, NodeState.DRAINING);
    CompletionStage<Void> drained = one.shared.drain();
    cluster.until("drained", () -> drained.toCompletableFuture().isDone());
    cluster.until("handed over", () -> cluster.isDividedAmong(two));
    assertTrue(cluster.rows.incarnations().get("one-1").getReplayed());
    assertTrue(cluster.rows.journals().entrySet().stream()
        .filter(journal -> journal.getKey().incarnation().equals("one-1"))
        .allMatch(journal -> journal.getValue().lastEntry().getValue().hasSeal()));
    assertEquals(2, port.appended(
        cluster.ask(two, cluster.requests.send("bob", group, 1, "welcome"), port)).getSeq());
    assertTrue(one.fatal.isEmpty());
  }

  @Test
  void theLastNodeDrainsWithoutAnybodyToTakeItsSlots() {
    SharedNode one = cluster.start("one");
    cluster.until("all served", () -> cluster.isDividedAmong(one));
    String group = cluster.group(one, "bob");
    cluster.announce(one, NodeState.DRAINING);
    CompletionStage<Void> drained = one.shared.drain();
    cluster.until("drained", () -> drained.toCompletableFuture().isDone());
    cluster.kill(one);
    cluster.lapse(one);
    SharedNode again = cluster.start("one");
    cluster.until("served again", () -> cluster.isDividedAmong(again));
    assertEquals(2, port.appended(
        cluster.ask(again, cluster.requests.send("bob", group, 1, "back"), port)).getSeq());
  }

  @Test
  void aNodeWhoseNameAnotherProcessHasNowHandsAllOver() {
    SharedNode first = cluster.start("one");
    cluster.until("all served", () -> cluster.isDividedAmong(first));
    String group = cluster.group(first, "bob");
    // Started anew under the same name, at another address, while the first still runs.
    SharedNode second = cluster.started(cluster.createdAt("one", "at-another-place"));
    cluster.until("handed over", () -> cluster.isDividedAmong(second));
    assertEquals(0, slotsOf(first).size());
    assertEquals(2, port.appended(
        cluster.ask(second, cluster.requests.send("bob", group, 1, "at the second"), port)).getSeq());
    assertTrue(first.fatal.isEmpty());
    assertFalse(cluster.rows.incarnations().get("one-1").getReplayed());
  }

  @Test
  void aSlotThatWasLetGoOfIsNotServedAgainThoughNobodyTookIt() {
    SharedNode one = cluster.start("one");
    cluster.until("all served", () -> cluster.isDividedAmong(one));
    String group = cluster.group(one, "bob");
    one.held.hold("apply");
    cluster.ask(one, cluster.requests.send("alice", group, 1, "acked"), port);
    cluster.announce(one, NodeState.DRAINING);
    CompletionStage<Void> drained = one.shared.drain();
    // Those of the other stripe are let go of: their rows name this node still, and are read meanwhile.
    cluster.until("all are offered", () -> slotsOf(one).isEmpty());
    for (long left = Duration.ofSeconds(35).toMillis(); left > 0; left -= SharedCluster.STEP.toMillis()) {
      cluster.pass(SharedCluster.STEP);
      assertEquals(List.of(), slotsOf(one));
    }
    one.held.release("apply");
    cluster.until("drained", () -> drained.toCompletableFuture().isDone());
  }
}
