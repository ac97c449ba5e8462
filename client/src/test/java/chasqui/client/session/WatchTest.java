package chasqui.client.session;

import static org.junit.jupiter.api.Assertions.assertEquals;

import chasqui.edge.v1.ClientFrame;
import chasqui.edge.v1.Presence;
import chasqui.edge.v1.ServerFrame;
import chasqui.error.v1.Reason;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// Whom a device watches, and what it is told of them.
class WatchTest {
  private final Harness harness = Harness.live();

  private void watch(String... users) {
    harness.core.watch(List.of(users), harness.nowMs);
    harness.play();
  }

  private List<List<String>> said(long stream) {
    return harness.written.get(stream).stream().filter(ClientFrame::hasPresenceSubscription)
        .map(f -> List.copyOf(f.getPresenceSubscription().getUserIdsList())).toList();
  }

  private void told(String user, boolean online) {
    harness.frame(1, ServerFrame.newBuilder()
        .setPresence(Presence.newBuilder().setUserId(user).setOnline(online)).build());
  }

  private List<String> shown() {
    return harness.events.stream().filter(ClientEvent.PresenceChanged.class::isInstance)
        .map(ClientEvent.PresenceChanged.class::cast).map(e -> (e.online() ? "+" : "-") + e.userId()).toList();
  }

  @Test
  void a_list_is_said_once_and_replaced() {
    watch("bob");
    watch("bob");
    watch("bob", "carol");
    watch();
    assertEquals(List.of(List.of("bob"), List.of("bob", "carol"), List.of()), said(1));
  }

  @Test
  void nobody_to_watch_needs_no_word() {
    watch();
    assertEquals(List.of(), said(1));
  }

  @Test
  void it_is_said_again_on_the_next_stream() {
    watch("bob");
    harness.ended(1, StreamEnd.of(Reason.REASON_UNAVAILABLE, "gone"));
    harness.passUntilOpened(2);
    harness.welcome(2);
    assertEquals(List.of(List.of("bob")), said(2));
  }

  @Test
  void changes_are_shown_once() {
    watch("bob");
    told("bob", true);
    told("bob", true);
    told("bob", false);
    told("mallory", true);
    assertEquals(List.of("+bob", "-bob"), shown());
  }

  @Test
  void no_more_users_are_asked_for_than_the_server_takes() {
    watch(IntStream.range(0, 300).mapToObj(i -> "user" + i).toArray(String[]::new));
    assertEquals(200, said(1).getFirst().size());
  }
}
