package chasqui.edge.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import chasqui.edge.FakeOwner;
import chasqui.edge.v1.ServerFrame;
import chasqui.edge.v1.ServerFrame.FrameCase;
import chasqui.error.v1.Reason;
import chasqui.mailbox.v1.MailboxRequest.OperationCase;
import chasqui.mailbox.v1.ReadMarks;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class SyncTest {

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
  void marks_are_asked_from_the_day_before_the_last_sync_to_tomorrow() {
    synced(Duration.ofDays(3));
    rig.live();
    ReadMarks marks = rig.asked(OperationCase.READ_MARKS).getFirst().getReadMarks();
    assertEquals(TODAY - 4, marks.getFromDay());
    assertEquals(TODAY + 1, marks.getToDay());
    assertEquals(100, marks.getPageSize());
    assertTrue(rig.asked(OperationCase.LIST_MEMBERSHIPS).isEmpty());
  }

  @Test
  void thirty_days_are_asked_by_marks_and_more_by_memberships() {
    synced(Duration.ofDays(30));
    rig.live();
    assertEquals(TODAY - 31, rig.asked(OperationCase.READ_MARKS).getFirst().getReadMarks().getFromDay());
    SessionRig older = new SessionRig();
    older.owner.device = older.owner.device.toBuilder()
        .setSyncedMicros(START_MICROS - Duration.ofDays(31).toNanos() / 1000).build();
    older.live();
    assertTrue(older.asked(OperationCase.READ_MARKS).isEmpty());
    assertEquals(1, older.asked(OperationCase.LIST_MEMBERSHIPS).size());
  }

  @Test
  void an_unknown_last_sync_lists_memberships() {
    rig.owner.device = rig.owner.device.toBuilder().setSyncedMicros(0).build();
    rig.live();
    assertEquals(1, rig.asked(OperationCase.LIST_MEMBERSHIPS).size());
  }

  @Test
  void a_last_sync_in_the_future_hides_nothing_of_today() {
    synced(Duration.ofDays(-5));
    rig.live();
    assertEquals(TODAY - 1, rig.asked(OperationCase.READ_MARKS).getFirst().getReadMarks().getFromDay());
  }

  @Test
  void caught_up_comes_after_everything_missed_was_sent() {
    for (int i = 0; i < 5; i++) {
      rig.owner.log("c" + i, 10, i);
    }
    rig.owner.log("nothing new", 4, 4);
    rig.hello();
    rig.confirm();
    rig.held = request -> request.hasReadRange();
    rig.run();
    assertFalse(caughtUp(), "caught up before the ranges were sent");
    rig.held = request -> false;
    rig.run();
    assertEquals(rig.sink.frames.size() - 1, rig.sink.indexOf(FrameCase.CAUGHT_UP));
    assertEquals(5, rig.sink.of(FrameCase.CAUGHT_UP).getFirst().getCaughtUp().getConversations());
    assertEquals(5, rig.sink.deliveries().size());
  }

  @Test
  void a_device_that_does_not_read_is_not_caught_up() {
    rig.owner.log("c", 10, 0);
    rig.sink.room = 1;
    rig.live();
    assertEquals(List.of(FrameCase.WELCOME), rig.sink.frames.stream().map(ServerFrame::getFrameCase).toList());
    rig.writable(1);
    rig.run();
    rig.writable(1);
    rig.run();
    assertEquals(FrameCase.DELIVERY, rig.sink.frames.get(1).getFrameCase());
    rig.writable(1);
    assertTrue(caughtUp());
  }

  @Test
  void nothing_missed_is_caught_up_at_once() {
    rig.owner.log("c", 4, 4);
    rig.live();
    assertEquals(List.of(FrameCase.WELCOME, FrameCase.CAUGHT_UP),
        rig.sink.frames.stream().map(ServerFrame::getFrameCase).toList());
    assertEquals(0, rig.sink.frames.getLast().getCaughtUp().getConversations());
  }

  @Test
  void a_sync_is_completed_when_all_of_it_is_acked_and_those_cursors_are_stored() {
    synced(Duration.ofDays(2));
    rig.owner.log("a", 2, 0);
    rig.owner.log("b", 2, 0);
    rig.live();
    assertTrue(caughtUp());
    rig.passAlive(Duration.ofSeconds(20));
    rig.ack("a", 2);
    rig.passAlive(Duration.ofSeconds(5));
    assertEquals(2, rig.owner.log("a").acked);
    assertTrue(rig.owner.completedSyncs.isEmpty(), "completed before all was acked");
    rig.held = request -> request.hasSaveCursors();
    rig.ack("b", 2);
    rig.pass(Duration.ofSeconds(5));
    assertTrue(rig.owner.completedSyncs.isEmpty(), "completed before the cursors were stored");
    rig.held = request -> false;
    rig.run();
    assertEquals(List.of(START_MICROS), rig.owner.completedSyncs, "dated by its start");
  }

  @Test
  void acks_of_a_part_do_not_complete_a_sync() {
    rig.owner.log("a", 5, 0);
    rig.live();
    rig.ack("a", 4);
    rig.passAlive(Duration.ofSeconds(10));
    assertEquals(4, rig.owner.log("a").acked);
    assertTrue(rig.owner.completedSyncs.isEmpty());
    rig.ack("a", 5);
    rig.passAlive(Duration.ofSeconds(3));
    assertEquals(1, rig.owner.completedSyncs.size());
  }

  @Test
  void a_sync_with_nothing_missed_is_completed() {
    rig.live();
    assertEquals(List.of(START_MICROS), rig.owner.completedSyncs);
  }

  @Test
  void live_messages_during_a_sync_do_not_hold_it_up() {
    rig.owner.log("a", 2, 0);
    rig.live();
    rig.pushNew("a", "new");
    rig.ack("a", 2);
    rig.passAlive(Duration.ofSeconds(3));
    assertEquals(1, rig.owner.completedSyncs.size(), "only what it covered counts");
  }

  @Test
  void a_sync_is_paced_and_paged() {
    rig.owner.pageSize = 100;
    for (int i = 0; i < 250; i++) {
      rig.owner.log("c" + i, 2, 0);
    }
    rig.hello();
    rig.confirm();
    rig.held = request -> request.hasOpenPositions() || request.hasReadRange();
    rig.run();
    long opened = rig.asked(OperationCase.OPEN_POSITIONS).stream()
        .mapToLong(request -> request.getOpenPositions().getConversationIdsCount()).sum();
    assertEquals(32, opened, "open at a time");
    assertEquals(1, rig.asked(OperationCase.READ_MARKS).size(), "the next page is not asked before it is needed");
    rig.held = request -> false;
    for (int i = 0; i < 50 && !caughtUp(); i++) {
      rig.run();
      ackAll();
    }
    assertTrue(caughtUp());
    assertEquals(3, rig.asked(OperationCase.READ_MARKS).size());
    assertEquals(250, rig.sink.of(FrameCase.CAUGHT_UP).getFirst().getCaughtUp().getConversations());
    ackAll();
    rig.passAlive(Duration.ofSeconds(3));
    assertEquals(1, rig.owner.completedSyncs.size());
  }

  private void ackAll() {
    rig.sink.deliveries().forEach(delivery -> rig.ack(delivery.getConversationId(), delivery.getUpto()));
  }

  @Test
  void a_refused_page_or_position_is_asked_again() {
    rig.owner.log("c", 2, 0);
    rig.hello();
    rig.confirm();
    rig.answer(OperationCase.REGISTER_DEVICE, rig.owner.answer(rig.asked.getFirst()));
    rig.answer(OperationCase.READ_MARKS, FakeOwner.refusal(Reason.REASON_UNAVAILABLE));
    assertTrue(rig.waiting.isEmpty(), "not at once");
    rig.now += 1000;
    rig.session.on(Signal.TICK, rig.now);
    rig.answer(OperationCase.READ_MARKS, rig.owner.answer(rig.asked.getLast()));
    rig.answer(OperationCase.OPEN_POSITIONS, FakeOwner.refusal(Reason.REASON_UNAVAILABLE));
    assertTrue(rig.waiting.isEmpty(), "not at once");
    rig.pass(Duration.ofSeconds(2));
    assertTrue(caughtUp());
    assertEquals(1, rig.sink.deliveries().size());
  }
}
