package chasqui.router;

import static chasqui.router.RouterDriver.E1;
import static chasqui.router.RouterDriver.E2;
import static chasqui.router.RouterDriver.MAILBOX;
import static chasqui.router.RouterDriver.REGISTRY;
import static chasqui.router.RouterDriver.entry;
import static chasqui.router.RouterDriver.push;
import static org.junit.jupiter.api.Assertions.assertEquals;

import chasqui.log.v1.Created;
import chasqui.log.v1.Member;
import chasqui.log.v1.MembershipAction;
import chasqui.log.v1.MembershipChange;
import chasqui.mailbox.v1.Append;
import chasqui.mailbox.v1.Appended;
import chasqui.mailbox.v1.FromMailbox;
import chasqui.mailbox.v1.MailboxEvent;
import chasqui.mailbox.v1.MailboxRequest;
import chasqui.mailbox.v1.MailboxResponse;
import chasqui.registry.v1.ToRegistryItem;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class FanOutTest {

  private final RouterDriver driver = new RouterDriver(RouterConfig.DEFAULT);

  /// Conversation `c` of alice (e1:10, e2:20) and bob (e1:11), all remembered.
  private RouterDriver warm() {
    driver.push("c", 1, 1).roster("c", 1, "alice", "bob").here("alice", "e1:10", "e2:20").here("bob", "e1:11");
    driver.told(E1);
    driver.told(E2);
    return driver;
  }

  private static MembershipChange change(MembershipAction action, String user) {
    return MembershipChange.newBuilder().setAction(action).addMembers(Member.newBuilder().setUserId(user)).build();
  }

  @Test
  void the_first_push_reads_the_roster_and_looks_its_members_up() {
    driver.push("c", 5, 1);
    assertEquals(List.of(), driver.out.take(REGISTRY));
    driver.roster("c", 1, "alice", "bob").here("alice", "e1:10", "e2:20").here("bob", "e1:11");
    assertEquals(List.of("c@5 [10]", "c@5 [11]"), driver.told(E1));
    assertEquals(List.of("c@5 [20]"), driver.told(E2));
    assertEquals(0, driver.core.size().pushesHeld());
  }

  @Test
  void in_steady_state_an_edge_gets_one_copy_for_all_its_sessions_and_nobody_is_asked() {
    warm().push("c", 2, 1);
    assertEquals(List.of("c@2 [10, 11]"), driver.told(E1));
    assertEquals(List.of("c@2 [20]"), driver.told(E2));
    assertEquals(List.of(), driver.out.take(REGISTRY));
    assertEquals(List.of(), driver.out.take(MAILBOX));
  }

  @Test
  void nobody_here_is_never_remembered() {
    driver.push("c", 1, 1).roster("c", 1, "alice").here("alice");
    driver.push("c", 2, 1).here("alice", "e1:10");
    assertEquals(List.of("c@2 [10]"), driver.told(E1));
  }

  @Test
  void look_ups_of_one_user_are_joined() {
    driver.push("c", 1, 1).roster("c", 1, "alice").push("c", 2, 1).push("d", 1, 1).roster("d", 1, "alice");
    assertEquals(List.of("alice"), driver.lookedUp());
    driver.push("c", 3, 1);
    assertEquals(List.of(), driver.lookedUp());
  }

  @Test
  void whoever_waits_for_one_look_up_is_told_in_order() {
    driver.push("c", 1, 1).roster("c", 1, "alice").push("c", 2, 1).push("c", 3, 1).here("alice", "e1:10");
    assertEquals(List.of("c@1 [10]", "c@2 [10]", "c@3 [10]"), driver.told(E1));
  }

  @Test
  void members_in_the_cache_do_not_wait_for_the_others() {
    warm().push("d", 1, 1).roster("d", 1, "alice", "carol");
    assertEquals(List.of("d@1 [10]"), driver.told(E1));
    driver.here("carol", "e1:12");
    assertEquals(List.of("d@1 [12]"), driver.told(E1));
  }

  @Test
  void a_roster_of_the_past_is_not_used_for_a_new_member() {
    warm().push("c", 2, 2);
    assertEquals(List.of(), driver.told(E1), "the roster at 1 is older than the change at 2");
    driver.roster("c", 2, "alice", "bob", "carol@2").here("carol", "e2:21");
    assertEquals(List.of("c@2 [10, 11]"), driver.told(E1));
    assertEquals(List.of("c@2 [20]", "c@2 [21]"), driver.told(E2));
  }

  @Test
  void an_answer_older_than_the_push_is_asked_for_again() {
    warm().push("c", 3, 3).roster("c", 2, "alice");
    assertEquals(List.of(), driver.told(E1));
    driver.after(RouterConfig.Holding.DEFAULT.retry()).roster("c", 3, "alice", "bob");
    assertEquals(List.of("c@3 [10, 11]"), driver.told(E1));
  }

  @Test
  void who_joined_after_an_entry_does_not_get_it() {
    driver.push("c", 5, 1).roster("c", 7, "alice", "carol@7").here("alice", "e1:10");
    assertEquals(List.of("c@5 [10]"), driver.told(E1));
    assertEquals(List.of(), driver.lookedUp());
    driver.push("c", 7, 7).here("carol", "e1:12");
    assertEquals(List.of("c@7 [10]", "c@7 [12]"), driver.told(E1));
  }

  @Test
  void who_is_removed_gets_the_entry_that_says_so_and_nothing_after() {
    warm();
    driver.pushed(push("c", entry(2).setMembership(change(MembershipAction.MEMBERSHIP_ACTION_REMOVED, "bob")), 2));
    driver.roster("c", 2, "alice");
    assertEquals(List.of("c@2 [10, 11]"), driver.told(E1));
    driver.push("c", 3, 2);
    assertEquals(List.of("c@3 [10]"), driver.told(E1));
    driver.pushed(push("c", entry(4).setMembership(change(MembershipAction.MEMBERSHIP_ACTION_LEFT, "alice")), 4));
    driver.roster("c", 4);
    assertEquals(List.of("c@4 [10]"), driver.told(E1));
  }

  @Test
  void who_is_removed_and_is_not_remembered_is_looked_up() {
    driver.pushed(push("c", entry(2).setMembership(change(MembershipAction.MEMBERSHIP_ACTION_REMOVED, "bob")), 2));
    driver.roster("c", 2).here("bob", "e1:11");
    assertEquals(List.of("c@2 [11]"), driver.told(E1));
  }

  @Test
  void a_change_of_role_tells_each_member_once() {
    warm();
    driver.pushed(push("c", entry(2).setMembership(change(MembershipAction.MEMBERSHIP_ACTION_ROLE_CHANGED, "bob")), 2));
    driver.roster("c", 2, "alice", "bob");
    assertEquals(List.of("c@2 [10, 11]"), driver.told(E1));
  }

  @Test
  void the_first_entry_brings_its_roster_along() {
    Created created = Created.newBuilder()
        .addMembers(Member.newBuilder().setUserId("alice").setJoinSeq(1))
        .addMembers(Member.newBuilder().setUserId("bob").setJoinSeq(1))
        .build();
    driver.pushed(push("n", entry(1).setCreated(created), 1)).here("alice", "e1:10").here("bob");
    assertEquals(List.of("n@1 [10]"), driver.told(E1));
    assertEquals(List.of(), driver.out.take(MAILBOX));
  }

  @Test
  void another_generation_reads_the_roster_anew() {
    warm().pushed(push("c", entry(2), 1).toBuilder().setGeneration(2).build()).roster("c", 1, "alice");
    assertEquals(List.of("c@2 [10]"), driver.told(E1));
  }

  @Test
  void marked_users_get_the_copy_at_once_and_unknown_sessions_the_head_after_a_fresh_look_up() {
    warm().push("c", 2, 1, "alice");
    assertEquals(List.of("c@2 [10, 11]"), driver.told(E1));
    assertEquals(List.of("c@2 [20]"), driver.told(E2));
    driver.here("alice", "e1:10", "e2:20", "e2:22");
    assertEquals(List.of(), driver.told(E1), "told before");
    assertEquals(List.of("c@2 head [22]"), driver.told(E2));
    driver.push("c", 3, 1);
    assertEquals(List.of("c@3 [20, 22]"), driver.told(E2), "remembered from then on");
  }

  @Test
  void marked_users_who_are_not_remembered_get_the_copy_from_one_look_up() {
    driver.push("c", 1, 1, "alice").roster("c", 1, "alice").here("alice", "e1:10");
    assertEquals(List.of("c@1 [10]"), driver.told(E1));
    assertEquals(List.of(), driver.lookedUp());
  }

  @Test
  void a_fresh_look_up_is_sent_after_the_push_even_if_an_older_one_is_under_way() {
    driver.push("c", 1, 1).roster("c", 1, "alice").push("c", 2, 1, "alice").here("alice");
    driver.here("alice", "e1:10");
    assertEquals(List.of("c@2 [10]"), driver.told(E1));
    assertEquals(0, driver.core.size().pushesHeld());
  }

  @Test
  void stored_marks_bring_the_head_to_sessions_that_came_between_push_and_marks() {
    warm().push("c", 2, 1);
    assertEquals(List.of("c@2 [10, 11]"), driver.told(E1));
    assertEquals(List.of("c@2 [20]"), driver.told(E2));
    driver.marksStored("c", 2, "alice", "carol").here("alice", "e1:10", "e2:20", "e2:22").here("carol", "e1:30");
    assertEquals(List.of("c@2 head [10]", "c@2 head [30]"), driver.told(E1), "a session that knows the head ignores it");
    assertEquals(List.of("c@2 head [20, 22]"), driver.told(E2));
    assertEquals(List.of(), driver.lookedUp());
  }

  @Test
  void marks_of_a_conversation_of_which_the_roster_is_not_known_need_none() {
    driver.marksStored("unknown", 7, "dora").here("dora", "e2:40");
    assertEquals(List.of("unknown@7 head [40]"), driver.told(E2));
  }

  @Test
  void an_answer_to_an_append_comes_before_the_copy_of_its_entry() {
    warm();
    driver.request(E1, MailboxRequest.newBuilder().setRequestId(9)
        .setAppend(Append.newBuilder().setConversationId("c")));
    long id = driver.out.takeFirst(MAILBOX, MailboxRequest.class, request -> true).getRequestId();
    driver.core.mailboxFrame(MAILBOX, FromMailbox.newBuilder()
        .addEvents(MailboxEvent.newBuilder().setPush(push("d", entry(1), 1)))
        .addEvents(MailboxEvent.newBuilder().setResponse(MailboxResponse.newBuilder()
            .setRequestId(id).setAppended(Appended.getDefaultInstance())))
        .addEvents(MailboxEvent.newBuilder().setPush(push("c", entry(2), 1)))
        .build(), 1_000_000_000L);
    assertEquals(List.of("9 APPENDED", "c@2 [10, 11]"), driver.told(E1));
  }

  @Test
  void a_notice_changes_what_is_remembered_and_is_always_confirmed() {
    warm().notice(71, "alice", "e1:10");
    driver.push("c", 2, 1);
    assertEquals(List.of(), driver.told(E2), "e2:20 is gone");
    driver.told(E1);
    driver.notice(72, 1, "alice", "e1:10", "e2:20").push("c", 3, 1);
    assertEquals(List.of(), driver.told(E2), "an older version is ignored");
    driver.notice(73, "stranger", "e1:99");
    List<Long> confirmed = driver.out.take(REGISTRY).stream().map(i -> ((ToRegistryItem) i).getNoticeTaken().getNoticeId()).toList();
    assertEquals(List.of(71L, 72L, 73L), confirmed);
  }

  @Test
  void a_notice_about_somebody_not_remembered_is_not_remembered_either() {
    driver.notice(73, "alice", "e1:99").push("c", 1, 1).roster("c", 1, "alice");
    assertEquals(List.of("alice"), driver.lookedUp());
  }

  @Test
  void a_notice_without_sessions_makes_the_router_forget() {
    warm().notice(71, "alice").push("c", 2, 1);
    assertEquals(List.of("c@2 [11]"), driver.told(E1));
    driver.here("alice", "e2:23");
    assertEquals(List.of("c@2 [23]"), driver.told(E2));
  }

  @Test
  void sessions_not_here_are_dropped_and_their_user_looked_up_afresh() {
    warm().push("c", 2, 1);
    driver.told(E1);
    driver.told(E2);
    driver.notHere(E2, "c", 2, 20);
    driver.here("alice", "e1:10", "e2:20", "e1:15");
    assertEquals(List.of("c@2 head [10, 15]"), driver.told(E1));
    assertEquals(List.of(), driver.told(E2), "never again to the session that is gone: it would come back for ever");
    assertEquals(List.of(), driver.lookedUp());
  }

  @Test
  void the_second_push_to_a_session_that_is_gone_is_sent_again_too() {
    warm().push("c", 2, 1).push("c", 3, 1);
    driver.told(E1);
    driver.told(E2);
    driver.notHere(E2, "c", 2, 20).notHere(E2, "c", 3, 20);
    driver.here("alice", "e1:15");
    assertEquals(List.of("c@2 head [15]"), driver.told(E1));
    driver.here("alice", "e1:15");
    assertEquals(List.of("c@3 head [15]"), driver.told(E1));
  }

  @Test
  void the_order_of_events_alone_decides_what_is_said() {
    assertEquals(story(), story());
  }

  private static String story() {
    RouterDriver driver = new RouterDriver(RouterConfig.DEFAULT);
    StringBuilder said = new StringBuilder();
    for (int i = 1; i < 60; i++) {
      String conversation = "c" + i % 7;
      boolean known = i > 7;
      driver.push(conversation, i, 1, i % 5 == 0 ? "user1" : "user2");
      if (!known) {
        driver.roster(conversation, 1, "user" + i % 3, "user1", "user2");
      }
      driver.after(Duration.ofMillis(200));
      for (Object lookup : driver.out.take(REGISTRY)) {
        ToRegistryItem item = (ToRegistryItem) lookup;
        if (item.hasLookup()) {
          driver.out.toRegistry(REGISTRY, item);
          driver.here(item.getLookup().getUserId(), "e1:" + i % 4, "e2:" + i % 9);
        }
      }
      said.append(driver.told(E1)).append(driver.told(E2));
    }
    return said.toString();
  }
}
