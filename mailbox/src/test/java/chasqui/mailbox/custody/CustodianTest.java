package chasqui.mailbox.custody;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import chasqui.error.v1.Reason;
import chasqui.log.v1.Entry;
import chasqui.mailbox.RecordingPort;
import chasqui.mailbox.store.shared.JournalTable.JournalId;
import chasqui.mailbox.v1.Push;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// Slots are taken, and taken over from the dead; what was acked is there afterwards, and who was replaced says nothing.
class CustodianTest {

  private final SharedCluster cluster = new SharedCluster();
  private final RecordingPort port = new RecordingPort();

  private List<Long> seqsOf(String conversation) {
    return cluster.rows.logOf(conversation).stream().map(Entry::getSeq).toList();
  }

  @Test
  void theFirstNodeTakesAllSlots() {
    SharedNode one = cluster.start("one");
    cluster.until("all served", () -> cluster.isDividedAmong(one));
    assertEquals(1, one.shared.custody().epoch(3));
  }

  @Test
  void aDeadNodeIsSealedReplayedAndReplaced() {
    SharedNode one = cluster.start("one");
    cluster.until("all served", () -> cluster.isDividedAmong(one));
    String group = cluster.group(one, "bob");
    // Committed and acked, nothing of it applied.
    one.held.hold("apply");
    long sent = cluster.ask(one, cluster.requests.send("alice", group, 1, "hello"), port);
    assertEquals(2, port.appended(sent).getSeq());
    assertEquals(List.of(1L), seqsOf(group));
    cluster.kill(one);
    cluster.lapse(one);
    SharedNode two = cluster.start("two");
    cluster.until("taken over", () -> cluster.isDividedAmong(two));
    assertEquals(List.of(1L, 2L), seqsOf(group));
    RecordingPort router = new RecordingPort();
    two.again.attached(router);
    Push again = router.pushes().stream()
        .filter(push -> push.getConversationId().equals(group)).findFirst().orElseThrow();
    assertEquals(2, again.getEntry().getSeq());
    assertEquals(List.of("alice", "bob"), again.getMarkedUsersList());
    long next = cluster.ask(two, cluster.requests.send("bob", group, 1, "still here"), port);
    assertEquals(3, port.appended(next).getSeq());
    assertEquals(2, port.answer(next).getEpoch());
    assertTrue(cluster.rows.incarnations().get("one-1").getReplayed());
  }

  @Test
  void aNodeThatOnlyVanishedFromTheMembershipIsNotTakenOver() {
    SharedNode one = cluster.start("one");
    cluster.until("all served", () -> cluster.isDividedAmong(one));
    SharedNode two = cluster.created("two");
    two.start();
    cluster.membership.announce(two.record);
    cluster.lapse(one);
    cluster.pass(Duration.ofSeconds(90));
    assertTrue(cluster.isDividedAmong(one));
    assertTrue(one.fatal.isEmpty());
    assertFalse(cluster.rows.incarnations().get("one-1").getReplayed());
  }

  @Test
  void aReportOfARouterAloneIsNotEnough() {
    SharedNode one = cluster.start("one");
    SharedNode two = cluster.start("two");
    cluster.until("divided", () -> cluster.isDividedAmong(one, two));
    for (int second = 0; second < 10; second++) {
      two.shared.custody().reported("one-1", "a router");
      cluster.pass(Duration.ofSeconds(1));
    }
    assertTrue(cluster.isDividedAmong(one, two));
    assertTrue(one.fatal.isEmpty());
  }

  @Test
  void aNodeOutOfReachOfARouterAndOfUsIsTakenOverWithinSeconds() {
    SharedNode one = cluster.start("one");
    SharedNode two = cluster.start("two");
    cluster.until("divided", () -> cluster.isDividedAmong(one, two));
    String group = cluster.group(one, "bob");
    long before = cluster.nowMicros;
    cluster.cut.add("two one");
    two.shared.custody().reported("one-1", "a router");
    cluster.until("taken over", () -> {
      if ((cluster.nowMicros - before) % 1_000_000 == 0) {
        two.shared.custody().reported("one-1", "a router");
      }
      return cluster.isDividedAmong(two);
    });
    assertTrue(cluster.nowMicros - before < 4_000_000, "took " + (cluster.nowMicros - before));
    // The one that was replaced finds out by its next question at the latest, and answers nothing of the conversation.
    long stale = cluster.ask(one, cluster.requests.range("alice", group, 0, 10), port);
    assertTrue(port.answer(stale).hasRefusal());
    assertEquals(1, one.fatal.size());
    assertFalse(one.serves(cluster.slotOf(group)));
  }

  @Test
  void aPausedOwnerAnswersNothingOnceItsSuccessorServes() {
    SharedNode one = cluster.start("one");
    cluster.until("all served", () -> cluster.isDividedAmong(one));
    String group = cluster.group(one, "bob");
    long inFlight = cluster.submit(one, cluster.requests.send("alice", group, 1, "in flight"), port);
    long read = cluster.submit(one, cluster.requests.range("alice", group, 0, 10), port);
    long refusal = cluster.submit(one, cluster.requests.range("mallory", group, 0, 10), port);
    one.paused = true;
    cluster.lapse(one);
    SharedNode two = cluster.start("two");
    cluster.until("taken over", () -> cluster.isDividedAmong(two));
    cluster.ask(two, cluster.requests.add("alice", group, "mallory"), port);
    one.paused = false;
    cluster.pass(Duration.ofSeconds(3));
    assertEquals(Reason.REASON_OUTCOME_UNKNOWN, port.reason(inFlight));
    assertEquals(Reason.REASON_UNAVAILABLE, port.reason(read));
    assertEquals(Reason.REASON_UNAVAILABLE, port.reason(refusal));
    assertEquals(1, one.fatal.size());
    assertEquals(List.of(1L, 2L), seqsOf(group));
  }

  @Test
  void aNodeThatServesNothingLearnsThatItWasEnded() {
    SharedNode one = cluster.start("one");
    cluster.until("all served", () -> cluster.isDividedAmong(one));
    SharedNode two = cluster.started(cluster.created("two"));
    // It is paused before it was handed anything, and found dead; nobody ever asks it for anything.
    two.paused = true;
    for (int second = 0; second < 5; second++) {
      one.shared.custody().reported("two-1", "a router");
      cluster.pass(Duration.ofSeconds(1));
    }
    assertTrue(cluster.rows.incarnations().get("two-1").getReplayed());
    two.paused = false;
    cluster.pass(Duration.ofSeconds(3));
    assertEquals(1, two.fatal.size());
    assertTrue(cluster.isDividedAmong(one));
  }

  @Test
  void whatADeadNodeLeavesOfItsJournalsGoesAfterTenMinutes() {
    SharedNode one = cluster.start("one");
    cluster.until("all served", () -> cluster.isDividedAmong(one));
    String group = cluster.group(one, "bob");
    JournalId journal = new JournalId("one-1", cluster.slotOf(group) % 2);
    for (int i = 1; i <= 300; i++) {
      cluster.ask(one, cluster.requests.send("alice", group, i, "m"), port);
    }
    cluster.kill(one);
    cluster.lapse(one);
    SharedNode two = cluster.start("two");
    cluster.until("taken over", () -> cluster.isDividedAmong(two));
    cluster.pass(Duration.ofMinutes(9));
    assertEquals(302, cluster.rows.journal(journal).size());
    cluster.pass(Duration.ofMinutes(3));
    // The seal, and nothing that anybody said.
    assertEquals(List.of(302L), List.copyOf(cluster.rows.journal(journal).keySet()));
    assertTrue(cluster.rows.journal(journal).lastEntry().getValue().hasSeal());
    assertEquals(301, cluster.rows.logOf(group).size());
  }

  @Test
  void aStrayThatHoldsNoSlotIsReplayedToo() {
    SharedNode one = cluster.start("one");
    cluster.until("all served", () -> cluster.isDividedAmong(one));
    String group = cluster.group(one, "bob");
    one.held.hold("apply");
    cluster.ask(one, cluster.requests.send("alice", group, 1, "left behind"), port);
    // All its slots went to another by hand: nobody wants anything of it.
    cluster.kill(one);
    cluster.lapse(one);
    cluster.rows.owners().replaceAll((slot, row) -> row.toBuilder().setIncarnation("two-1").setEpoch(9).build());
    cluster.start("two");
    cluster.pass(Duration.ofSeconds(70));
    assertTrue(cluster.rows.incarnations().get("one-1").getReplayed());
    assertEquals(List.of(1L, 2L), seqsOf(group));
  }

  @Test
  void aSlotWhoseRowNobodyAnswersForHoldsUpNoOther() {
    cluster.rows.slotsWithoutQuorum().add(7);
    SharedNode one = cluster.start("one");
    cluster.until("all others served", () -> slotsServed(one) == SharedCluster.SLOTS - 1);
    cluster.kill(one);
    cluster.lapse(one);
    SharedNode two = cluster.start("two");
    cluster.until("all others taken over", () -> slotsServed(two) == SharedCluster.SLOTS - 1);
    assertFalse(two.serves(7));
    cluster.rows.slotsWithoutQuorum().clear();
    cluster.until("all taken over", () -> cluster.isDividedAmong(two));
  }

  private static int slotsServed(SharedNode node) {
    return (int) IntStream.range(0, SharedCluster.SLOTS).filter(node::serves).count();
  }

  @Test
  void nodesWithoutAnythingToDoHardlyReadWhoServes() {
    SharedNode one = cluster.start("one");
    SharedNode two = cluster.start("two");
    cluster.until("divided", () -> cluster.isDividedAmong(one, two));
    int before = ownerReads(one, two);
    cluster.pass(Duration.ofSeconds(10));
    // Each slot is served by one, and read by the other every 4 s.
    int reads = ownerReads(one, two) - before;
    assertTrue(reads <= 3 * SharedCluster.SLOTS, reads + " reads");
  }

  private static int ownerReads(SharedNode... nodes) {
    return Stream.of(nodes).mapToInt(node -> node.held.count("readOwner") + node.held.count("readOwnerSettled")).sum();
  }

  @Test
  void aSlotIsReadOnceDuringATakeoverAndTakenFromThat() {
    SharedNode one = cluster.start("one");
    SharedNode two = cluster.start("two");
    cluster.until("divided", () -> cluster.isDividedAmong(one, two));
    int missing = SharedCluster.SLOTS - slotsServed(two);
    int before = ownerReads(two);
    cluster.kill(one);
    two.held.hold("markReplayed");
    two.shared.custody().reported("one-1", "a router");
    for (int second = 0; second < 5; second++) {
      cluster.pass(Duration.ofSeconds(1));
      two.shared.custody().reported("one-1", "a router");
    }
    // At the first look, and in one round or two of all rows.
    assertTrue(ownerReads(two) - before <= 3 * missing, ownerReads(two) - before + " reads");
    int atTheEnd = ownerReads(two);
    two.held.release("markReplayed");
    cluster.settle();
    assertTrue(cluster.isDividedAmong(two));
    assertEquals(atTheEnd, ownerReads(two));
  }

  @Test
  void aReportBeginsTheTakeoverAtOnce() {
    SharedNode one = cluster.start("one");
    SharedNode two = cluster.start("two");
    cluster.until("divided", () -> cluster.isDividedAmong(one, two));
    int before = cluster.probes.size();
    cluster.kill(one);
    two.shared.custody().reported("one-1", "a router");
    cluster.settle();
    // No time has passed: nothing waits for the next look, and two probes in a row are enough.
    assertTrue(cluster.isDividedAmong(two));
    assertEquals(List.of("two one", "two one"), cluster.probes.subList(before, cluster.probes.size()));
  }

  @Test
  void aNodeThatMissesOneProbeIsNotTakenForDead() {
    SharedNode one = cluster.start("one");
    SharedNode two = cluster.start("two");
    cluster.until("divided", () -> cluster.isDividedAmong(one, two));
    for (int second = 0; second < 10; second++) {
      cluster.busy.add("one");
      two.shared.custody().reported("one-1", "a router");
      cluster.pass(Duration.ofSeconds(1));
    }
    assertTrue(cluster.isDividedAmong(one, two));
    assertTrue(one.fatal.isEmpty());
  }

  @Test
  void aNodeThatCannotAskTakesNobodyForDead() {
    SharedNode one = cluster.start("one");
    SharedNode two = cluster.start("two");
    cluster.until("divided", () -> cluster.isDividedAmong(one, two));
    cluster.cannotProbe.add("two");
    for (int second = 0; second < 10; second++) {
      two.shared.custody().reported("one-1", "a router");
      cluster.pass(Duration.ofSeconds(1));
    }
    cluster.lapse(one);
    cluster.pass(Duration.ofSeconds(90));
    assertTrue(cluster.isDividedAmong(one, two));
    assertTrue(one.fatal.isEmpty());
    cluster.kill(one);
    cluster.cannotProbe.clear();
    cluster.until("taken over", () -> cluster.isDividedAmong(two));
  }

  @Test
  void aNodeThatIsCutOffFromAllOthersEndsNobodyByTheWordOfItsOwnRouter() {
    SharedNode one = cluster.start("one");
    SharedNode two = cluster.start("two");
    SharedNode three = cluster.start("three");
    cluster.until("divided", () -> cluster.isDividedAmong(one, two, three));
    // The store still answers node one, and so does its own router.
    cluster.cut.addAll(List.of("one two", "one three", "two one", "three one"));
    for (int second = 0; second < 10; second++) {
      one.shared.custody().reported("two-1", "one");
      one.shared.custody().reported("three-1", "one");
      cluster.pass(Duration.ofSeconds(1));
    }
    assertTrue(cluster.isDividedAmong(one, two, three));
    assertTrue(two.fatal.isEmpty() && three.fatal.isEmpty());
    // The routers of the others are evidence against it.
    two.shared.custody().reported("one-1", "three");
    cluster.until("taken over", () -> cluster.isDividedAmong(two, three));
    assertTrue(cluster.rows.incarnations().get("one-1").getReplayed());
  }
}
