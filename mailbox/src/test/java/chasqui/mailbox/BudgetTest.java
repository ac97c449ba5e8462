package chasqui.mailbox;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import chasqui.error.v1.Reason;
import chasqui.link.Rate;
import chasqui.mailbox.v1.Appended;
import chasqui.mailbox.v1.Refusal;
import org.junit.jupiter.api.Test;

/// What a conversation takes, and what is told of the rest.
class BudgetTest {

  private static final long SECOND = 1_000_000;

  // A message a second, three at once; a change of members a minute, two at once; two members reached by one unit.
  private final Harness harness = new Harness(MailboxConfig.DEFAULT.withBudgets(
      new MailboxConfig.Budgets(new Rate(60, 3), new Rate(1, 2), 2)));

  @Test
  void beyond_the_budget_an_append_is_refused_with_the_time_to_wait() {
    String chat = harness.direct();
    for (int i = 1; i <= 3; i++) {
      assertEquals(i + 1, sent("alice", chat, i).getSeq());
    }
    Refusal refused = refused("bob", chat, 1);
    assertEquals(Reason.REASON_RATE_LIMITED, refused.getReason());
    assertEquals(1_000, refused.getRetryAfterMs());
    assertEquals("conversation_sends", refused.getMetadataMap().get("budget"));
    harness.nowMicros += SECOND - 1_000;
    assertEquals(Reason.REASON_RATE_LIMITED, refused("bob", chat, 1).getReason());
    harness.nowMicros += 1_000;
    assertEquals(5, sent("bob", chat, 1).getSeq(), "nothing took a place meanwhile");
  }

  @Test
  void a_message_costs_what_it_causes() {
    String group = harness.group("b", "c", "d", "e", "f", "g", "h");
    Appended first = sent("alice", group, 1);
    assertEquals(8, first.getMemberCount(), "the edge charges by it as well");
    assertEquals(2_000, refused("alice", group, 2).getRetryAfterMs(), "four of three were taken, and one is needed");
  }

  @Test
  void a_repeat_gets_its_answer_although_the_budget_is_spent() {
    String chat = harness.direct();
    sent("alice", chat, 1);
    sent("alice", chat, 2);
    sent("alice", chat, 3);
    refused("alice", chat, 4);
    Appended again = sent("alice", chat, 2);
    assertEquals(3, again.getSeq());
    assertTrue(again.getRepeated());
  }

  @Test
  void what_was_sent_behind_a_refused_append_does_not_overtake_it() {
    String chat = harness.direct();
    for (int i = 1; i <= 3; i++) {
      sent("alice", chat, i);
    }
    refused("alice", chat, 4);
    harness.nowMicros += SECOND;
    assertEquals(Reason.REASON_RATE_LIMITED, refused("alice", chat, 5).getReason(), "there is room, but 4 comes first");
    assertEquals(5, sent("bob", chat, 1).getSeq(), "another device has an order of its own");
    harness.nowMicros += SECOND;
    assertEquals(6, sent("alice", chat, 4).getSeq());
    harness.nowMicros += SECOND;
    assertEquals(7, sent("alice", chat, 5).getSeq());
  }

  @Test
  void a_device_that_never_sends_again_what_was_refused_is_not_held_back_for_ever() {
    String chat = harness.direct();
    for (int i = 1; i <= 3; i++) {
      sent("alice", chat, i);
    }
    refused("alice", chat, 4);
    harness.nowMicros += 6 * SECOND;
    assertEquals(5, sent("alice", chat, 5).getSeq());
  }

  @Test
  void a_clock_put_back_neither_gives_nor_takes() {
    String chat = harness.direct();
    for (int i = 1; i <= 3; i++) {
      sent("alice", chat, i);
    }
    refused("alice", chat, 4);
    harness.nowMicros -= 3_600 * SECOND;
    assertEquals(1_000, refused("alice", chat, 4).getRetryAfterMs());
    harness.nowMicros += SECOND;
    assertEquals(5, sent("alice", chat, 4).getSeq());
  }

  @Test
  void members_come_and_go_by_a_budget_of_their_own() {
    String group = harness.group("bob");
    assertEquals(2, harness.port.appended(harness.run(harness.add("alice", group, "carol"))).getSeq());
    assertEquals(3, harness.port.appended(harness.run(harness.remove("alice", group, "carol"))).getSeq());
    Refusal refused = harness.port.refusal(harness.run(harness.add("alice", group, "carol")));
    assertEquals("memberships", refused.getMetadataMap().get("budget"));
    assertEquals(4, sent("alice", group, 1).getSeq(), "messages go on");
  }

  @Test
  void whoever_is_no_member_learns_nothing_of_a_spent_budget() {
    String chat = harness.direct();
    for (int i = 1; i <= 4; i++) {
      harness.run(harness.send("alice", chat, i, "text"));
    }
    assertEquals(Reason.REASON_NOT_FOUND, refused("mallory", chat, 1).getReason());
  }

  private Appended sent(String user, String chat, long counter) {
    return harness.port.appended(harness.run(harness.send(user, chat, counter, "text " + counter)));
  }

  private Refusal refused(String user, String chat, long counter) {
    return harness.port.refusal(harness.run(harness.send(user, chat, counter, "text " + counter)));
  }
}
