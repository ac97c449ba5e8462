package chasqui.edge.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import chasqui.edge.session.SessionMetrics.Oddity;
import chasqui.edge.v1.Delivery;
import chasqui.log.v1.Entry;
import chasqui.mailbox.v1.MailboxRequest;
import chasqui.mailbox.v1.MailboxRequest.OperationCase;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class DeliveryTest {

  private final SessionRig rig = new SessionRig();

  static String shape(Delivery delivery) {
    return "(" + delivery.getAfter() + "," + delivery.getUpto() + "]"
        + delivery.getEntriesList().stream().map(Entry::getSeq).toList();
  }

  private List<String> shapes() {
    return rig.sink.deliveries().stream().map(DeliveryTest::shape).toList();
  }

  /// A conversation that is known and has nothing open.
  private void settled(String id, int head) {
    rig.owner.log(id, head, head - 1);
    rig.live();
    rig.ack(id, head);
    rig.sink.frames.clear();
    rig.asked.clear();
  }

  @Test
  void a_push_right_behind_what_was_sent_goes_along_without_a_read() {
    settled("c", 5);
    rig.pushNew("c", "six");
    rig.pushNew("c", "seven");
    assertEquals(List.of("(5,6][6]", "(6,7][7]"), shapes());
    assertTrue(rig.asked.isEmpty(), "in steady state a message costs no read: " + rig.asked);
  }

  @Test
  void an_unknown_conversation_is_opened_once_and_then_follows_the_same_path() {
    rig.live();
    rig.asked.clear();
    rig.owner.log("c", 3, 3);
    rig.pushNew("c", "four");
    rig.pushNew("c", "five");
    assertTrue(shapes().isEmpty(), "nothing is delivered before the position is known");
    rig.run();
    assertEquals(List.of("(3,5][4, 5]"), shapes());
    assertEquals(1, rig.asked(OperationCase.OPEN_POSITIONS).size());
    assertEquals(0, rig.asked(OperationCase.READ_RANGE).size());
  }

  @Test
  void unknown_conversations_of_one_batch_are_asked_for_by_slot() {
    rig.live();
    rig.asked.clear();
    TreeMap<Integer, Integer> slots = new TreeMap<>();
    for (int i = 0; i < 2000; i++) {
      rig.push("c" + i, rig.owner.append("c" + i, "x"));
      slots.merge(rig.slotOf("c" + i), 1, Integer::sum);
    }
    rig.endOfBatch();
    assertEquals(slots.size(), rig.asked(OperationCase.OPEN_POSITIONS).size());
    for (MailboxRequest request : rig.asked(OperationCase.OPEN_POSITIONS)) {
      List<String> ids = request.getOpenPositions().getConversationIdsList();
      assertEquals(1, ids.stream().map(rig::slotOf).distinct().count());
    }
  }

  @Test
  void pushes_of_one_batch_become_one_delivery() {
    settled("c", 1);
    rig.push("c", rig.owner.append("c", "two"));
    rig.push("c", rig.owner.append("c", "three"));
    rig.push("c", rig.owner.append("c", "four"));
    assertTrue(shapes().isEmpty());
    rig.endOfBatch();
    assertEquals(List.of("(1,4][2, 3, 4]"), shapes());
  }

  @Test
  void sessions_of_a_loop_share_the_frame_of_a_push() {
    settled("c", 1);
    SessionRig other = new SessionRig();
    other.owner.log("c", 1, 0);
    other.live();
    other.ack("c", 1);
    Push push = new Push(chasqui.router.v1.Fanout.newBuilder().setConversationId("c").setGeneration(1).setHead(2)
        .setEntry(rig.owner.append("c", "two")).build());
    rig.session.on(new SessionEvent.Pushed(push), rig.now);
    rig.endOfBatch();
    other.session.on(new SessionEvent.Pushed(push), other.now);
    other.endOfBatch();
    assertSame(rig.sink.frames.getLast(), other.sink.frames.getLast(), "built once");
    assertEquals("(1,2][2]", shape(other.sink.deliveries().getLast()));
    assertEquals(2, rig.sink.deliveries().getLast().getHead());
  }

  @Test
  void a_gap_is_read_and_never_jumped_over() {
    settled("c", 1);
    rig.owner.append("c", "two, whose push was lost");
    rig.pushNew("c", "three");
    assertTrue(shapes().isEmpty(), "three must not come before two");
    assertEquals(1, rig.asked(OperationCase.READ_RANGE).size());
    assertEquals(2, rig.asked.getFirst().getReadRange().getUpto(), "what was pushed needs no read");
    rig.run();
    assertEquals(List.of("(1,2][2]", "(2,3][3]"), shapes());
  }

  @Test
  void a_head_without_its_entry_is_read() {
    settled("c", 1);
    rig.owner.append("c", "two");
    rig.pushHead("c", 2);
    rig.run();
    assertEquals(List.of("(1,2][2]"), shapes());
  }

  @Test
  void an_old_or_repeated_push_changes_nothing() {
    settled("c", 3);
    rig.push("c", rig.owner.log("c").entries.get(2));
    rig.push("c", rig.owner.log("c").entries.get(0));
    rig.endOfBatch();
    rig.run();
    assertTrue(shapes().isEmpty());
    assertTrue(rig.asked.isEmpty());
  }

  @Test
  void a_device_that_does_not_read_costs_no_queue() {
    settled("c", 1);
    rig.writable(0);
    for (int i = 0; i < 5_000; i++) {
      rig.pushNew("c", "x".repeat(100));
    }
    rig.run();
    assertTrue(rig.oddities.get(Oddity.PAYLOAD_DROPPED) > 4_000, "payloads are bounded: " + rig.oddities);
    assertTrue(rig.asked.isEmpty(), "nothing is read for a device that does not read");
    rig.writable(Integer.MAX_VALUE);
    long seen = 1;
    while (seen < 5_001) {
      rig.run();
      Delivery last = rig.sink.deliveries().getLast();
      assertTrue(last.getUpto() > seen, "no progress after " + seen);
      seen = last.getUpto();
      rig.ack("c", seen);
    }
    assertContiguous("c", 1, 5_001);
  }

  @Test
  void a_read_that_comes_back_to_a_device_that_stopped_reading_waits() {
    settled("c", 1);
    rig.owner.log("c", 50, 1);
    rig.pushHead("c", 50);
    rig.writable(0);
    rig.run();
    assertTrue(shapes().isEmpty());
    rig.writable(1);
    assertEquals(1, shapes().size());
    assertEquals("(1,50]", shapes().getFirst().substring(0, 6));
  }

  @Test
  void a_frame_keeps_to_its_entries() {
    settled("c", 1);
    rig.owner.log("c", 300, 1);
    rig.pushHead("c", 300);
    for (int i = 0; i < 20; i++) {
      rig.run();
      rig.ack("c", rig.sink.deliveries().getLast().getUpto());
    }
    assertContiguous("c", 1, 300);
    assertTrue(rig.sink.deliveries().stream().allMatch(d -> d.getEntriesCount() <= 100));
    assertEquals(100, rig.sink.deliveries().getFirst().getEntriesCount());
  }

  @Test
  void a_frame_keeps_to_its_bytes_unless_one_entry_is_larger() {
    settled("c", 1);
    for (int i = 0; i < 6; i++) {
      rig.push("c", rig.owner.append("c", "x".repeat(10_000)));
    }
    rig.endOfBatch();
    rig.push("c", rig.owner.append("c", "y".repeat(60_000)));
    rig.endOfBatch();
    rig.run();
    assertContiguous("c", 1, 8);
    for (Delivery delivery : rig.sink.deliveries()) {
      int bytes = delivery.getEntriesList().stream().mapToInt(Entry::getSerializedSize).sum();
      assertTrue(bytes <= 32 * 1024 || delivery.getEntriesCount() == 1, bytes + " bytes in " + shape(delivery));
    }
  }

  @Test
  void a_delivery_tells_the_head() {
    settled("c", 1);
    rig.owner.log("c", 300, 1);
    rig.pushHead("c", 300);
    rig.run();
    assertEquals(300, rig.sink.deliveries().getFirst().getHead());
  }

  @Test
  void invisible_entries_are_covered_without_being_shown() {
    settled("c", 2);
    FakeLogs.hide(rig.owner.log("c", 10, 2), 3, 4, 5, 6, 7, 8, 9, 10);
    rig.pushHead("c", 10);
    rig.run();
    assertEquals(List.of("(2,10][]"), shapes());
    rig.ack("c", 10);
    rig.pushNew("c", "eleven");
    assertEquals("(10,11][11]", shapes().getLast());
  }

  @Test
  void a_newer_generation_starts_over() {
    settled("c", 5);
    rig.owner.log("c").generation = 2;
    rig.owner.log("c").acked = 3;
    rig.pushNew("c", "six");
    rig.run();
    Delivery delivery = rig.sink.deliveries().getFirst();
    assertEquals(2, delivery.getGeneration());
    assertEquals("(3,6][4, 5, 6]", shapes().stream().reduce("", (a, b) -> b.isEmpty() ? a : merge(a, b)));
  }

  @Test
  void a_push_of_an_older_generation_is_ignored() {
    rig.owner.log("c").generation = 2;
    settledIn(2);
    rig.owner.log("c").generation = 1;
    rig.push("c", Entry.newBuilder().setSeq(9).build());
    rig.endOfBatch();
    rig.run();
    assertTrue(shapes().isEmpty());
    assertTrue(rig.asked.isEmpty());
  }

  private void settledIn(long generation) {
    rig.owner.log("c", 2, 1);
    rig.live();
    rig.ack("c", generation, 2);
    rig.sink.frames.clear();
    rig.asked.clear();
  }

  private void assertContiguous(String id, long after, long upto) {
    long covered = after;
    for (Delivery delivery : rig.sink.deliveries()) {
      if (delivery.getConversationId().equals(id)) {
        assertEquals(covered, delivery.getAfter());
        covered = delivery.getUpto();
      }
    }
    assertEquals(upto, covered);
  }

  private static String merge(String a, String b) {
    if (a.isEmpty()) {
      return b;
    }
    String upto = b.substring(b.indexOf(','), b.indexOf(']') + 1);
    return a.substring(0, a.indexOf(',')) + upto
        + a.substring(a.indexOf('['), a.length() - 1) + ", " + b.substring(b.indexOf('[') + 1);
  }

  private static final class FakeLogs {
    static void hide(chasqui.edge.FakeOwner.Log log, long... seqs) {
      for (long seq : seqs) {
        log.hidden.add(seq);
      }
    }
  }
}
