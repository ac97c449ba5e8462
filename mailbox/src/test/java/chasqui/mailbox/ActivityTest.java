package chasqui.mailbox;

import static chasqui.mailbox.Harness.DAY_MICROS;
import static chasqui.mailbox.Harness.START_MICROS;
import static chasqui.mailbox.Harness.by;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import chasqui.error.v1.Reason;
import chasqui.mailbox.store.UserStore.Span;
import chasqui.mailbox.v1.Activity;
import chasqui.mailbox.v1.ConversationDescription;
import chasqui.mailbox.v1.DescribeConversation;
import chasqui.mailbox.v1.ListActivity;
import chasqui.mailbox.v1.MailboxRequest;
import chasqui.mailbox.v1.Moved;
import chasqui.mailbox.v1.ReadActivity;
import chasqui.mailbox.v1.TimeSpan;
import java.util.List;
import org.junit.jupiter.api.Test;

/// When conversations moved, for whom, and what is told of them in a list.
class ActivityTest {

  private static final int TODAY = BatchBuilder.dayOf(START_MICROS);

  private final Harness mailbox = new Harness();

  private long stamp(String user, String conversation, long asOfMicros) {
    long id = mailbox.run(by(user).setReadActivity(
        ReadActivity.newBuilder().setConversationId(conversation).setAsOfMicros(asOfMicros)));
    return mailbox.port.answer(id).getActivityRead().getStampMicros();
  }

  private Activity activity(String user, TimeSpan.Builder from, int oldestDay) {
    return mailbox.port.answer(mailbox.run(list(user, from, oldestDay))).getActivity();
  }

  private static MailboxRequest.Builder list(String user, TimeSpan.Builder from, int oldestDay) {
    return by(user).setListActivity(ListActivity.newBuilder().setFrom(from).setOldestDay(oldestDay));
  }

  private ConversationDescription described(String user, String conversation) {
    return mailbox.port.answer(mailbox.run(by(user).setDescribeConversation(DescribeConversation.newBuilder()
        .setConversationId(conversation).setMembersMax(9).setWithLastEntry(true)))).getConversation();
  }

  private static TimeSpan.Builder day(int day) {
    return TimeSpan.newBuilder().setDay(day);
  }

  private static TimeSpan.Builder period(int period) {
    return TimeSpan.newBuilder().setPeriod(period);
  }

  private void say(String user, String conversation, long counter) {
    mailbox.port.appended(mailbox.run(mailbox.send(user, conversation, counter, "text " + counter)));
  }

  @Test
  void the_moment_decides_which_entry_is_the_newest() {
    String group = mailbox.group("bob");
    mailbox.nowMicros += 1_000;
    say("alice", group, 1);
    mailbox.nowMicros += 1_000;
    say("bob", group, 1);
    assertEquals(START_MICROS + 2_000, stamp("bob", group, Long.MAX_VALUE));
    assertEquals(0, mailbox.held.count("readLog"), "memory knows the newest");
    assertEquals(START_MICROS + 2_000, stamp("bob", group, START_MICROS + 2_000));
    assertEquals(START_MICROS + 1_000, stamp("bob", group, START_MICROS + 1_999));
    assertEquals(START_MICROS, stamp("bob", group, START_MICROS + 999));
    assertEquals(START_MICROS, stamp("bob", group, 7), "before it began, the entry that it began with");
    assertEquals(Reason.REASON_NOT_FOUND, mailbox.port.refusal(mailbox.run(by("eve").setReadActivity(
        ReadActivity.newBuilder().setConversationId(group).setAsOfMicros(Long.MAX_VALUE)))).getReason());
  }

  @Test
  void a_stamp_that_is_far_ahead_does_not_hide_that_it_moved_today() {
    String group = mailbox.group("bob");
    mailbox.nowMicros += 9 * DAY_MICROS;
    say("alice", group, 1);
    mailbox.nowMicros = START_MICROS + DAY_MICROS;
    say("alice", group, 2);
    mailbox.nowMicros += DAY_MICROS;
    say("alice", group, 3);
    List<Integer> days = activity("bob", day(TODAY + 3), TODAY - 3).getSpansList().stream()
        .filter(moved -> moved.getSpan().hasDay()).map(moved -> moved.getSpan().getDay()).toList();
    assertEquals(List.of(TODAY + 2, TODAY + 1, TODAY), days);
  }

  @Test
  void who_left_and_came_back_sees_it_move_within_the_membership_only() {
    String group = mailbox.group("bob");
    mailbox.nowMicros += 1_000;
    mailbox.run(mailbox.remove("alice", group, "bob"));
    mailbox.nowMicros += 1_000;
    say("alice", group, 1);
    assertEquals(START_MICROS + 1_000, stamp("bob", group, Long.MAX_VALUE));
    mailbox.nowMicros += 1_000;
    mailbox.run(mailbox.add("alice", group, "bob"));
    assertEquals(START_MICROS + 3_000, stamp("bob", group, Long.MAX_VALUE));
    assertEquals(START_MICROS + 1_000, stamp("bob", group, START_MICROS + 2_999));
    assertEquals(START_MICROS, stamp("bob", group, START_MICROS + 999));
  }

  @Test
  void a_list_tells_the_newest_entry_and_the_pins_that_the_reader_may_know() {
    String group = mailbox.group("bob");
    say("alice", group, 1);
    mailbox.run(mailbox.pin("alice", group, 2, false));
    mailbox.run(mailbox.add("alice", group, "carol"));
    say("bob", group, 1);
    ConversationDescription alice = described("alice", group);
    assertEquals(List.of(2L), alice.getPinnedSeqsList());
    assertEquals(5, alice.getLastEntry().getSeq());
    assertFalse(alice.getLeft());
    assertEquals(List.of(), described("carol", group).getPinnedSeqsList(), "pinned before carol joined");
    mailbox.run(mailbox.remove("alice", group, "bob"));
    say("alice", group, 2);
    ConversationDescription bob = described("bob", group);
    assertTrue(bob.getLeft());
    assertEquals(6, bob.getLastEntry().getSeq(), "the entry that tells of the leaving");
    assertEquals(List.of(), bob.getPinnedSeqsList());
    assertEquals("", bob.getTitle());
  }

  @Test
  void marks_of_a_period_are_written_with_its_first_entry_and_for_who_joins() {
    String group = mailbox.group("bob");
    assertTrue(marks().getLasting());
    assertEquals(Span.periodOf(TODAY), Span.periodOf(TODAY + 1));
    mailbox.nowMicros += DAY_MICROS;
    mailbox.restart();
    say("alice", group, 1);
    assertFalse(marks().getLasting(), "the day is marked again, the period is not");
    mailbox.run(mailbox.add("alice", group, "carol"));
    assertTrue(marks().getLasting());
    assertEquals(List.of("carol"), marks().getUserIdsList());
    mailbox.nowMicros = START_MICROS + 31 * DAY_MICROS;
    mailbox.run(mailbox.remove("alice", group, "bob"));
    assertTrue(marks().getLasting());
    assertEquals(List.of("alice", "carol", "bob"), marks().getUserIdsList(), "the leaver has to find it there");
  }

  private chasqui.store.v1.MarkRows marks() {
    return mailbox.store.committed().getLast().getCommits(0).getMarksList().getLast();
  }

  @Test
  void a_user_finds_all_by_days_and_then_by_periods() {
    String direct = mailbox.direct();
    mailbox.nowMicros += 70 * DAY_MICROS;
    String group = mailbox.group("bob");
    int now = TODAY + 70;
    Activity activity = activity("bob", day(now + 1), now - 31);
    assertEquals(List.of(
        Moved.newBuilder().setSpan(day(now)).addConversationIds(group).build(),
        Moved.newBuilder().setSpan(period(TODAY / 30)).addConversationIds(direct).build()), activity.getSpansList());
    assertFalse(activity.getMore());
    assertEquals(1, activity("bob", period((now - 31) / 30), now - 31).getSpansCount());
    assertEquals(0, activity("eve", day(now + 1), now - 31).getSpansCount());
    for (MailboxRequest.Builder bad : List.of(
        list("bob", TimeSpan.newBuilder(), now), list("bob", day(now), now - 41), list("bob", day(now + 100), now),
        list("bob", day(-1), now), list("bob", period(-1), now))) {
      assertEquals(Reason.REASON_INVALID_FIELD, mailbox.port.refusal(mailbox.run(bad)).getReason());
    }
  }
}
