package chasqui.presence;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Who is online, asked once.
class PresenceBookLookTest extends PresenceBookRig {

  private static final Duration LONG = Duration.ofSeconds(60);
  private static final Duration SHORT = Duration.ofMillis(59_999);

  private String seen(String user, Duration owned) {
    look(E2, 9, user, owned);
    List<String> said = told(E2);
    assertEquals(1, said.size(), "answered once, and to whom asked");
    assertEquals("9", said.getFirst().substring(0, 1));
    return said.getFirst().substring(1);
  }

  @Test
  void who_is_here_is_online_whoever_has_just_become_the_owner() {
    here(E1, "bob", 7);
    assertEquals("+", seen("bob", Duration.ZERO));
    assertEquals("+", seen("bob", LONG));
    assertEquals(List.of(), told(E1));
  }

  @Test
  void of_whom_nothing_is_known_is_offline_once_the_node_could_know() {
    assertEquals("?", seen("bob", SHORT));
    assertEquals("-", seen("bob", LONG));
    assertEquals(0, book.size().users(), "and nothing is kept of them");
    watch(E1, "bob");
    assertEquals("-", seen("bob", LONG));
    assertEquals("?", seen("bob", SHORT));
  }

  @Test
  void who_left_is_online_until_sixty_seconds_have_passed_since_they_were_heard_of() {
    here(E1, "bob", 7);
    after(100);
    left(E1, "bob", 7, Duration.ofSeconds(20));
    after(39);
    assertEquals("+", seen("bob", LONG));
    after(1);
    assertEquals("-", seen("bob", LONG));
  }

  @Test
  void whose_edge_was_lost_is_online_for_as_long() {
    here(E1, "bob", 7);
    book.broken(E1, now);
    after(59);
    assertEquals("+", seen("bob", LONG));
    after(1);
    assertEquals("-", seen("bob", LONG));
  }

  @Test
  void where_sessions_were_left_out_nobody_of_them_is_said_to_be_offline() {
    start(new PresenceConfig(Duration.ofSeconds(60), 1, 10));
    here(E1, "bob", 7);
    here(E1, "carol", 8);
    assertEquals("?", seen("carol", LONG));
    assertEquals("?", seen("dave", LONG));
    assertEquals("+", seen("bob", LONG));
  }

  @Test
  void an_answer_that_finds_no_room_is_not_given() {
    full.add(E2);
    look(E2, 9, "bob", LONG);
    full.clear();
    assertEquals(List.of(), told(E2));
    assertEquals("-", seen("bob", LONG));
  }
}
