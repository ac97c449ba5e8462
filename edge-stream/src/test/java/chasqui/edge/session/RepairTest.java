package chasqui.edge.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import chasqui.edge.v1.ClientFrame;
import chasqui.edge.v1.RangeRequest;
import chasqui.edge.v1.ServerFrame;
import chasqui.edge.v1.ServerFrame.FrameCase;
import chasqui.error.v1.Reason;
import chasqui.mailbox.v1.MailboxRequest.OperationCase;
import java.util.List;
import org.junit.jupiter.api.Test;

/// What a device misses and asks for by range.
class RepairTest {

  private final SessionRig rig = new SessionRig();

  @Test
  void repair_is_answered_by_deliveries_that_carry_its_id() {
    rig.owner.log("c", 250, 250);
    rig.live();
    range(9, "c", 10, 240);
    rig.run();
    List<ServerFrame> answers = rig.sink.of(FrameCase.DELIVERY);
    assertTrue(answers.stream().allMatch(frame -> frame.getDelivery().getRequestId() == 9));
    assertEquals(10, answers.getFirst().getDelivery().getAfter());
    assertEquals(240, answers.getLast().getDelivery().getUpto());
    assertEquals(230, answers.stream().mapToInt(frame -> frame.getDelivery().getEntriesCount()).sum());
    assertTrue(answers.stream().allMatch(frame -> frame.getDelivery().getEntriesCount() <= 100));
    assertEquals(250, answers.getFirst().getDelivery().getHead());
  }

  @Test
  void repair_changes_nothing_of_what_is_sent_next() {
    rig.owner.log("c", 5, 4);
    rig.live();
    rig.ack("c", 5);
    range(1, "c", 0, 3);
    rig.run();
    rig.pushNew("c", "six");
    assertEquals(5, rig.sink.deliveries().getLast().getAfter());
    assertEquals(0, rig.sink.deliveries().getLast().getRequestId());
  }

  @Test
  void repair_is_bounded_in_width_and_number() {
    rig.owner.log("c", 2000, 2000);
    rig.live();
    range(1, "c", 0, 2000);
    rig.run();
    assertEquals(500, rig.sink.deliveries().getLast().getUpto(), "at most 500 at once");
    rig.held = request -> true;
    for (int i = 0; i < 5; i++) {
      range(10 + i, "c", 0, 5);
    }
    assertEquals(1, rig.sink.of(FrameCase.ERROR).size());
    assertEquals(Reason.REASON_OVERLOADED, rig.sink.of(FrameCase.ERROR).getFirst().getError().getReason());
    assertEquals(14, rig.sink.of(FrameCase.ERROR).getFirst().getError().getRequestId());
  }

  @Test
  void repair_beyond_the_head_is_answered_and_ends() {
    rig.owner.log("c", 5, 5);
    rig.live();
    range(1, "c", 3, 100);
    rig.run();
    assertEquals(5, rig.sink.deliveries().getLast().getUpto());
    range(2, "c", 50, 60);
    rig.run();
    assertEquals(50, rig.sink.deliveries().getLast().getUpto(), "nothing is covered");
    assertEquals(0, rig.sink.deliveries().getLast().getEntriesCount());
  }

  @Test
  void repair_of_what_one_may_not_know_is_not_found() {
    rig.live();
    range(3, "secret", 0, 5);
    rig.run();
    assertEquals(Reason.REASON_NOT_FOUND, rig.sink.of(FrameCase.ERROR).getFirst().getError().getReason());
    range(4, "secret", 5, 5);
    assertEquals(Reason.REASON_INVALID_FIELD, rig.sink.of(FrameCase.ERROR).getLast().getError().getReason());
  }

  @Test
  void repair_waits_for_a_device_that_does_not_read() {
    rig.owner.log("c", 250, 250);
    rig.live();
    rig.writable(0);
    range(1, "c", 0, 250);
    rig.run();
    assertEquals(1, rig.asked(OperationCase.READ_RANGE).size(), "one page is held, the next is not read yet");
    rig.writable(Integer.MAX_VALUE);
    rig.run();
    assertEquals(250, rig.sink.deliveries().getLast().getUpto());
  }

  private void range(long requestId, String id, long after, long upto) {
    rig.receive(ClientFrame.newBuilder().setRangeRequest(RangeRequest.newBuilder()
        .setRequestId(requestId).setConversationId(id).setAfter(after).setUpto(upto)).build());
  }
}
