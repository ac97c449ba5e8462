package chasqui.mailbox;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import chasqui.error.v1.Reason;
import chasqui.log.v1.ConversationKind;
import chasqui.log.v1.Member;
import chasqui.log.v1.Role;
import chasqui.mailbox.v1.Appended;
import chasqui.mailbox.v1.CreateConversation;
import chasqui.mailbox.v1.MailboxRequest;
import chasqui.mailbox.v1.ReadRoster;
import chasqui.mailbox.v1.Roster;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class MembershipTest {

  private final Harness mailbox = new Harness();

  private Reason reason(MailboxRequest.Builder request) {
    return mailbox.port.reason(mailbox.run(request));
  }

  private Appended appended(MailboxRequest.Builder request) {
    return mailbox.port.appended(mailbox.run(request));
  }

  private Roster roster(String conversation) {
    long id = mailbox.run(MailboxRequest.newBuilder()
        .setReadRoster(ReadRoster.newBuilder().setConversationId(conversation)));
    return mailbox.port.answer(id).getRoster();
  }

  private List<String> members(String conversation) {
    return roster(conversation).getMembersList().stream().map(Member::getUserId).toList();
  }

  @Test
  void aPairHasOneConversationWhoeverCreatesIt() {
    mailbox.held.hold("commit");
    long alice = mailbox.run(mailbox.createDirect("alice", "bob"));
    long bob = mailbox.run(mailbox.createDirect("bob", "alice"));
    assertFalse(mailbox.port.isAnswered(bob));
    mailbox.held.release("commit");
    mailbox.settle();
    Appended first = mailbox.port.appended(alice);
    Appended again = first.toBuilder().setRepeated(true).clearMemberCount().build();
    assertEquals(again, mailbox.port.appended(bob));
    mailbox.restart();
    assertEquals(again, appended(mailbox.createDirect("alice", "bob")));
    assertEquals(1, mailbox.read("alice", first.getConversationId(), 0, 9).getHead());
  }

  @Test
  void aCreationMustBearItsDerivedId() {
    MailboxRequest.Builder foreign = mailbox.createDirect("mallory", "alice");
    foreign.getAppendBuilder().setConversationId(mailbox.direct());
    assertEquals(Reason.REASON_INVALID_FIELD, reason(foreign));
    MailboxRequest.Builder absent = mailbox.createDirect("mallory", "alice");
    absent.getAppendBuilder().setConversationId("dabsent");
    assertEquals(Reason.REASON_INVALID_FIELD, reason(absent));
    MailboxRequest.Builder group = mailbox.createGroup("alice", "request", "title", List.of("bob"));
    group.getCallerBuilder().setUserId("mallory");
    assertEquals(Reason.REASON_INVALID_FIELD, reason(group));
  }

  @Test
  void malformedCreationsAreRefused() {
    assertEquals(Reason.REASON_INVALID_FIELD, reason(mailbox.createDirect("alice", "alice")));
    assertEquals(Reason.REASON_INVALID_FIELD, reason(mailbox.createDirect("alice", "")));
    assertEquals(Reason.REASON_INVALID_FIELD, reason(mailbox.createDirect("alice", "é".repeat(33))));
    assertEquals(Reason.REASON_INVALID_FIELD, reason(mailbox.createGroup("alice", "r", "", List.of("bob"))));
    assertEquals(Reason.REASON_INVALID_FIELD, reason(mailbox.createGroup("alice", "r", "t".repeat(201), List.of())));
    MailboxRequest.Builder kindless = mailbox.createDirect("alice", "bob");
    kindless.getAppendBuilder().setCreate(CreateConversation.newBuilder().addMemberUserIds("bob"));
    assertEquals(Reason.REASON_INVALID_FIELD, reason(kindless));
  }

  @Test
  void aGroupHasItsCreatorAsOwnerAndIsRepeatable() {
    Appended first = appended(mailbox.createGroup("alice", "r1", "friends", List.of("bob", "carol", "bob", "alice")));
    List<Member> members = roster(first.getConversationId()).getMembersList();
    assertEquals(List.of("alice", "bob", "carol"), members.stream().map(Member::getUserId).toList());
    assertEquals(
        List.of(Role.ROLE_OWNER, Role.ROLE_MEMBER, Role.ROLE_MEMBER), members.stream().map(Member::getRole).toList());
    assertTrue(appended(mailbox.createGroup("alice", "r1", "friends", List.of("carol", "bob"))).getRepeated());
    assertEquals(Reason.REASON_ID_REUSED, reason(mailbox.createGroup("alice", "r1", "foes", List.of("carol", "bob"))));
    assertNotEquals(
        first.getConversationId(), appended(mailbox.createGroup("alice", "r2", "friends", List.of())).getConversationId());
  }

  @Test
  void aDirectConversationHasFixedMembersAndNoTitle() {
    String direct = mailbox.direct();
    assertEquals(Reason.REASON_GROUP_ONLY, reason(mailbox.add("alice", direct, "carol")));
    assertEquals(Reason.REASON_GROUP_ONLY, reason(mailbox.remove("alice", direct, "bob")));
    assertEquals(Reason.REASON_GROUP_ONLY, reason(mailbox.remove("alice", direct, "alice")));
    assertEquals(Reason.REASON_GROUP_ONLY, reason(mailbox.setRole("alice", direct, "bob", Role.ROLE_OWNER)));
    assertEquals(Reason.REASON_GROUP_ONLY, reason(mailbox.rename("alice", direct, "us")));
    assertEquals(Reason.REASON_NOT_FOUND, reason(mailbox.rename("mallory", direct, "us")));
    assertEquals(List.of("alice", "bob"), members(direct));
  }

  @Test
  void rolesDecideWhoMayChangeWhat() {
    String group = mailbox.group("adam", "bob", "carol");
    appended(mailbox.setRole("alice", group, "adam", Role.ROLE_ADMIN));
    for (MailboxRequest.Builder denied : List.of(
        mailbox.add("bob", group, "dave"),
        mailbox.remove("bob", group, "carol"),
        mailbox.rename("bob", group, "mine"),
        mailbox.setRole("bob", group, "bob", Role.ROLE_OWNER),
        mailbox.setRole("adam", group, "bob", Role.ROLE_ADMIN),
        mailbox.remove("adam", group, "alice"))) {
      assertEquals(Reason.REASON_PERMISSION_DENIED, reason(denied));
    }
    for (MailboxRequest.Builder hidden : List.of(
        mailbox.add("mallory", group, "dave"),
        mailbox.remove("mallory", group, "bob"),
        mailbox.rename("mallory", group, "mine"),
        mailbox.setRole("mallory", group, "mallory", Role.ROLE_OWNER))) {
      assertEquals(Reason.REASON_NOT_FOUND, reason(hidden));
    }
    appended(mailbox.add("adam", group, "dave"));
    appended(mailbox.rename("adam", group, "ours"));
    appended(mailbox.remove("adam", group, "bob"));
    appended(mailbox.remove("alice", group, "adam"));
    assertEquals(List.of("alice", "carol", "dave"), members(group));
  }

  @Test
  void changesThatChangeNothingAreRefused() {
    String group = mailbox.group("bob");
    assertEquals(Reason.REASON_NO_CHANGE, reason(mailbox.add("alice", group, "bob", "alice")));
    assertEquals(Reason.REASON_NO_CHANGE, reason(mailbox.remove("alice", group, "carol")));
    assertEquals(Reason.REASON_NO_CHANGE, reason(mailbox.setRole("alice", group, "bob", Role.ROLE_MEMBER)));
    assertEquals(Reason.REASON_NO_CHANGE, reason(mailbox.setRole("alice", group, "carol", Role.ROLE_ADMIN)));
    assertEquals(Reason.REASON_NO_CHANGE, reason(mailbox.rename("alice", group, "friends")));
    assertEquals(Reason.REASON_INVALID_FIELD, reason(mailbox.setRole("alice", group, "bob", Role.ROLE_UNSPECIFIED)));
    assertEquals(Reason.REASON_INVALID_FIELD, reason(mailbox.add("alice", group)));
    assertEquals(Reason.REASON_INVALID_FIELD, reason(mailbox.rename("alice", group, "")));
  }

  @Test
  void theLastOwnerHandsOverBeforeLeaving() {
    String group = mailbox.group("bob");
    assertEquals(Reason.REASON_LAST_OWNER, reason(mailbox.remove("alice", group, "alice")));
    assertEquals(Reason.REASON_LAST_OWNER, reason(mailbox.setRole("alice", group, "alice", Role.ROLE_MEMBER)));
    appended(mailbox.setRole("alice", group, "bob", Role.ROLE_OWNER));
    appended(mailbox.remove("alice", group, "alice"));
    assertEquals(List.of("bob"), members(group));
    appended(mailbox.remove("bob", group, "bob"));
    assertEquals(List.of(), members(group));
    assertEquals(Reason.REASON_NOT_FOUND, reason(mailbox.add("bob", group, "bob")));
  }

  @Test
  void decisionsIncludeWhatIsQueued() {
    String group = mailbox.group("bob");
    mailbox.held.hold("commit");
    mailbox.run(mailbox.rename("alice", group, "commit under way"));
    long removal = mailbox.run(mailbox.remove("alice", group, "bob"));
    long afterRemoval = mailbox.run(mailbox.send("bob", group, 1, "am I still here?"));
    long addition = mailbox.run(mailbox.add("alice", group, "carol"));
    long afterAddition = mailbox.run(mailbox.send("carol", group, 1, "hello"));
    assertEquals(Reason.REASON_NOT_FOUND, mailbox.port.reason(afterRemoval));
    mailbox.held.release("commit");
    mailbox.settle();
    assertEquals(3, mailbox.port.appended(removal).getSeq());
    assertEquals(4, mailbox.port.appended(addition).getSeq());
    assertEquals(5, mailbox.port.appended(afterAddition).getSeq());
  }

  @Test
  void readersSeeTheRosterAsCommitted() {
    String group = mailbox.group("bob");
    mailbox.held.hold("commit");
    mailbox.run(mailbox.add("alice", group, "carol"));
    mailbox.run(mailbox.remove("alice", group, "bob"));
    mailbox.run(mailbox.setRole("alice", group, "carol", Role.ROLE_ADMIN));
    assertEquals(List.of("alice", "bob"), members(group));
    assertEquals(1, roster(group).getRosterSeq());
    assertEquals(Reason.REASON_NOT_FOUND, reason(mailbox.range("carol", group, 0, 9)));
    mailbox.held.release("commit");
    mailbox.settle();
    assertEquals(List.of("alice", "carol"), members(group));
    assertEquals(4, roster(group).getRosterSeq());
    assertEquals(Role.ROLE_ADMIN, roster(group).getMembers(1).getRole());
  }

  @Test
  void theMembersLimitCountsWhoIsThereNow() {
    Harness small = new Harness(MailboxConfig.DEFAULT.withConversations(
        new MailboxConfig.Conversations(3, 1_000, 65_536, 200, 100)));
    String group = small.group("bob");
    long tooMany = small.run(small.add("alice", group, "carol", "dave"));
    assertEquals(Reason.REASON_CONVERSATION_FULL, small.port.reason(tooMany));
    assertEquals("3", small.port.refusal(tooMany).getMetadataOrThrow("max"));
    small.port.appended(small.run(small.add("alice", group, "bob", "carol")));
    small.port.appended(small.run(small.remove("alice", group, "bob")));
    small.port.appended(small.run(small.add("alice", group, "dave")));
    long creation = small.run(small.createGroup("alice", "r", "t", List.of("b", "c", "d")));
    assertEquals(Reason.REASON_CONVERSATION_FULL, small.port.reason(creation));
  }

  @Test
  void stateIsTheSameAfterAReload() {
    String group = mailbox.group("bob", "carol");
    appended(mailbox.setRole("alice", group, "bob", Role.ROLE_OWNER));
    appended(mailbox.remove("alice", group, "carol"));
    appended(mailbox.rename("bob", group, "renamed"));
    appended(mailbox.add("bob", group, "carol"));
    Roster before = roster(group);
    mailbox.restart();
    assertEquals(before.getRosterSeq(), roster(group).getRosterSeq());
    assertEquals(List.copyOf(before.getMembersList()).stream().sorted(MembershipTest::byUser).toList(),
        roster(group).getMembersList().stream().sorted(MembershipTest::byUser).toList());
    assertEquals(Reason.REASON_NO_CHANGE, reason(mailbox.rename("bob", group, "renamed")));
    appended(mailbox.remove("alice", group, "alice"));
    assertEquals(Reason.REASON_LAST_OWNER, reason(mailbox.remove("bob", group, "bob")));
  }

  private static int byUser(Member one, Member other) {
    return one.getUserId().compareTo(other.getUserId());
  }

  @Test
  void aGroupOfTenThousandWorks() {
    Harness large = new Harness(MailboxConfig.DEFAULT.withConversations(
        new MailboxConfig.Conversations(10_000, 1_000, 65_536, 200, 100_000)));
    List<String> others = IntStream.range(1, 10_000).mapToObj(i -> "user-" + i).toList();
    Appended created = large.port.appended(large.run(large.createGroup("alice", "large", "everyone", others)));
    String group = created.getConversationId();
    assertEquals(10_000, large.port.pushes().getLast().getMarkedUsersCount());
    assertEquals(Reason.REASON_CONVERSATION_FULL,
        large.port.reason(large.run(large.add("alice", group, "one too many"))));

    long send = large.run(large.send("user-9999", group, 1, "hello all"));
    assertEquals(2, large.port.appended(send).getSeq());
    assertEquals(0, large.port.pushes().getLast().getMarkedUsersCount(), "marked today already");
    int bytes = large.store.committed().getLast().getSerializedSize();
    assertTrue(bytes < 1_000, "a message costs the same in a large group, but wrote " + bytes);

    large.restart();
    large.port.appended(large.run(large.remove("alice", group, "user-5")));
    large.port.appended(large.run(large.add("alice", group, "user-x")));
    assertEquals(4, large.read("user-9999", group, 0, 100).getHead());
    long roster = large.run(MailboxRequest.newBuilder().setReadRoster(ReadRoster.newBuilder().setConversationId(group)));
    assertEquals(10_000, large.port.answer(roster).getRoster().getMembersCount());
  }

  @Test
  void titlesMayHaveAnyCharacters() {
    String group = mailbox.group("bob");
    appended(mailbox.rename("alice", group, "🦙".repeat(200)));
    assertEquals(Reason.REASON_INVALID_FIELD, reason(mailbox.rename("alice", group, "🦙".repeat(201))));
    assertEquals(ConversationKind.CONVERSATION_KIND_GROUP, mailbox.store.committed().getLast().getCommits(0).getRow().getKind());
  }
}
