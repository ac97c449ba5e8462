package chasqui.edge.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import chasqui.edge.session.SessionMetrics.Oddity;
import chasqui.edge.v1.ClientFrame;
import chasqui.edge.v1.Credit;
import chasqui.edge.v1.Delivery;
import chasqui.error.v1.Reason;
import chasqui.log.v1.Entry;
import chasqui.mailbox.v1.MailboxRequest.OperationCase;
import java.util.List;
import org.junit.jupiter.api.Test;

/// How much may be under way at a time, and what is done when an owner or the router cannot answer.
class WindowTest {

  private final SessionRig rig = new SessionRig();

  private void settled(String id, int head) {
    rig.owner.log(id, head, head - 1);
    rig.live();
    rig.ack(id, head);
    rig.sink.frames.clear();
    rig.asked.clear();
  }

  private List<String> shapes() {
    return rig.sink.deliveries().stream().map(DeliveryTest::shape).toList();
  }

  @Test
  void unacked_entries_are_bounded_over_all_conversations() {
    rig.live();
    for (int i = 0; i < 10; i++) {
      rig.owner.log("c" + i, 100, 0);
      rig.pushHead("c" + i, 100);
    }
    rig.run();
    int delivered = rig.sink.deliveries().stream().mapToInt(Delivery::getEntriesCount).sum();
    assertTrue(delivered <= 256 && delivered > 200, delivered + " entries");
    assertTrue(rig.sink.deliveries().stream().map(Delivery::getConversationId).distinct().count() >= 3, "shared");
  }

  @Test
  void a_conversation_that_is_never_acked_does_not_stop_the_others() {
    rig.live();
    rig.owner.log("stuck", 1000, 0);
    rig.pushHead("stuck", 1000);
    rig.run();
    rig.sink.frames.clear();
    rig.owner.log("c", 1, 1);
    for (int i = 0; i < 500; i++) {
      rig.pushNew("c", "live");
      rig.run();
      rig.ack("c", i + 2);
    }
    List<Delivery> live = rig.sink.deliveries().stream().filter(d -> d.getConversationId().equals("c")).toList();
    assertEquals(501, live.getLast().getUpto());
  }

  @Test
  void credit_lowers_what_may_be_unacked() {
    rig.live();
    rig.receive(ClientFrame.newBuilder().setCredit(Credit.newBuilder().setUnackedEntries(10)).build());
    rig.owner.log("c", 100, 0);
    rig.pushHead("c", 100);
    long acked = 0;
    for (int i = 0; i < 40; i++) {
      rig.run();
      long upto = rig.sink.deliveries().getLast().getUpto();
      assertTrue(upto - acked <= 10, upto + " delivered, " + acked + " acked");
      acked = upto;
      rig.ack("c", upto);
    }
    assertEquals(100, acked);
  }

  @Test
  void a_conversation_that_the_user_may_not_know_of_is_forgotten() {
    rig.live();
    rig.push("gone", Entry.newBuilder().setSeq(4).build());
    rig.owner.logs.remove("gone");
    rig.endOfBatch();
    rig.run();
    assertTrue(shapes().isEmpty());
    rig.asked.clear();
    rig.passAlive(java.time.Duration.ofSeconds(30));
    assertEquals(0, rig.asked(OperationCase.OPEN_POSITIONS).size(), "it is not asked for again");
  }

  @Test
  void a_refused_read_is_tried_again_later() {
    settled("c", 1);
    rig.owner.append("c", "two");
    rig.pushHead("c", 2);
    rig.answer(OperationCase.READ_RANGE, chasqui.edge.FakeOwner.refusal(Reason.REASON_UNAVAILABLE));
    rig.endOfBatch();
    assertEquals(1, rig.asked(OperationCase.READ_RANGE).size(), "not at once");
    rig.pass(java.time.Duration.ofSeconds(2));
    assertEquals(List.of("(1,2][2]"), shapes());
  }

  @Test
  void a_full_router_is_tried_again_later() {
    settled("c", 1);
    rig.owner.append("c", "two");
    rig.full = request -> true;
    rig.pushHead("c", 2);
    assertEquals(1, rig.oddities.get(Oddity.ROUTER_FULL));
    rig.full = request -> false;
    rig.pass(java.time.Duration.ofSeconds(2));
    assertEquals(List.of("(1,2][2]"), shapes());
  }

  @Test
  void a_head_that_is_not_there_for_this_user_is_not_read_for_ever() {
    settled("c", 2);
    rig.pushHead("c", 9);
    rig.run();
    assertEquals(1, rig.asked(OperationCase.READ_RANGE).size());
    assertEquals(1, rig.oddities.get(Oddity.READ_WITHOUT_PROGRESS));
    rig.pushNew("c", "three");
    rig.run();
    assertEquals("(2,3][3]", shapes().getLast());
  }

  @Test
  void only_a_few_reads_are_under_way() {
    rig.live();
    for (int i = 0; i < 20; i++) {
      rig.owner.log("c" + i, 2, 0);
      rig.pushHead("c" + i, 2);
    }
    rig.held = request -> request.hasReadRange();
    rig.run();
    assertEquals(4, rig.asked(OperationCase.READ_RANGE).size());
  }
}
