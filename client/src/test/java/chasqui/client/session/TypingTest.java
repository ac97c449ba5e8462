package chasqui.client.session;

import static chasqui.client.Frames.CONVERSATION;
import static org.junit.jupiter.api.Assertions.assertEquals;

import chasqui.client.Frames;
import chasqui.edge.v1.ClientFrame;
import chasqui.edge.v1.ServerFrame;
import chasqui.edge.v1.Typing;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Typing in the session of a device: said now and then, shown for a few seconds.
class TypingTest {
  private final Harness harness = Harness.live();

  private void type(boolean typing) {
    harness.core.typing(CONVERSATION, typing, harness.nowMs);
    harness.play();
  }

  private List<Boolean> said() {
    return harness.written.get(1L).stream().filter(ClientFrame::hasTyping).map(f -> f.getTyping().getTyping()).toList();
  }

  private void told(String user, boolean typing) {
    harness.frame(1, ServerFrame.newBuilder()
        .setTyping(Typing.newBuilder().setConversationId(CONVERSATION).setUserId(user).setTyping(typing)).build());
  }

  private List<String> shown() {
    return harness.events.stream().filter(ClientEvent.TypingChanged.class::isInstance)
        .map(ClientEvent.TypingChanged.class::cast).map(e -> (e.typing() ? "+" : "-") + e.userId()).toList();
  }

  @Test
  void keys_are_thinned_out() {
    for (int key = 0; key < 40; key++) {
      type(true);
      harness.pass(100);
    }
    assertEquals(List.of(true, true), said());
    type(false);
    type(false);
    assertEquals(List.of(true, true, false), said());
  }

  @Test
  void to_stop_without_having_typed_says_nothing() {
    type(false);
    assertEquals(List.of(), said());
  }

  @Test
  void a_message_ends_it_without_a_word() {
    type(true);
    harness.submit("hello");
    type(false);
    assertEquals(List.of(true), said());
  }

  @Test
  void what_could_not_be_said_in_time_is_not_said() {
    harness.ready = false;
    type(true);
    harness.pass(4_000);
    harness.ready = true;
    harness.writable();
    assertEquals(List.of(), said());
  }

  @Test
  void who_is_told_of_again_goes_on_typing_and_who_is_not_stops_after_six_seconds() {
    told("bob", true);
    harness.pass(3_000);
    told("bob", true);
    harness.pass(5_999);
    assertEquals(List.of("+bob"), shown());
    harness.pass(1);
    assertEquals(List.of("+bob", "-bob"), shown());
  }

  @Test
  void who_stops_is_shown_at_once() {
    told("bob", true);
    told("bob", false);
    told("bob", false);
    harness.pass(10_000);
    assertEquals(List.of("+bob", "-bob"), shown());
  }

  @Test
  void an_entry_of_theirs_ends_it_before_it_is_shown() {
    told("bob", true);
    harness.frame(1, Frames.delivery(0, 1));
    int stopped = harness.events.indexOf(new ClientEvent.TypingChanged(CONVERSATION, "bob", false));
    int entry = harness.events.stream().map(Object::getClass).toList().indexOf(ClientEvent.EntryReceived.class);
    assertEquals(entry - 1, stopped);
  }
}
