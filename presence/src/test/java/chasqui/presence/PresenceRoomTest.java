package chasqui.presence;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.grpc.Status;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// What is said where there is no room for all users.
class PresenceRoomTest extends PresenceBookRig {

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
}
