package chasqui.presence;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import chasqui.presence.v1.ToPresenceItem;
import chasqui.presence.v1.Unwatch;
import io.grpc.Status;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Who is online.
class PresenceBookTest extends PresenceBookRig {

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
  void an_edge_that_does_not_greet_is_ended() {
    here(9, "bob", 7);
    assertEquals(Status.Code.FAILED_PRECONDITION, ended.get(9L).getCode());
  }
}
