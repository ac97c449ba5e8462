package chasqui.edge.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import chasqui.edge.v1.ServerFrame.FrameCase;
import chasqui.error.v1.Reason;
import chasqui.mailbox.v1.MailboxRequest.OperationCase;
import chasqui.mailbox.v1.MailboxResponse;
import chasqui.mailbox.v1.OpenPosition;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/// How a live session compares its conversations with their owners.
class CompareTest {

  private static final long START_MICROS = SessionRig.START.toEpochMilli() * 1000;
  private static final int TODAY = (int) Duration.ofMillis(SessionRig.START.toEpochMilli()).toDays();

  private final SessionRig rig = new SessionRig();

  private void synced(Duration ago) {
    rig.owner.device = rig.owner.device.toBuilder().setSyncedMicros(START_MICROS - ago.toNanos() / 1000).build();
  }

  private boolean caughtUp() {
    return rig.sink.indexOf(FrameCase.CAUGHT_UP) >= 0;
  }

  @Test
  void every_few_minutes_conversations_are_compared_without_another_caught_up() {
    rig.owner.log("c", 2, 2);
    rig.live();
    rig.owner.append("c", "its push was lost");
    rig.passAlive(Duration.ofMinutes(7));
    assertEquals(1, rig.sink.deliveries().size());
    assertEquals(2, rig.sink.deliveries().getFirst().getAfter());
    assertEquals(1, rig.sink.of(FrameCase.CAUGHT_UP).size());
  }

  @Test
  void comparing_finds_heads_of_conversations_that_are_tracked() {
    rig.owner.log("c", 2, 1);
    rig.live();
    rig.ack("c", 2);
    rig.owner.append("c", "its push was lost");
    rig.session.on(Signal.COMPARE, rig.now);
    rig.passAlive(Duration.ofSeconds(3));
    assertEquals(3, rig.sink.deliveries().getLast().getUpto());
  }

  @Test
  void comparing_checks_for_a_missed_sign_out() {
    rig.live();
    rig.owner.registerRefused = Reason.REASON_REVOKED;
    rig.session.on(Signal.COMPARE, rig.now);
    rig.passAlive(Duration.ofSeconds(3));
    assertEquals(Reason.REASON_REVOKED, rig.ended());
  }

  @Test
  void comparing_waits_for_the_sync_under_way_and_is_not_forgotten() {
    rig.owner.log("c", 2, 0);
    rig.hello();
    rig.confirm();
    rig.held = request -> request.hasReadRange();
    rig.run();
    rig.session.on(Signal.COMPARE, rig.now);
    rig.passAlive(Duration.ofSeconds(5));
    assertEquals(1, rig.asked(OperationCase.READ_MARKS).size());
    rig.held = request -> false;
    rig.passAlive(Duration.ofSeconds(2));
    assertEquals(2, rig.asked(OperationCase.READ_MARKS).size());
    assertTrue(caughtUp());
  }

  @Test
  void a_comparison_asks_from_the_last_completed_sync_on() {
    synced(Duration.ofDays(10));
    rig.owner.log("never acked", 2, 0);
    rig.live();
    rig.passAlive(Duration.ofMinutes(7));
    List<Integer> from = rig.asked(OperationCase.READ_MARKS).stream().map(r -> r.getReadMarks().getFromDay()).toList();
    assertEquals(List.of(TODAY - 11, TODAY - 11), from, "the sync of ten days was never completed");
    rig.ack("never acked", 2);
    rig.passAlive(Duration.ofMinutes(7));
    assertEquals(1, rig.owner.completedSyncs.size());
    rig.passAlive(Duration.ofMinutes(6));
    assertEquals(TODAY - 1, rig.asked(OperationCase.READ_MARKS).getLast().getReadMarks().getFromDay());
  }

  @Test
  void a_date_is_stored_once_a_day_by_comparisons() {
    rig.live();
    rig.passAlive(Duration.ofMinutes(30));
    assertTrue(rig.asked(OperationCase.READ_MARKS).size() >= 5);
    assertEquals(1, rig.owner.completedSyncs.size());
    rig.verdict = new chasqui.edge.TokenVerifier.Identity("alice", 1, SessionRig.EXPIRES + 1_000_000);
    assertNull(rig.ended());
  }

  /// An owner is asked, then the device acks, the cursor is stored, and the conversation would be forgotten among others.
  @Test
  void a_position_that_comes_late_does_not_bring_back_what_was_delivered_and_stored() {
    SessionLimits.Delivery usual = SessionLimits.DEFAULT.delivery();
    SessionRig small = new SessionRig(SessionLimits.DEFAULT.with(new SessionLimits.Delivery(
        usual.entriesMax(), usual.bytesMax(), usual.unackedEntriesMax(), usual.readsMax(), usual.payloadEntriesMax(),
        usual.payloadBytesMax(), 1, 10)));
    List<String> all = List.of("a", "b", "c");
    all.forEach(id -> small.owner.log(id, 2, 0));
    small.live();
    small.held = request -> request.hasOpenPositions();
    small.session.on(Signal.COMPARE, small.now);
    small.pass(Duration.ofSeconds(3));
    all.forEach(id -> small.ack(id, 2));
    small.pass(Duration.ofSeconds(3));
    all.forEach(id -> assertEquals(2, small.owner.log(id).acked));
    int delivered = small.sink.deliveries().size();
    for (int i = small.waiting.size(); i > 0; i--) {
      String id = small.waiting.getFirst().request().getOpenPositions().getConversationIds(0);
      small.answer(OperationCase.OPEN_POSITIONS, MailboxResponse.newBuilder()
          .setPositions(chasqui.mailbox.v1.Positions.newBuilder().addPositions(OpenPosition.newBuilder()
              .setConversationId(id).setGeneration(small.owner.log(id).generation).setAcked(0).setHead(2)))
          .build());
    }
    small.held = request -> false;
    small.pass(Duration.ofSeconds(3));
    assertEquals(delivered, small.sink.deliveries().size());
  }
}
