package chasqui.router;

import static chasqui.router.RouterDriver.E1;
import static chasqui.router.RouterDriver.E2;
import static chasqui.router.RouterDriver.MAILBOX;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import chasqui.error.v1.Reason;
import chasqui.mailbox.v1.MailboxResponse;
import chasqui.mailbox.v1.Refusal;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/// "Somebody types" reaches the other members, within bounds, and nobody else.
class TypingTest {

  private static final Duration SECOND = Duration.ofSeconds(1);

  private final RouterDriver driver = new RouterDriver(RouterConfig.DEFAULT);

  private static RouterConfig with(RouterConfig.Typing typing) {
    return RouterConfig.DEFAULT.with(typing);
  }

  /// Alice types for the first time: roster and sessions have to be asked for.
  private RouterDriver begin(RouterDriver router) {
    router.types(E1, "c", "alice", true).roster("c", 1, "alice", "bob", "carol");
    return router.here("bob", "e1:10", "e2:20").here("carol", "e2:30");
  }

  @Test
  void the_others_are_told_once_for_each_edge_and_the_sender_is_not() {
    begin(driver);
    assertEquals(List.of("c: alice types [10]"), driver.told(E1));
    assertEquals(List.of("c: alice types [20]", "c: alice types [30]"), driver.told(E2));
    driver.types(E1, "c", "alice", false);
    assertEquals(List.of("c: alice stops [10]"), driver.told(E1));
    assertEquals(List.of("c: alice stops [20, 30]"), driver.told(E2));
  }

  @Test
  void who_is_not_a_member_changes_nothing_and_learns_nothing() {
    begin(driver);
    driver.told(E1);
    driver.told(E2);
    for (int i = 0; i < 100; i++) {
      driver.types(E1, "c", "mallory", i % 2 == 0);
    }
    assertEquals(List.of(), driver.told(E1));
    assertEquals(List.of(), driver.told(E2));
    driver.types(E1, "c", "bob", true);
    assertEquals(1, driver.here("alice", "e1:1").told(E1).size(), "the budget is the members' own");
  }

  @Test
  void an_unknown_conversation_looks_like_one_of_others() {
    driver.types(E1, "nowhere", "mallory", true);
    driver.respond(MailboxResponse.newBuilder()
        .setRequestId(driver.rosterRead("nowhere").getRequestId())
        .setRefusal(Refusal.newBuilder().setReason(Reason.REASON_NOT_FOUND)));
    assertEquals(List.of(), driver.told(E1));
  }

  @Test
  void the_same_is_not_told_again_within_two_seconds() {
    begin(driver);
    driver.told(E1);
    driver.types(E1, "c", "alice", true);
    assertEquals(List.of(), driver.told(E1));
    driver.after(SECOND.multipliedBy(3)).types(E1, "c", "alice", true);
    assertEquals(List.of("c: alice types [10]"), driver.told(E1));
  }

  @Test
  void a_conversation_has_a_budget() {
    RouterDriver small = begin(new RouterDriver(with(
        new RouterConfig.Typing(50, 1, 2, Duration.ofSeconds(2), Duration.ofSeconds(30), 10))));
    small.told(E1);
    small.types(E1, "c", "alice", false).types(E1, "c", "alice", true).types(E1, "c", "alice", false);
    assertEquals(List.of("c: alice stops [10]"), small.told(E1), "the burst is two, the first of which began it");
    small.after(SECOND).types(E1, "c", "alice", true);
    assertEquals(List.of("c: alice types [10]"), small.told(E1));
  }

  @Test
  void a_large_group_is_not_told() {
    RouterDriver small = new RouterDriver(with(
        new RouterConfig.Typing(2, 5, 20, Duration.ofSeconds(2), Duration.ofSeconds(30), 10)));
    small.types(E1, "c", "alice", true).roster("c", 1, "alice", "bob", "carol");
    assertEquals(List.of(), small.lookedUp());
  }

  @Test
  void who_left_is_heard_no_more_by_the_roster_of_a_push() {
    begin(driver);
    driver.push("c", 2, 2).roster("c", 2, "alice", "bob");
    driver.told(E1);
    driver.told(E2);
    driver.types(E2, "c", "carol", true);
    driver.types(E1, "c", "alice", false);
    assertEquals(List.of("c: alice stops [10]"), driver.told(E1));
    assertEquals(List.of("c: alice stops [20]"), driver.told(E2));
  }

  @Test
  void a_roster_is_read_again_when_it_is_old() {
    begin(driver);
    driver.told(E2);
    driver.after(Duration.ofSeconds(31)).types(E2, "c", "carol", true);
    assertEquals(List.of(), driver.told(E2));
    driver.roster("c", 2, "alice", "bob");
    assertEquals(List.of(), driver.told(E1).stream().filter(told -> told.contains("carol")).toList());
    assertEquals(List.of(), driver.lookedUp(), "carol has left: nobody is looked for");
  }

  @Test
  void strangers_do_not_crowd_out_members_while_an_old_roster_is_read_again() {
    begin(driver);
    driver.after(SECOND.multipliedBy(20)).types(E1, "c", "alice", false).after(SECOND.multipliedBy(11));
    driver.told(E1);
    for (int i = 0; i < 20; i++) {
      driver.types(E1, "c", "stranger" + i, true);
    }
    driver.types(E1, "c", "alice", true).types(E2, "c", "carol", true);
    driver.roster("c", 1, "alice", "bob", "carol");
    assertEquals(List.of("c: alice types [10]", "c: carol types [10]"), driver.told(E1));
  }

  @Test
  void nothing_is_remembered_of_who_left() {
    begin(driver);
    driver.after(Duration.ofMillis(29_500)).types(E2, "c", "carol", true);
    driver.after(SECOND).types(E1, "c", "bob", true).roster("c", 2, "alice", "bob");
    driver.push("c", 3, 3).roster("c", 3, "alice", "bob", "carol");
    driver.told(E1);
    driver.types(E2, "c", "carol", true);
    assertEquals(List.of("c: carol types [10]"), driver.told(E1), "of whoever joined anew nothing was told before");
  }

  @Test
  void who_is_nowhere_is_not_looked_for_at_every_signal() {
    driver.types(E1, "c", "alice", true).roster("c", 1, "alice", "bob").here("bob");
    driver.types(E1, "c", "alice", false);
    assertEquals(List.of(), driver.lookedUp());
    driver.after(SECOND.multipliedBy(3)).types(E1, "c", "alice", true);
    assertEquals(List.of("bob"), driver.lookedUp());
  }

  @Test
  void a_full_link_drops_it_and_nothing_is_owed() {
    begin(driver);
    driver.told(E1);
    driver.told(E2);
    driver.out.full.add(E1);
    driver.types(E1, "c", "alice", false);
    driver.out.full.remove(E1);
    driver.after(SECOND.multipliedBy(10));
    assertEquals(List.of(), driver.told(E1), "no comparing for what nobody misses");
    assertEquals(List.of("c: alice stops [20, 30]"), driver.told(E2));
  }

  @Test
  void an_unanswered_look_up_owes_nothing() {
    driver.types(E1, "c", "alice", true).roster("c", 1, "alice", "bob");
    driver.after(SECOND.multipliedBy(10));
    assertEquals(List.of(), driver.told(E1));
    assertThrows(AssertionError.class, () -> driver.out.takeFirst(MAILBOX, Object.class, any -> true));
  }
}
