package chasqui.router;

import static chasqui.router.RouterDriver.E1;
import static chasqui.router.RouterDriver.E2;
import static chasqui.router.RouterDriver.MAILBOX;
import static chasqui.router.RouterDriver.MAILBOX_NODE;
import static chasqui.router.RouterDriver.REGISTRY;
import static chasqui.router.RouterDriver.REGISTRY_NODE;
import static chasqui.router.RouterDriver.entry;
import static chasqui.router.RouterDriver.node;
import static chasqui.router.RouterDriver.push;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import chasqui.discovery.NodeRecord;
import chasqui.discovery.Role;
import chasqui.error.v1.Reason;
import chasqui.log.v1.Entry;
import chasqui.log.v1.Member;
import chasqui.log.v1.MembershipAction;
import chasqui.log.v1.MembershipChange;
import chasqui.log.v1.Message;
import chasqui.log.v1.TextContent;
import chasqui.mailbox.v1.MailboxResponse;
import chasqui.mailbox.v1.Refusal;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/// What happens when something is lost, full or away: bounds hold, and whoever missed a head is told to compare.
class RepairTest {

  private static final Duration TICK = Duration.ofMillis(100);
  private static final Duration PATIENCE = RouterConfig.Holding.DEFAULT.patience();

  private final RouterDriver driver = new RouterDriver(RouterConfig.DEFAULT);

  private static RouterDriver holding(int pushes, int perConversation, int lookups, int perLookup) {
    return new RouterDriver(new RouterConfig(
        RouterConfig.Forwarding.DEFAULT,
        RouterConfig.Caches.DEFAULT,
        new RouterConfig.Holding(
            pushes, 64 * 1024, perConversation, lookups, perLookup, Duration.ofSeconds(5), Duration.ofMillis(200)),
        RouterConfig.Repair.DEFAULT));
  }

  private static RouterDriver warm(RouterDriver driver) {
    driver.push("c", 1, 1).roster("c", 1, "alice").here("alice", "e1:10", "e2:20");
    driver.told(E1);
    driver.told(E2);
    return driver;
  }

  private static Entry.Builder large(long seq) {
    return entry(seq).setMessage(Message.newBuilder().setText(TextContent.newBuilder().setText("x".repeat(40_000))));
  }

  @Test
  void pushes_that_wait_for_a_roster_leave_in_order() {
    driver.push("c", 1, 1).push("c", 2, 1).push("c", 3, 1);
    assertEquals(3, driver.core.size().pushesHeld());
    driver.roster("c", 1, "alice").here("alice", "e1:10");
    assertEquals(List.of("c@1 [10]", "c@2 [10]", "c@3 [10]"), driver.told(E1));
    assertEquals(0, driver.core.size().pushesHeld());
  }

  @Test
  void beyond_the_bound_of_a_conversation_only_the_newest_head_is_told_to_everybody_who_missed_something() {
    RouterDriver small = holding(100, 2, 100, 100);
    MembershipChange left = MembershipChange.newBuilder().setAction(MembershipAction.MEMBERSHIP_ACTION_LEFT)
        .addMembers(Member.newBuilder().setUserId("bob")).build();
    small.push("c", 1, 1).pushed(push("c", entry(2).setMembership(left), 2)).push("c", 3, 2).push("c", 4, 2);
    assertEquals(0, small.core.size().pushesHeld());
    small.roster("c", 2, "alice").here("alice", "e1:10").here("bob", "e1:11");
    assertEquals(List.of("c@4 head [10]", "c@2 head [11]"), small.told(E1), "bob's last entry is 2");
  }

  @Test
  void beyond_the_bound_of_bytes_only_heads_wait() {
    RouterDriver small = holding(100, 100, 100, 100);
    small.pushed(push("c", large(1), 1)).pushed(push("c", large(2), 1));
    assertTrue(small.core.size().bytesHeld() <= 64 * 1024);
    small.roster("c", 1, "alice").here("alice", "e1:10");
    assertEquals(List.of("c@1 [10]", "c@2 head [10]"), small.told(E1));
    assertEquals(0, small.core.size().bytesHeld());
  }

  @Test
  void beyond_the_bound_of_pushes_the_head_is_kept_with_its_conversation() {
    RouterDriver small = holding(2, 2, 100, 100);
    small.push("a", 1, 1).push("b", 1, 1);
    assertEquals(2, small.core.size().pushesHeld());
    small.push("c", 1, 1).after(TICK);
    assertEquals(List.of("compare"), small.told(E1), "no room even to remember the conversation");
    small.push("a", 2, 1).roster("a", 1, "alice").here("alice", "e1:10");
    assertEquals(List.of("a@2 head [10]"), small.told(E1));
  }

  @Test
  void beyond_the_bound_of_look_ups_edges_compare() {
    RouterDriver small = holding(100, 2, 2, 100);
    small.push("c", 1, 1).roster("c", 1, "alice", "bob", "carol");
    assertEquals(2, small.core.size().lookups());
    small.after(TICK);
    assertEquals(List.of("compare"), small.told(E1));
    assertEquals(List.of("compare"), small.told(E2));
  }

  @Test
  void beyond_the_bound_of_one_look_up_edges_compare() {
    RouterDriver small = holding(100, 2, 100, 1);
    small.push("c", 1, 1).roster("c", 1, "alice").push("c", 2, 1).after(TICK);
    assertEquals(List.of("compare"), small.told(E1));
    small.here("alice", "e1:10");
    assertEquals(List.of("c@1 [10]"), small.told(E1));
  }

  @Test
  void a_roster_that_is_not_to_be_had_is_tried_again_and_then_edges_compare() {
    driver.push("c", 1, 1);
    for (int i = 0; i < 24; i++) {
      long id = driver.rosterRead("c").getRequestId();
      driver.respond(MailboxResponse.newBuilder().setRequestId(id)
          .setRefusal(Refusal.newBuilder().setReason(Reason.REASON_UNAVAILABLE)));
      driver.after(RouterConfig.Holding.DEFAULT.retry());
    }
    assertEquals(List.of(), driver.told(E1));
    driver.after(PATIENCE);
    assertEquals(List.of("compare"), driver.told(E1));
    assertEquals(0, driver.core.size().pushesHeld());
    driver.out.take(MAILBOX);
    driver.push("c", 2, 1).roster("c", 1, "alice").here("alice", "e1:10");
    assertEquals(List.of("c@2 [10]"), driver.told(E1));
  }

  @Test
  void a_roster_read_lost_with_its_mailbox_is_asked_of_the_next() {
    driver.push("c", 1, 1).mailboxBroken();
    NodeRecord next = node("m2", "m2-1", Role.MAILBOX);
    driver.view(next, REGISTRY_NODE);
    driver.core.mailboxOpened(5, next);
    driver.after(RouterConfig.Holding.DEFAULT.retry());
    assertEquals(1, driver.out.take(5).size());
  }

  @Test
  void a_look_up_that_is_not_answered_ends_in_comparing_not_more_often_than_can_be_borne() {
    driver.push("c", 1, 1).roster("c", 1, "alice").after(PATIENCE);
    assertEquals(List.of("compare"), driver.told(E1));
    assertEquals(0, driver.core.size().lookups());
    driver.push("c", 2, 1).after(PATIENCE);
    assertEquals(List.of("compare"), driver.told(E1));
    for (int i = 0; i < 5; i++) {
      driver.push("d" + i, 1, 1).after(Duration.ofMillis(200));
    }
    driver.told(E1);
    for (int i = 0; i < 20; i++) {
      driver.after(TICK);
    }
    assertEquals(0, driver.told(E1).size(), "their patience has not ended yet");
    for (int i = 0; i < 30; i++) {
      driver.after(TICK);
    }
    assertEquals(List.of("compare", "compare"), driver.told(E1), "five conversations, a second's worth of time");
  }

  @Test
  void a_registry_that_is_lost_takes_what_it_said_with_it() {
    warm(driver).registryBroken(REGISTRY).push("c", 2, 1);
    assertEquals(List.of(), driver.told(E1));
    driver.registryOpened(3, REGISTRY_NODE).here(3, "alice", "e1:15");
    assertEquals(List.of("c@2 [15]"), driver.told(E1));
    driver.after(RouterConfig.Repair.DEFAULT.settle());
    assertEquals(List.of("compare"), driver.told(E1), "edges may have announced again only after the look-up");
  }

  @Test
  void attempts_to_reach_a_mailbox_that_is_away_lose_nothing() {
    driver.mailboxBroken().after(TICK);
    assertEquals(List.of("compare"), driver.told(E1));
    for (long link = 20; link < 60; link++) {
      driver.mailboxRefused(link, MAILBOX_NODE).after(Duration.ofMillis(500));
    }
    assertEquals(List.of(), driver.told(E1));
  }

  @Test
  void a_link_that_stood_may_have_lost_pushes_even_if_nothing_came_of_it() {
    driver.core.mailboxOpened(20, MAILBOX_NODE);
    driver.mailboxBroken(20).after(TICK);
    assertEquals(List.of("compare"), driver.told(E1));
  }

  @Test
  void attempts_to_reach_a_registry_that_is_away_put_comparing_off_no_more() {
    driver.registryBroken(REGISTRY);
    for (long link = 20; link < 60; link++) {
      driver.registryRefused(link, REGISTRY_NODE).after(Duration.ofMillis(500));
    }
    assertEquals(List.of("compare"), driver.told(E1));
    driver.registryOpened(60, REGISTRY_NODE).after(TICK);
    assertEquals(List.of(), driver.told(E1), "edges have yet to announce there");
    driver.after(RouterConfig.Repair.DEFAULT.settle());
    assertEquals(List.of("compare"), driver.told(E1));
    driver.registryOpened(61, REGISTRY_NODE).after(RouterConfig.Repair.DEFAULT.settle()).after(TICK);
    assertEquals(List.of(), driver.told(E1));
  }

  @Test
  void a_look_up_under_way_is_asked_again_of_a_registry_that_comes_back() {
    driver.push("c", 1, 1).roster("c", 1, "alice");
    assertEquals(List.of("alice"), driver.lookedUp());
    driver.registryBroken(REGISTRY).registryOpened(3, REGISTRY_NODE).here(3, "alice", "e1:10");
    assertEquals(List.of("c@1 [10]"), driver.told(E1));
  }

  @Test
  void users_whose_registry_is_another_one_now_are_looked_up_there() {
    warm(driver);
    NodeRecord next = node("r2", "r2-1", Role.REGISTRY);
    driver.view(MAILBOX_NODE, next).registryOpened(3, next).push("c", 2, 1);
    assertEquals(List.of(), driver.out.take(REGISTRY));
    driver.here(3, "alice", "e1:15");
    assertEquals(List.of("c@2 [15]"), driver.told(E1));
  }

  @Test
  void a_look_up_that_found_no_room_on_the_link_is_sent_later() {
    driver.out.full.add(REGISTRY);
    driver.push("c", 1, 1).roster("c", 1, "alice");
    driver.out.full.clear();
    driver.after(TICK).here("alice", "e1:10");
    assertEquals(List.of("c@1 [10]"), driver.told(E1));
  }

  @Test
  void a_mailbox_that_is_lost_may_have_taken_pushes_with_it() {
    driver.mailboxBroken().after(TICK);
    assertEquals(List.of("compare"), driver.told(E1));
    assertEquals(List.of("compare"), driver.told(E2));
  }

  @Test
  void an_edge_that_comes_back_is_told_to_compare_and_a_new_one_is_not() {
    assertEquals(List.of(), driver.told(E1));
    driver.core.edgeBroken(E1, 0);
    driver.edge(21, "e1", "e1-1");
    assertEquals(List.of("compare"), driver.told(21));
    driver.edge(22, "e3", "e3-1");
    assertEquals(List.of(), driver.told(22));
    driver.edge(23, "e2", "e2-2");
    assertEquals(List.of("compare"), driver.told(23), "a known node, though it started again");
  }

  @Test
  void an_edge_that_was_not_there_for_a_push_is_told_to_compare_when_it_comes() {
    driver.push("c", 1, 1).roster("c", 1, "alice").here("alice", "e9:90");
    driver.edge(21, "e9", "e9-1");
    assertEquals(List.of("compare"), driver.told(21));
    driver.push("c", 2, 1);
    assertEquals(List.of("c@2 [90]"), driver.told(21));
  }

  @Test
  void sessions_of_a_former_incarnation_are_not_sent_to_the_next() {
    warm(driver).core.edgeBroken(E1, 0);
    driver.edge(21, "e1", "e1-2");
    driver.told(21);
    driver.push("c", 2, 1);
    assertEquals(List.of(), driver.told(21), "session 10 of e1-2 may be anybody's");
    assertEquals(List.of("c@2 [20]"), driver.told(E2));
  }

  @Test
  void a_second_link_of_an_edge_takes_over() {
    warm(driver).edge(21, "e1", "e1-1").push("c", 2, 1);
    assertEquals(List.of(), driver.told(E1));
    assertEquals(List.of("compare", "c@2 [10]"), driver.told(21));
    driver.core.edgeBroken(E1, 0);
    driver.push("c", 3, 1);
    assertEquals(List.of("c@3 [10]"), driver.told(21), "the late end of the first link changes nothing");
  }

  @Test
  void a_link_that_an_edge_gave_up_before_its_hello_came_leaves_the_one_in_use() {
    warm(driver).edge(21, "e1", "e1-1").told(21);
    driver.core.edgeBroken(21, 0);
    assertEquals(List.of("compare"), driver.told(E1), "what went to the other link is lost");
    driver.push("c", 2, 1);
    assertEquals(List.of("c@2 [10]"), driver.told(E1));
  }

  @Test
  void sessions_not_here_of_whom_nothing_is_known_any_more_end_in_comparing() {
    driver.notHere(E1, "unknown", 5, 77).after(TICK);
    assertEquals(List.of("compare"), driver.told(E1));
  }

  @Test
  void users_beyond_the_bound_are_forgotten_the_one_unused_longest_first() {
    RouterDriver small = new RouterDriver(new RouterConfig(
        RouterConfig.Forwarding.DEFAULT, new RouterConfig.Caches(2, 100, 100),
        RouterConfig.Holding.DEFAULT, RouterConfig.Repair.DEFAULT));
    small.push("a", 1, 1).roster("a", 1, "alice").here("alice", "e1:10");
    small.push("b", 1, 1).roster("b", 1, "bob").here("bob", "e1:11");
    small.push("a", 2, 1);
    small.push("c", 1, 1).roster("c", 1, "carol").here("carol", "e1:12");
    assertEquals(2, small.core.size().users());
    small.push("a", 3, 1).push("b", 2, 1);
    assertEquals(List.of("bob"), small.lookedUp());
  }

  @Test
  void rosters_beyond_the_bound_are_forgotten() {
    RouterDriver small = new RouterDriver(new RouterConfig(
        RouterConfig.Forwarding.DEFAULT, new RouterConfig.Caches(100, 4, 100),
        RouterConfig.Holding.DEFAULT, RouterConfig.Repair.DEFAULT));
    small.push("a", 1, 1).roster("a", 1, "alice", "bob").push("b", 1, 1).roster("b", 1, "alice");
    assertEquals(2, small.core.size().members());
    small.push("b", 2, 1).push("a", 2, 1);
    assertEquals(1, small.out.take(MAILBOX).size());
  }
}
