package chasqui.edge.session;

import static org.junit.jupiter.api.Assertions.assertEquals;

import chasqui.edge.FakeOwner;
import chasqui.edge.v1.ClientFrame;
import chasqui.edge.v1.Presence;
import chasqui.edge.v1.PresenceSubscription;
import chasqui.edge.v1.ServerFrame.FrameCase;
import chasqui.error.v1.Reason;
import chasqui.mailbox.v1.MailboxRequest.OperationCase;
import chasqui.mailbox.v1.MailboxResponse;
import chasqui.mailbox.v1.PresenceDescription;
import chasqui.people.v1.PresenceVisibility;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What people show of their presence, and when they were last seen, on one stream: alice is told of bob and carol.
class PresenceVisibilityTest {

  private static final PresenceVisibility ALL = PresenceVisibility.PRESENCE_VISIBILITY_ONLINE_AND_LAST_SEEN;
  private static final PresenceVisibility ONLINE_ONLY = PresenceVisibility.PRESENCE_VISIBILITY_ONLINE_ONLY;
  private static final PresenceVisibility HIDDEN = PresenceVisibility.PRESENCE_VISIBILITY_HIDDEN;

  private final SessionRig rig = new SessionRig();

  @BeforeEach
  void talk() {
    rig.owner.log("direct-bob", 1, 1);
    rig.owner.log("direct-carol", 1, 1);
  }

  private void shows(String user, PresenceVisibility visibility, long seenSeconds) {
    rig.owner.presences.put(user, PresenceDescription.newBuilder()
        .setVisibility(visibility).setLastSeenMicros(seenSeconds * 1_000_000).build());
  }

  private void watch(String... users) {
    rig.live();
    subscribe(users);
  }

  private void subscribe(String... users) {
    rig.receive(ClientFrame.newBuilder().setPresenceSubscription(
        PresenceSubscription.newBuilder().addAllUserIds(List.of(users))).build());
    rig.run();
  }

  private void told(String user, boolean online) {
    rig.session.on(SessionEvent.Told.of(user, online), rig.now);
    rig.endOfBatch();
    rig.run();
  }

  /// The user has chosen, and the edge has heard of it.
  private void chooses(String user, PresenceVisibility visibility, long seenSeconds) {
    shows(user, visibility, seenSeconds);
    changed(user);
  }

  private void changed(String user) {
    rig.session.on(new SessionEvent.VisibilityChanged(user), rig.now);
    rig.endOfBatch();
    rig.run();
  }

  /// What the device was told since this was last asked.
  private List<String> shown() {
    List<String> shown = rig.sink.of(FrameCase.PRESENCE).stream().map(frame -> word(frame.getPresence())).toList();
    rig.sink.frames.clear();
    return shown;
  }

  private static String word(Presence presence) {
    return (presence.getOnline() ? "+" : "-") + presence.getUserId()
        + (presence.hasLastSeenTime() ? " " + presence.getLastSeenTime().getSeconds() : "");
  }

  @Test
  void who_goes_was_last_seen_then_and_who_is_here_is_seen_now() {
    shows("bob", ALL, 100);
    watch("bob");
    told("bob", true);
    assertEquals(List.of("+bob"), shown());
    shows("bob", ALL, 500);
    told("bob", false);
    assertEquals(List.of("-bob 500"), shown(), "read when it is told, not before");
    told("bob", true);
    assertEquals(List.of("+bob"), shown());
  }

  @Test
  void who_was_away_all_the_time_is_told_with_the_time_and_who_was_never_seen_without() {
    shows("bob", ALL, 100);
    watch("bob", "carol");
    told("bob", false);
    told("carol", false);
    assertEquals(List.of("-bob 100", "-carol"), shown());
  }

  @Test
  void who_shows_only_that_they_are_online_is_told_without_the_time() {
    shows("bob", ONLINE_ONLY, 100);
    watch("bob");
    told("bob", true);
    told("bob", false);
    assertEquals(List.of("+bob", "-bob"), shown());
  }

  @Test
  void who_is_hidden_is_as_one_of_whom_nothing_is_known() {
    shows("bob", HIDDEN, 100);
    watch("bob", "nobody");
    told("bob", true);
    told("bob", false);
    told("bob", true);
    assertEquals(List.of(), shown());
  }

  @Test
  void what_a_user_does_not_show_they_are_not_told_of_others() {
    shows("alice", ONLINE_ONLY, 1);
    shows("bob", ALL, 100);
    watch("bob");
    told("bob", false);
    assertEquals(List.of("-bob"), shown(), "without the time");
    chooses("alice", HIDDEN, 1);
    told("bob", true);
    assertEquals(List.of(), shown());
    chooses("alice", ALL, 1);
    told("bob", false);
    assertEquals(List.of("+bob", "-bob 100"), shown());
  }

  @Test
  void who_hides_goes_at_once_without_a_time_and_is_told_of_no_more() {
    shows("bob", ALL, 100);
    watch("bob", "carol");
    told("bob", true);
    told("carol", true);
    shown();
    chooses("bob", HIDDEN, 100);
    assertEquals(List.of("-bob"), shown());
    told("bob", false);
    told("bob", true);
    chooses("bob", HIDDEN, 200);
    assertEquals(List.of(), shown());
    chooses("bob", ALL, 200);
    assertEquals(List.of("+bob"), shown(), "as presence told last");
  }

  @Test
  void a_time_that_was_shown_is_taken_back_when_it_is_shown_no_more() {
    shows("bob", ALL, 100);
    watch("bob");
    told("bob", false);
    assertEquals(List.of("-bob 100"), shown());
    chooses("bob", ONLINE_ONLY, 100);
    assertEquals(List.of("-bob"), shown());
    chooses("bob", HIDDEN, 100);
    assertEquals(List.of(), shown(), "which tells nothing new");
    chooses("bob", ALL, 100);
    assertEquals(List.of("-bob 100"), shown());
  }

  @Test
  void who_hides_is_told_nothing_of_others_from_then_on() {
    watch("bob", "carol");
    told("bob", true);
    told("carol", false);
    assertEquals(List.of("+bob", "-carol"), shown());
    chooses("alice", HIDDEN, 1);
    assertEquals(List.of("-bob"), shown(), "carol is offline without a time already");
    told("carol", true);
    assertEquals(List.of(), shown());
  }

  @Test
  void nothing_is_told_before_both_choices_are_read() {
    rig.live();
    rig.held = request -> request.hasDescribePresence();
    subscribe("bob");
    told("bob", true);
    assertEquals(List.of(), shown());
    rig.answer(OperationCase.DESCRIBE_PRESENCE, FakeOwner.refusal(Reason.REASON_UNAVAILABLE));
    rig.run();
    assertEquals(List.of(), shown());
    rig.held = request -> false;
    rig.full = request -> request.hasDescribePresence();
    rig.passAlive(Duration.ofSeconds(10));
    assertEquals(List.of(), shown());
    rig.full = request -> false;
    rig.passAlive(Duration.ofSeconds(10));
    assertEquals(List.of("+bob"), shown());
    assertEquals(0, rig.waiting.size());
  }

  @Test
  void what_was_read_before_a_change_means_nothing() {
    watch("bob");
    rig.held = request -> request.hasDescribePresence();
    told("bob", true);
    shows("bob", HIDDEN, 1);
    changed("bob");
    PresenceDescription before = PresenceDescription.newBuilder().setVisibility(ALL).build();
    rig.answer(OperationCase.DESCRIBE_PRESENCE, MailboxResponse.newBuilder().setPresenceDescription(before).build());
    rig.answer(OperationCase.DESCRIBE_PRESENCE, MailboxResponse.newBuilder().setPresenceDescription(before).build());
    assertEquals(List.of(), shown());
    rig.held = request -> false;
    rig.run();
    assertEquals(List.of(), shown());
    chooses("bob", ALL, 1);
    assertEquals(List.of("+bob"), shown());
  }

  @Test
  void where_changes_may_have_been_missed_all_choices_are_read_anew() {
    watch("bob", "carol");
    told("bob", true);
    told("carol", true);
    shown();
    shows("carol", HIDDEN, 1);
    changed("");
    assertEquals(List.of("-carol"), shown());
    shows("alice", HIDDEN, 1);
    changed("");
    assertEquals(List.of("-bob"), shown());
  }

  @Test
  void a_new_list_reads_anew_what_those_show_who_stay_in_it() {
    watch("bob", "carol");
    told("bob", true);
    told("carol", true);
    shown();
    shows("carol", HIDDEN, 1);
    subscribe("carol", "bob");
    assertEquals(List.of("-carol"), shown());
  }

  @Test
  void a_choice_that_this_edge_does_not_know_shows_nothing() {
    rig.owner.presences.put("bob", PresenceDescription.newBuilder().setVisibilityValue(99).build());
    watch("bob");
    told("bob", true);
    assertEquals(List.of(), shown());
  }
}
