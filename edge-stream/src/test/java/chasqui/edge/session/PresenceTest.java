package chasqui.edge.session;

import static org.junit.jupiter.api.Assertions.assertEquals;

import chasqui.edge.v1.ClientFrame;
import chasqui.edge.v1.PresenceSubscription;
import chasqui.edge.v1.ServerFrame;
import chasqui.edge.v1.ServerFrame.FrameCase;
import chasqui.mailbox.v1.MailboxRequest.OperationCase;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// Presence on one stream: who may be watched, and what is told.
class PresenceTest {

  private final SessionRig rig = new SessionRig();

  private void subscribe(String... users) {
    rig.receive(ClientFrame.newBuilder().setPresenceSubscription(
        PresenceSubscription.newBuilder().addAllUserIds(List.of(users))).build());
  }

  private void told(String user, boolean online) {
    rig.session.on(SessionEvent.Told.of(user, online), rig.now);
    rig.endOfBatch();
    // What the user shows is read.
    rig.run();
  }

  private List<String> shown() {
    return rig.sink.of(FrameCase.PRESENCE).stream().map(ServerFrame::getPresence)
        .map(p -> (p.getOnline() ? "+" : "-") + p.getUserId()).toList();
  }

  @Test
  void a_session_is_here_from_the_welcome_to_its_end() {
    rig.hello();
    assertEquals(List.of(), rig.presences);
    rig.confirm();
    rig.run();
    assertEquals(List.of("here alice"), rig.presences);
    rig.now += 20_000;
    rig.session.on(Signal.CANCELLED, rig.now);
    assertEquals(List.of("here alice", "left alice 20000"), rig.presences, "the device had been silent for that long");
  }

  @Test
  void only_who_shares_a_direct_conversation_is_watched() {
    rig.owner.log("direct-bob", 1, 1);
    rig.live();
    subscribe("bob", "mallory", "alice");
    rig.run();
    assertEquals(Set.of("bob"), rig.watched);
    told("bob", true);
    told("mallory", true);
    assertEquals(List.of("+bob"), shown());
  }

  @Test
  void a_new_list_replaces_the_last() {
    rig.owner.log("direct-bob", 1, 1);
    rig.owner.log("direct-carol", 1, 1);
    rig.live();
    subscribe("bob");
    rig.run();
    subscribe("carol");
    rig.run();
    assertEquals(Set.of("carol"), rig.watched);
    told("bob", true);
    told("carol", true);
    assertEquals(List.of("+carol"), shown());
  }

  @Test
  void an_answer_to_an_older_list_means_nothing() {
    rig.owner.log("direct-bob", 1, 1);
    rig.live();
    rig.held = request -> request.hasDescribeConversation();
    subscribe("bob");
    rig.run();
    subscribe();
    rig.held = request -> false;
    rig.run();
    assertEquals(Set.of(), rig.watched);
  }

  @Test
  void questions_are_asked_a_few_at_a_time() {
    rig.live();
    rig.held = request -> request.hasDeriveConversationId();
    subscribe(IntStream.range(0, 200).mapToObj(i -> "user" + i).toArray(String[]::new));
    assertEquals(8, rig.asked(OperationCase.DERIVE_CONVERSATION_ID).size());
    rig.held = request -> false;
    rig.run();
    assertEquals(200, rig.asked(OperationCase.DERIVE_CONVERSATION_ID).size());
  }

  @Test
  void what_cannot_be_asked_now_is_asked_later() {
    rig.owner.log("direct-bob", 1, 1);
    rig.live();
    rig.full = request -> true;
    subscribe("bob");
    rig.full = request -> false;
    rig.passAlive(Duration.ofSeconds(10));
    assertEquals(Set.of("bob"), rig.watched);
  }

  @Test
  void lists_that_come_too_often_wait_and_only_the_newest_counts() {
    rig.owner.log("direct-bob", 1, 1);
    rig.live();
    for (int i = 0; i < 50; i++) {
      subscribe(i % 2 == 0 ? "carol" : "bob");
      rig.run();
    }
    assertEquals(12, rig.asked(OperationCase.DERIVE_CONVERSATION_ID).size());
    rig.passAlive(Duration.ofSeconds(6));
    assertEquals(Set.of("bob"), rig.watched);
  }

  @Test
  void a_device_that_does_not_read_is_told_the_newest_state_when_it_does() {
    rig.owner.log("direct-bob", 1, 1);
    rig.live();
    subscribe("bob");
    rig.run();
    rig.sink.room = 0;
    told("bob", true);
    told("bob", false);
    rig.pass(Duration.ofSeconds(10));
    rig.writable(100);
    assertEquals(List.of("-bob"), shown());
  }

  @Test
  void nobody_is_watched_for_a_session_that_ended_whatever_it_was_about_to_ask() {
    rig.owner.log("direct-bob", 1, 1);
    rig.live();
    subscribe("bob");
    rig.run();
    assertEquals(Set.of("bob"), rig.watched);
    rig.held = request -> request.hasDeriveConversationId();
    subscribe("carol");
    subscribe();
    rig.session.on(Signal.HALF_CLOSED, rig.now);
    assertEquals(1, rig.sink.ends);
    assertEquals(Set.of(), rig.watched);
  }

  @Test
  void what_waits_of_users_who_may_not_be_shown_any_more_is_not_written() {
    rig.owner.log("direct-bob", 1, 1);
    rig.owner.log("direct-carol", 1, 1);
    rig.owner.log("direct-dave", 1, 1);
    rig.live();
    subscribe("bob", "carol", "dave");
    rig.run();
    rig.sink.room = 0;
    told("bob", true);
    told("carol", true);
    told("dave", true);
    rig.owner.logs.remove("direct-carol");
    subscribe("carol", "dave");
    rig.run();
    assertEquals(Set.of("dave"), rig.watched);
    rig.writable(100);
    assertEquals(List.of("+dave"), shown());
  }

  @Test
  void who_left_a_list_and_is_in_the_next_is_told_of_anew() {
    rig.owner.log("direct-bob", 1, 1);
    rig.live();
    subscribe("bob");
    rig.run();
    told("bob", true);
    rig.held = request -> request.hasDeriveConversationId();
    subscribe("carol");
    subscribe();
    assertEquals(Set.of(), rig.watched, "what is told meanwhile would be lost: the port tells it when the watch begins again");
    subscribe("bob");
    rig.held = request -> false;
    rig.run();
    told("bob", true);
    assertEquals(List.of("+bob", "+bob"), shown());
  }

  @Test
  void as_many_as_may_be_watched_are_told_of_whoever_was_before() {
    String[] first = IntStream.range(0, 200).mapToObj(i -> "a" + i).toArray(String[]::new);
    String[] second = IntStream.range(0, 200).mapToObj(i -> "b" + i).toArray(String[]::new);
    rig.live();
    rig.sink.room = 0;
    for (String[] list : List.of(first, second)) {
      for (String user : list) {
        rig.owner.log("direct-" + user, 1, 1);
      }
      subscribe(list);
      rig.run();
      for (String user : list) {
        told(user, true);
      }
    }
    rig.sink.room = 1000;
    rig.passAlive(Duration.ofSeconds(60));
    assertEquals(200, shown().size());
    assertEquals(200, shown().stream().filter(told -> told.startsWith("+b")).count());
  }
}
