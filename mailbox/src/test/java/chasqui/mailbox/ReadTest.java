package chasqui.mailbox;

import static chasqui.mailbox.Harness.by;
import static chasqui.mailbox.Harness.seqs;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import chasqui.error.v1.Reason;
import chasqui.mailbox.v1.ConversationDescription;
import chasqui.mailbox.v1.DescribeConversation;
import chasqui.mailbox.v1.RangeRead;
import chasqui.mailbox.v1.ReadRange;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class ReadTest {

  private final Harness mailbox = new Harness();

  private static List<Long> upTo(long first, long last) {
    return LongStream.rangeClosed(first, last).boxed().toList();
  }

  /// bob is a member in [1, 4] and from 7 on; the head is 8.
  private String groupThatBobLeftAndJoinedAgain() {
    String group = mailbox.group("bob");
    mailbox.run(mailbox.send("alice", group, 1, "2"));
    mailbox.run(mailbox.send("alice", group, 2, "3"));
    mailbox.run(mailbox.remove("alice", group, "bob"));
    mailbox.run(mailbox.send("alice", group, 3, "5"));
    mailbox.run(mailbox.send("alice", group, 4, "6"));
    mailbox.run(mailbox.add("alice", group, "bob"));
    mailbox.run(mailbox.send("alice", group, 5, "8"));
    return group;
  }

  private static void assertCovers(long after, long upto, List<Long> seqs, RangeRead read) {
    assertEquals(after, read.getAfter(), "after");
    assertEquals(upto, read.getUpto(), "upto");
    assertEquals(seqs, seqs(read));
  }

  @Test
  void aRemovedMemberReadsUpToTheRemovalAndNothingAfter() {
    String group = mailbox.group("bob");
    mailbox.run(mailbox.send("alice", group, 1, "2"));
    mailbox.run(mailbox.remove("alice", group, "bob"));
    mailbox.run(mailbox.send("alice", group, 2, "secret"));
    RangeRead read = mailbox.read("bob", group, 0, 99);
    assertCovers(0, 3, upTo(1, 3), read);
    assertEquals(3, read.getHead());
    assertTrue(read.getEntries(2).getMembership().getMembers(0).getUserId().equals("bob"));
    assertCovers(3, 3, List.of(), mailbox.read("bob", group, 3, 99));
  }

  @Test
  void aLateMemberReadsFromTheJoinEntryOn() {
    String group = mailbox.group("bob");
    mailbox.run(mailbox.send("alice", group, 1, "before"));
    mailbox.run(mailbox.add("alice", group, "carol"));
    mailbox.run(mailbox.send("alice", group, 2, "after"));
    assertCovers(0, 4, upTo(3, 4), mailbox.read("carol", group, 0, 99));
    assertCovers(0, 2, List.of(), mailbox.read("carol", group, 0, 2));
  }

  @Test
  void aGapInTheMembershipIsCoveredWithoutItsEntries() {
    String group = groupThatBobLeftAndJoinedAgain();
    assertCovers(0, 8, List.of(1L, 2L, 3L, 4L, 7L, 8L), mailbox.read("bob", group, 0, 99));
    assertCovers(4, 6, List.of(), mailbox.read("bob", group, 4, 6));
    assertCovers(5, 7, List.of(7L), mailbox.read("bob", group, 5, 7));
    assertEquals(8, mailbox.read("bob", group, 4, 6).getHead());
    mailbox.restart();
    assertCovers(0, 8, List.of(1L, 2L, 3L, 4L, 7L, 8L), mailbox.read("bob", group, 0, 99));
  }

  @Test
  void boundsCutARangeAndTheRestContinues() {
    String group = groupThatBobLeftAndJoinedAgain();
    for (int entriesMax = 1; entriesMax <= 7; entriesMax++) {
      List<Long> forward = new ArrayList<>();
      for (long after = 0; after < 8; ) {
        RangeRead read = readBounded(group, after, 8, entriesMax, 0, false);
        assertEquals(after, read.getAfter());
        assertTrue(read.getEntriesCount() <= entriesMax && read.getUpto() > after);
        forward.addAll(seqs(read));
        after = read.getUpto();
      }
      assertEquals(List.of(1L, 2L, 3L, 4L, 7L, 8L), forward);

      List<Long> backward = new ArrayList<>();
      for (long upto = 8; upto > 0; ) {
        RangeRead read = readBounded(group, 0, upto, entriesMax, 0, true);
        assertEquals(upto, read.getUpto());
        assertTrue(read.getEntriesCount() <= entriesMax && read.getAfter() < upto);
        List<Long> page = new ArrayList<>(seqs(read));
        Collections.reverse(page);
        backward.addAll(page);
        upto = read.getAfter();
      }
      Collections.reverse(backward);
      assertEquals(forward, backward);
    }
  }

  @Test
  void bytesAreBoundedButOneEntryIsAlwaysGiven() {
    String group = groupThatBobLeftAndJoinedAgain();
    for (int bytesMax : new int[] {1, 150, 300, 600}) {
      List<Long> read = new ArrayList<>();
      for (long after = 0; after < 8; ) {
        RangeRead page = readBounded(group, after, 8, 500, bytesMax, false);
        int bytes = page.getEntriesList().stream().mapToInt(entry -> entry.getSerializedSize()).sum();
        assertTrue(bytes <= bytesMax || page.getEntriesCount() == 1, bytes + " bytes of " + bytesMax);
        read.addAll(seqs(page));
        after = page.getUpto();
      }
      assertEquals(List.of(1L, 2L, 3L, 4L, 7L, 8L), read);
    }
  }

  private RangeRead readBounded(
      String group, long after, long upto, int entriesMax, int bytesMax, boolean newestFirst) {
    long id = mailbox.run(by("bob").setReadRange(ReadRange.newBuilder()
        .setConversationId(group).setAfter(after).setUpto(upto)
        .setEntriesMax(entriesMax).setBytesMax(bytesMax).setNewestFirst(newestFirst)));
    return mailbox.port.answer(id).getRangeRead();
  }

  @Test
  void theHeadIsWhatIsCommittedWhileMoreIsQueued() {
    String conversation = mailbox.direct();
    mailbox.held.hold("commit");
    mailbox.run(mailbox.send("alice", conversation, 1, "in flight"));
    mailbox.run(mailbox.send("alice", conversation, 2, "queued"));
    mailbox.run(mailbox.send("alice", conversation, 3, "queued"));
    mailbox.held.runOne("commit");
    mailbox.settle();
    assertCovers(0, 2, upTo(1, 2), mailbox.read("bob", conversation, 0, 99));
    mailbox.held.release("commit");
    mailbox.settle();
    assertCovers(0, 4, upTo(1, 4), mailbox.read("bob", conversation, 0, 99));
  }

  @Test
  void rangesThatWouldComeToTooMuchWaitForTheirTurn() {
    Harness tight = new Harness(MailboxConfig.DEFAULT.withReads(
        new MailboxConfig.Reads(500, 100_000, 250_000, 500, 100, 62, 0)));
    String conversation = tight.direct();
    tight.held.hold("readLog");
    List<Long> reads = new ArrayList<>();
    for (int i = 0; i < 1_000; i++) {
      // Every tenth asks for nothing, and is answered in its turn all the same.
      reads.add(tight.run(tight.range("alice", conversation, i % 10 == 0 ? 1 : 0, 9)));
    }
    assertEquals(2, tight.held.count("readLog"));
    tight.held.release("readLog");
    tight.settle();
    reads.forEach(id -> assertEquals(1, tight.port.answer(id).getRangeRead().getHead()));
    assertEquals(900, tight.held.count("readLog"));
    assertTrue(tight.stripe.isIdle());
  }

  @Test
  void aPortThatIsCongestedGetsNoRanges() {
    String conversation = mailbox.direct();
    mailbox.port.congested = true;
    assertEquals(Reason.REASON_OVERLOADED, mailbox.port.reason(mailbox.run(mailbox.range("alice", conversation, 0, 9))));
    assertTrue(mailbox.port.answer(mailbox.run(mailbox.send("alice", conversation, 1, "still"))).hasAppended());
    mailbox.port.congested = false;
    assertEquals(2, mailbox.read("alice", conversation, 0, 9).getHead());
  }

  @Test
  void rangesThatWaitedAreNotReadForAPortThatIsCongestedByThen() {
    Harness tight = new Harness(MailboxConfig.DEFAULT.withReads(
        new MailboxConfig.Reads(500, 100_000, 100_000, 500, 100, 62, 0)));
    String conversation = tight.direct();
    tight.held.hold("readLog");
    long first = tight.run(tight.range("alice", conversation, 0, 9));
    long second = tight.run(tight.range("alice", conversation, 0, 9));
    tight.port.congested = true;
    tight.held.release("readLog");
    tight.settle();
    assertTrue(tight.port.answer(first).hasRangeRead());
    assertEquals(Reason.REASON_OVERLOADED, tight.port.reason(second));
    assertEquals(1, tight.held.count("readLog"));
    assertTrue(tight.stripe.isIdle());
  }

  @Test
  void rangesBeyondTheHeadAreEmpty() {
    String conversation = mailbox.direct();
    assertCovers(1, 1, List.of(), mailbox.read("alice", conversation, 7, 9));
    assertCovers(0, 1, upTo(1, 1), mailbox.read("alice", conversation, 0, -1));
    assertCovers(1, 1, List.of(), mailbox.read("alice", conversation, -1, -1));
    assertCovers(0, 0, List.of(), mailbox.read("alice", conversation, 5, 0));
  }

  @Test
  void aStrangerReadsNothingAndCannotTell() {
    String conversation = mailbox.direct();
    long foreign = mailbox.run(mailbox.range("mallory", conversation, 0, 9));
    long absent = mailbox.run(mailbox.range("mallory", "gabsent", 0, 9));
    assertEquals(Reason.REASON_NOT_FOUND, mailbox.port.reason(foreign));
    assertEquals(mailbox.port.refusal(foreign), mailbox.port.refusal(absent));
    long described = mailbox.run(describe("mallory", conversation));
    assertEquals(mailbox.port.refusal(foreign), mailbox.port.refusal(described));
  }

  private static chasqui.mailbox.v1.MailboxRequest.Builder describe(String user, String conversation) {
    return by(user).setDescribeConversation(
        DescribeConversation.newBuilder().setConversationId(conversation).setMembersMax(10));
  }

  @Test
  void aDescriptionTellsAMemberAllAndAFormerOneLittle() {
    String group = mailbox.group("bob", "carol");
    mailbox.run(mailbox.remove("alice", group, "bob"));
    mailbox.run(mailbox.rename("alice", group, "without bob"));
    ConversationDescription carol = mailbox.port.answer(mailbox.run(describe("carol", group))).getConversation();
    assertEquals("without bob", carol.getTitle());
    assertEquals(2, carol.getMemberCount());
    assertEquals(2, carol.getMembersCount());
    assertEquals(3, carol.getHead());
    ConversationDescription bob = mailbox.port.answer(mailbox.run(describe("bob", group))).getConversation();
    assertEquals("", bob.getTitle());
    assertEquals(0, bob.getMemberCount() + bob.getMembersCount());
    assertEquals(2, bob.getHead());
  }

  @Test
  void aDescriptionShowsWhatIsCommitted() {
    String group = mailbox.group("bob");
    mailbox.held.hold("commit");
    mailbox.run(mailbox.rename("alice", group, "not yet"));
    mailbox.run(mailbox.add("alice", group, "carol"));
    ConversationDescription seen = mailbox.port.answer(mailbox.run(describe("bob", group))).getConversation();
    assertEquals("friends", seen.getTitle());
    assertEquals(2, seen.getMemberCount());
    assertEquals(1, seen.getHead());
  }

  /// A custody that serves or not, and proves what it is told to.
  private record Told(boolean serves, Supplier<CompletionStage<Boolean>> proof) implements Custody {
    @Override
    public boolean serves(int slot) {
      return serves;
    }

    @Override
    public long epoch(int slot) {
      return 7;
    }

    @Override
    public CompletionStage<Boolean> confirm(int stripe) {
      return proof.get();
    }
  }

  @Test
  void readsWaitForTheProofOfCustody() {
    String conversation = mailbox.direct();
    List<CompletableFuture<Boolean>> proofs = new ArrayList<>();
    mailbox.restart(new Told(true, () -> {
      proofs.add(new CompletableFuture<>());
      return proofs.getLast();
    }));
    long unsealed = mailbox.run(mailbox.range("alice", conversation, 0, 9));
    long sealed = mailbox.run(mailbox.range("alice", conversation, 0, 9));
    assertFalse(mailbox.port.isAnswered(unsealed));
    proofs.get(0).complete(true);
    proofs.get(1).complete(false);
    mailbox.settle();
    assertEquals(1, mailbox.port.answer(unsealed).getRangeRead().getHead());
    assertEquals(Reason.REASON_UNAVAILABLE, mailbox.port.reason(sealed));
  }

  @Test
  void aNodeThatWasReplacedTurnsNobodyAwayForGood() {
    String conversation = mailbox.direct();
    mailbox.restart(new Told(true, () -> CompletableFuture.completedStage(false)));
    long stranger = mailbox.run(mailbox.send("carol", conversation, 1, "perhaps a member by now"));
    long denied = mailbox.run(mailbox.rename("alice", conversation, "perhaps a group by now"));
    assertEquals(Reason.REASON_UNAVAILABLE, mailbox.port.reason(stranger));
    assertEquals(Reason.REASON_UNAVAILABLE, mailbox.port.reason(denied));
  }

  @Test
  void aSlotThatIsNotServedIsNotAnswered() {
    String conversation = mailbox.direct();
    mailbox.restart(new Told(false, () -> {
      throw new AssertionError("not asked");
    }));
    assertEquals(Reason.REASON_UNAVAILABLE, mailbox.port.reason(mailbox.run(mailbox.range("alice", conversation, 0, 9))));
    assertEquals(Reason.REASON_UNAVAILABLE, mailbox.port.reason(mailbox.run(mailbox.send("alice", conversation, 1, "x"))));
  }

  @Test
  void aReaderWhoseStateWasDroppedMeanwhileIsToldToComeBack() {
    String conversation = mailbox.direct();
    CompletableFuture<Boolean> proof = new CompletableFuture<>();
    mailbox.restart(new Told(true, () -> proof));
    long read = mailbox.run(mailbox.range("alice", conversation, 0, 9));
    mailbox.store.setFate(batch -> chasqui.mailbox.memory.CommitFate.UNKNOWN_LOST);
    mailbox.run(mailbox.send("alice", conversation, 1, "x"));
    proof.complete(true);
    mailbox.settle();
    assertEquals(Reason.REASON_UNAVAILABLE, mailbox.port.reason(read));
  }
}
