package chasqui.edge.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;

import chasqui.edge.session.SessionMetrics.EphemeralDrop;
import chasqui.edge.v1.ClientFrame;
import chasqui.edge.v1.ServerFrame;
import chasqui.edge.v1.ServerFrame.FrameCase;
import chasqui.edge.v1.Typing;
import chasqui.edge.v1.TypingSignal;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Typing on one stream: passed on within a budget, told when there is room, never in the way of what is durable.
class TypingTest {

  private final SessionRig rig = new SessionRig();

  private void type(String conversation, boolean typing) {
    rig.receive(ClientFrame.newBuilder().setTyping(
        TypingSignal.newBuilder().setConversationId(conversation).setTyping(typing)).build());
  }

  private void told(String conversation, String user, boolean typing) {
    rig.session.on(SessionEvent.Told.of(
        Typing.newBuilder().setConversationId(conversation).setUserId(user).setTyping(typing).build()), rig.now);
  }

  private List<String> shown() {
    return rig.sink.of(FrameCase.TYPING).stream().map(ServerFrame::getTyping)
        .map(t -> (t.getTyping() ? "+" : "-") + t.getUserId() + "@" + t.getConversationId()).toList();
  }

  @Test
  void a_signal_is_passed_on_in_the_name_of_the_token_and_never_answered() {
    rig.live();
    int frames = rig.sink.frames.size();
    type("c", true);
    type("c", false);
    assertEquals(List.of("+alice@c", "-alice@c"), rig.signals);
    assertEquals(frames, rig.sink.frames.size());
  }

  @Test
  void beyond_the_budget_signals_are_dropped_and_counted() {
    rig.live();
    for (int i = 0; i < 100; i++) {
      type("c", true);
    }
    assertEquals(10, rig.signals.size());
    assertEquals(90, rig.dropped.get(EphemeralDrop.STREAM_BUDGET));
    rig.now += 1_000;
    type("c", true);
    assertEquals(11, rig.signals.size());
    assertNull(rig.ended());
  }

  @Test
  void a_link_that_is_busy_drops_it() {
    rig.live();
    rig.linkTakes = false;
    type("c", true);
    assertEquals(1, rig.dropped.get(EphemeralDrop.LINK_FULL));
    assertNull(rig.ended());
  }

  @Test
  void a_device_is_told_at_the_end_of_the_batch() {
    rig.live();
    told("c", "bob", true);
    assertEquals(List.of(), shown());
    rig.endOfBatch();
    assertEquals(List.of("+bob@c"), shown());
  }

  @Test
  void the_newest_state_takes_the_place_of_the_one_that_waits() {
    rig.live();
    rig.sink.room = 0;
    told("c", "bob", true);
    told("c", "carol", true);
    told("c", "bob", false);
    rig.endOfBatch();
    rig.writable(100);
    assertEquals(List.of("-bob@c", "+carol@c"), shown());
    assertEquals(1, rig.dropped.get(EphemeralDrop.COALESCED));
  }

  @Test
  void a_device_that_never_reads_holds_a_bounded_number_of_states_and_gets_what_is_durable_first() {
    rig.owner.log("c", 1, 1);
    rig.live();
    rig.ack("c", 1);
    rig.sink.room = 0;
    for (int i = 0; i < 1_000; i++) {
      told("c", "user" + i, true);
    }
    rig.endOfBatch();
    assertEquals(1_000 - 32, rig.dropped.get(EphemeralDrop.LANE_FULL));
    rig.pushNew("c", "durable");
    rig.run();
    int before = rig.sink.frames.size();
    rig.writable(2);
    rig.run();
    assertEquals(FrameCase.DELIVERY, rig.sink.frames.get(before).getFrameCase());
    assertEquals(FrameCase.TYPING, rig.sink.frames.get(before + 1).getFrameCase());
  }

  @Test
  void what_waited_too_long_is_not_told_any_more() {
    rig.live();
    rig.sink.room = 0;
    told("c", "bob", true);
    rig.endOfBatch();
    rig.pass(Duration.ofSeconds(5));
    rig.writable(100);
    assertEquals(List.of(), shown());
    assertEquals(1, rig.dropped.get(EphemeralDrop.STALE));
  }

  @Test
  void no_more_than_a_budget_is_written_in_a_second() {
    rig.live();
    for (int i = 0; i < 30; i++) {
      told("c", "user" + i, true);
      rig.endOfBatch();
    }
    assertEquals(20, shown().size());
    rig.pass(Duration.ofSeconds(1));
    assertEquals(30, shown().size());
    assertFalse(rig.session.isEnded());
  }
}
