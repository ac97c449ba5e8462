package chasqui.client.session;

import static org.junit.jupiter.api.Assertions.assertEquals;

import chasqui.edge.v1.ClientFrame;
import chasqui.edge.v1.Presence;
import chasqui.edge.v1.ServerFrame;
import chasqui.error.v1.Reason;
import com.google.protobuf.Timestamp;
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
    told(1, user, online, 0);
  }

  private void told(long stream, String user, boolean online, long seenSeconds) {
    var presence = Presence.newBuilder().setUserId(user).setOnline(online);
    if (seenSeconds != 0) {
      presence.setLastSeenTime(Timestamp.newBuilder().setSeconds(seenSeconds));
    }
    harness.frame(stream, ServerFrame.newBuilder().setPresence(presence).build());
  }

  private void reconnect() {
    harness.ended(1, StreamEnd.of(Reason.REASON_UNAVAILABLE, "gone"));
    harness.passUntilOpened(2);
    harness.welcome(2);
  }

  private List<String> shown() {
    return harness.events.stream().filter(ClientEvent.PresenceChanged.class::isInstance)
        .map(ClientEvent.PresenceChanged.class::cast).map(e -> (e.online() ? "+" : "-") + e.userId()
            + e.lastSeen().map(seen -> " " + seen.getEpochSecond()).orElse("")).toList();
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
    reconnect();
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
  void who_goes_was_last_seen_and_a_time_may_be_taken_back() {
    watch("bob");
    told(1, "bob", false, 100);
    told(1, "bob", false, 100);
    told("bob", false);
    assertEquals(List.of("-bob 100", "-bob"), shown());
  }

  @Test
  void who_is_told_of_again_on_the_next_stream_is_as_before_and_who_is_not_is_gone_after_a_while() {
    watch("bob", "carol", "dave");
    told("bob", true);
    told("carol", true);
    told(1, "dave", false, 100);
    reconnect();
    told(2, "bob", true, 0);
    harness.pass(WatchList.TELL_AGAIN_MS - 10_000);
    assertEquals(List.of("+bob", "+carol", "-dave 100"), shown());
    harness.pass(20_000);
    assertEquals(List.of("+bob", "+carol", "-dave 100", "-carol", "-dave"), shown());
  }

  @Test
  void a_new_list_on_the_same_stream_makes_nobody_gone() {
    watch("bob");
    told("bob", true);
    watch("bob", "carol");
    harness.pass(2 * WatchList.TELL_AGAIN_MS);
    assertEquals(List.of("+bob"), shown());
  }

  @Test
  void no_more_users_are_asked_for_than_the_server_takes() {
    watch(IntStream.range(0, 300).mapToObj(i -> "user" + i).toArray(String[]::new));
    assertEquals(200, said(1).getFirst().size());
  }
}
