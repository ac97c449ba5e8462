package chasqui.presence;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import chasqui.link.Link.Offer;
import chasqui.presence.v1.FromPresenceItem;
import chasqui.presence.v1.Here;
import chasqui.presence.v1.Left;
import chasqui.presence.v1.PresenceHello;
import chasqui.presence.v1.ToPresence;
import chasqui.presence.v1.ToPresenceItem;
import chasqui.presence.v1.Unwatch;
import chasqui.presence.v1.Watch;
import io.grpc.Status;
import io.opentelemetry.api.OpenTelemetry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Who is online, with time that moves by hand.
class PresenceBookTest implements PresenceOutbound {

  private static final long E1 = 1;
  private static final long E2 = 2;

  private final Map<Long, List<String>> said = new HashMap<>();
  private final Map<Long, Status> ended = new HashMap<>();
  private final Set<Long> full = new HashSet<>();
  private PresenceBook book;
  private long now = 5_000_000_000L;

  @BeforeEach
  void begin() {
    start(PresenceConfig.DEFAULT);
  }

  private void start(PresenceConfig config) {
    book = new PresenceBook(config, this, OpenTelemetry.noop().getMeter("test"));
    hello(E1, "e1");
    hello(E2, "e2");
  }

  private void say(long link, ToPresenceItem.Builder item) {
    book.received(link, ToPresence.newBuilder().addItems(item).build(), now);
  }

  private void hello(long link, String node) {
    say(link, ToPresenceItem.newBuilder().setHello(PresenceHello.newBuilder().setNodeId(node).setIncarnation("1")));
  }

  private void here(long link, String user, long session) {
    say(link, ToPresenceItem.newBuilder().setHere(Here.newBuilder().setUserId(user).setSessionId(session)));
  }

  private void left(long link, String user, long session, Duration silent) {
    say(link, ToPresenceItem.newBuilder().setLeft(
        Left.newBuilder().setUserId(user).setSessionId(session).setSilentMs(silent.toMillis())));
  }

  private void watch(long link, String user) {
    say(link, ToPresenceItem.newBuilder().setWatch(Watch.newBuilder().setUserId(user)));
  }

  private void after(long seconds) {
    for (long i = 0; i < seconds; i++) {
      now += 1_000_000_000L;
      book.tick(now);
    }
  }

  private List<String> told(long link) {
    List<String> told = said.remove(link);
    return told == null ? List.of() : told;
  }

  @Override
  public Offer send(long link, FromPresenceItem item) {
    if (full.contains(link)) {
      return Offer.FULL;
    }
    said.computeIfAbsent(link, l -> new ArrayList<>())
        .add((item.getTold().getOnline() ? "+" : "-") + item.getTold().getUserId());
    return Offer.ACCEPTED;
  }

  @Override
  public void end(long link, Status why) {
    ended.put(link, why);
  }

  @Override
  public void flush() {}

  @Test
  void who_is_online_is_told_at_once_and_who_comes_when_they_come() {
    here(E1, "bob", 7);
    watch(E2, "bob");
    watch(E2, "carol");
    assertEquals(List.of("+bob"), told(E2));
    here(E1, "carol", 8);
    assertEquals(List.of("+carol"), told(E2));
    assertEquals(List.of(), told(E1), "only who watches is told");
  }

  @Test
  void a_user_is_offline_sixty_seconds_after_the_last_session_ended() {
    here(E1, "bob", 7);
    watch(E2, "bob");
    after(100);
    told(E2);
    left(E1, "bob", 7, Duration.ZERO);
    after(59);
    assertEquals(List.of(), told(E2));
    after(1);
    assertEquals(List.of("-bob"), told(E2));
  }

  @Test
  void the_sixty_seconds_count_from_the_last_sign_of_life() {
    here(E1, "bob", 7);
    here(E1, "carol", 8);
    watch(E2, "bob");
    watch(E2, "carol");
    after(100);
    told(E2);
    left(E1, "carol", 8, Duration.ZERO);
    left(E1, "bob", 7, Duration.ofSeconds(30));
    after(30);
    assertEquals(List.of("-bob"), told(E2));
    after(30);
    assertEquals(List.of("-carol"), told(E2));
  }

  @Test
  void whoever_was_silent_longest_is_told_of_first_however_many_left_before() {
    for (int i = 0; i < 200; i++) {
      here(E1, "user" + i, i);
    }
    here(E1, "bob", 500);
    watch(E2, "bob");
    after(100);
    told(E2);
    for (int i = 0; i < 200; i++) {
      left(E1, "user" + i, i, Duration.ZERO);
    }
    left(E1, "bob", 500, Duration.ofSeconds(30));
    after(29);
    assertEquals(List.of(), told(E2));
    after(1);
    assertEquals(List.of("-bob"), told(E2));
  }

  @Test
  void who_comes_and_goes_is_awaited_once() {
    for (int i = 0; i < 1000; i++) {
      watch(E2, "bob");
      say(E2, ToPresenceItem.newBuilder().setUnwatch(Unwatch.newBuilder().setUserId("bob")));
      here(E1, "carol", i);
      left(E1, "carol", i, Duration.ZERO);
    }
    assertEquals(1, book.size().awaited());
    here(E1, "carol", 1000);
    assertEquals(0, book.size().awaited(), "who is here is not awaited");
  }

  @Test
  void devices_are_merged() {
    here(E1, "bob", 7);
    here(E2, "bob", 9);
    watch(E2, "bob");
    after(100);
    told(E2);
    left(E1, "bob", 7, Duration.ZERO);
    after(200);
    assertEquals(List.of(), told(E2));
    left(E2, "bob", 9, Duration.ZERO);
    after(60);
    assertEquals(List.of("-bob"), told(E2));
  }

  @Test
  void who_comes_back_in_time_was_never_away() {
    here(E1, "bob", 7);
    watch(E2, "bob");
    after(100);
    told(E2);
    left(E1, "bob", 7, Duration.ZERO);
    after(59);
    here(E2, "bob", 1);
    after(100);
    assertEquals(List.of(), told(E2));
  }

  @Test
  void a_new_owner_says_no_offline_for_sixty_seconds() {
    watch(E2, "bob");
    after(59);
    assertEquals(List.of(), told(E2));
    after(1);
    assertEquals(List.of("-bob"), told(E2));
  }

  @Test
  void a_session_that_ends_soon_after_a_change_of_owner_says_no_offline_early_either() {
    watch(E2, "bob");
    here(E1, "bob", 7);
    left(E1, "bob", 7, Duration.ofSeconds(50));
    told(E2);
    after(59);
    assertEquals(List.of(), told(E2), "another device may not have been said again yet");
    after(1);
    assertEquals(List.of("-bob"), told(E2));
  }

  @Test
  void a_broken_link_counts_as_the_last_sign_of_life_of_its_sessions() {
    here(E1, "bob", 7);
    watch(E2, "bob");
    after(100);
    told(E2);
    book.broken(E1, now);
    after(59);
    assertEquals(List.of(), told(E2));
    after(1);
    assertEquals(List.of("-bob"), told(E2));
  }

  @Test
  void an_edge_that_says_everything_again_on_another_link_is_believed() {
    here(E1, "bob", 7);
    watch(E2, "bob");
    after(100);
    told(E2);
    hello(3, "e1");
    assertNotNull(ended.get(E1));
    here(3, "bob", 7);
    after(100);
    assertEquals(List.of(), told(E2));
  }

  @Test
  void who_is_not_watched_any_more_is_not_told_of_and_forgotten() {
    watch(E2, "bob");
    say(E2, ToPresenceItem.newBuilder().setUnwatch(Unwatch.newBuilder().setUserId("bob")));
    assertEquals(0, book.size().users());
    here(E1, "bob", 7);
    assertEquals(List.of(), told(E2));
    left(E1, "bob", 7, Duration.ZERO);
    after(60);
    assertEquals(new PresenceBook.Size(0, 0, 0, 0), book.size());
  }

  @Test
  void a_busy_link_is_told_the_newest_state_later() {
    watch(E2, "bob");
    full.add(E2);
    here(E1, "bob", 7);
    after(100);
    left(E1, "bob", 7, Duration.ZERO);
    after(60);
    here(E1, "bob", 8);
    full.clear();
    after(1);
    assertEquals(List.of("+bob"), told(E2));
  }

  @Test
  void beyond_its_bounds_it_takes_no_more() {
    start(new PresenceConfig(Duration.ofSeconds(60), 2, 1));
    watch(E2, "bob");
    watch(E2, "carol");
    here(E1, "carol", 1);
    here(E1, "dave", 2);
    assertEquals(new PresenceBook.Size(2, 1, 0, 1), book.size());
  }

  @Test
  void nobody_is_offline_who_was_left_out_for_want_of_room() {
    start(new PresenceConfig(Duration.ofSeconds(60), 1, 10));
    here(E1, "alice", 1);
    here(E1, "bob", 2);
    left(E1, "alice", 1, Duration.ZERO);
    after(60);
    watch(E2, "bob");
    after(1000);
    assertEquals(List.of(), told(E2), "bob is here, which was not taken");
  }

  @Test
  void once_there_is_room_an_edge_says_all_again_and_who_is_away_is_told() {
    start(new PresenceConfig(Duration.ofSeconds(60), 3, 10));
    here(E1, "alice", 1);
    here(E1, "bob", 2);
    here(E1, "carol", 3);
    here(E1, "dave", 4);
    after(200);
    assertEquals(Map.of(), ended, "as long as there is no room it would be left out again");
    left(E1, "alice", 1, Duration.ZERO);
    left(E1, "bob", 2, Duration.ZERO);
    after(61);
    assertEquals(Status.Code.UNAVAILABLE, ended.get(E1).getCode());
    watch(E2, "dave");
    watch(E2, "erin");
    hello(3, "e1");
    after(59);
    here(3, "carol", 3);
    here(3, "dave", 4);
    assertEquals(List.of("+dave"), told(E2));
    after(70);
    assertEquals(List.of("-erin"), told(E2), "all was said: there is no doubt of anybody");
    left(3, "dave", 4, Duration.ZERO);
    after(60);
    assertEquals(List.of("-dave"), told(E2));
  }

  @Test
  void an_edge_says_all_again_at_most_once_a_minute() {
    start(new PresenceConfig(Duration.ofSeconds(60), 1, 10));
    for (int link = 10; link < 20; link++) {
      hello(link, "e1");
      here(link, "user" + link, 1);
      here(link, "other" + link, 2);
      int minute = link;
      left(link, "user" + link, 1, Duration.ofSeconds(60));
      after(59);
      assertEquals(null, ended.get((long) minute));
      after(61);
      assertEquals(Status.Code.UNAVAILABLE, ended.get((long) minute).getCode());
    }
  }

  @Test
  void an_edge_that_does_not_greet_is_ended() {
    here(9, "bob", 7);
    assertEquals(Status.Code.FAILED_PRECONDITION, ended.get(9L).getCode());
  }
}
