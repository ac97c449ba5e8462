package chasqui.mailbox;

import static chasqui.mailbox.Harness.by;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import chasqui.log.v1.Entry;
import chasqui.log.v1.Member;
import chasqui.log.v1.MembershipAction;
import chasqui.mailbox.memory.CommitFate;
import chasqui.mailbox.v1.DescribeConversation;
import chasqui.mailbox.v1.MailboxResponse;
import chasqui.mailbox.v1.ReadState;
import chasqui.mailbox.v1.SaveReadMark;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Random conversations with crashes and commits of unknown fate: what is told as unread equals what a look through the
/// whole log counts.
class UnreadChaosTest {

  private static final int STEPS = 600;
  private static final List<String> USERS = List.of("alice", "bob", "carol", "dora");

  private final Harness harness = new Harness(
      MailboxConfig.DEFAULT.withReads(new MailboxConfig.Reads(7, 70_000, 8L << 20, 500, 100, 62, 1 << 16)));
  private final Map<String, Long> marks = new HashMap<>();
  private final Map<String, Long> counters = new HashMap<>();
  private String group;

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void unread_is_what_the_log_says(long seed) {
    Random random = new Random(seed);
    group = harness.group("bob", "carol");
    for (int step = 0; step < STEPS; step++) {
      step(random);
      if (step % 20 == 0) {
        compareAll();
      }
    }
    harness.store.setFate(batch -> CommitFate.COMMITTED);
    harness.restart();
    compareAll();
  }

  private void step(Random random) {
    String user = USERS.get(random.nextInt(USERS.size()));
    String other = USERS.get(1 + random.nextInt(USERS.size() - 1));
    switch (random.nextInt(20)) {
      case 0 -> harness.restart();
      case 1 -> harness.store.setFate(batch -> random.nextInt(4) == 0
          ? random.nextBoolean() ? CommitFate.UNKNOWN_STORED : CommitFate.UNKNOWN_LOST : CommitFate.COMMITTED);
      case 2 -> harness.run(harness.add("alice", group, other));
      case 3 -> harness.run(harness.remove("alice", group, other));
      case 4, 5, 6, 7 -> mark(user, random);
      case 8 -> harness.run(harness.react(user, group, 2, "+1"));
      default -> {
        // Several in one commit now and then.
        for (int i = random.nextInt(3); i >= 0; i--) {
          harness.submit(says(USERS.get(random.nextInt(USERS.size())), random));
        }
        harness.settle();
      }
    }
  }

  private chasqui.mailbox.v1.MailboxRequest.Builder says(String user, Random random) {
    var append = Harness.message(group, counters.merge(user, 1L, Long::sum), "hello");
    if (random.nextInt(3) == 0) {
      append.getMessageBuilder().addMentionedUsers(USERS.get(random.nextInt(USERS.size())));
    }
    return by(user).setAppend(append);
  }

  private void mark(String user, Random random) {
    long asked = random.nextInt(5) == 0 ? Long.MAX_VALUE : random.nextLong(harness.store.headOf(group) + 3);
    MailboxResponse answer = harness.port.answer(harness.run(by(user).setSaveReadMark(
        SaveReadMark.newBuilder().setConversationId(group).setGeneration(1).setRead(asked))));
    if (answer.hasReadMarkSaved()) {
      long before = marks.getOrDefault(user, 0L);
      long stored = answer.getReadMarkSaved().getReadState().getRead();
      assertTrue(stored >= before, "a mark went back");
      marks.put(user, stored);
      assertEquals(unread(user), answer.getReadMarkSaved().getReadState());
    }
  }

  private void compareAll() {
    for (String user : USERS) {
      MailboxResponse answer = harness.port.answer(harness.run(by(user).setDescribeConversation(
          DescribeConversation.newBuilder().setConversationId(group))));
      if (answer.hasConversation()) {
        assertEquals(unread(user), answer.getConversation().getReadState(), user);
      }
    }
  }

  /// By a look through the whole log: the newest interval of membership, and in it what others said after the mark.
  private ReadState unread(String user) {
    List<Entry> unread = new ArrayList<>();
    boolean member = false;
    for (Entry entry : harness.store.logOf(group)) {
      if (joins(entry, user)) {
        member = true;
        unread.clear();
      }
      if (member && entry.hasMessage() && !entry.getSenderUser().equals(user)
          && entry.getSeq() > marks.getOrDefault(user, 0L)) {
        unread.add(entry);
      }
      member &= !leaves(entry, user);
    }
    return ReadState.newBuilder()
        .setRead(marks.getOrDefault(user, 0L))
        .setUnreadMessages(unread.size())
        .setUnreadMentions(unread.stream().filter(entry -> entry.getMessage().getMentionedUsersList().contains(user)).count())
        .build();
  }

  private static boolean joins(Entry entry, String user) {
    return names(entry.getCreated().getMembersList(), user)
        || (entry.getMembership().getAction() == MembershipAction.MEMBERSHIP_ACTION_ADDED
            && names(entry.getMembership().getMembersList(), user));
  }

  private static boolean leaves(Entry entry, String user) {
    return entry.getMembership().getAction() == MembershipAction.MEMBERSHIP_ACTION_REMOVED
        && names(entry.getMembership().getMembersList(), user);
  }

  private static boolean names(List<Member> members, String user) {
    return members.stream().anyMatch(member -> member.getUserId().equals(user));
  }
}
