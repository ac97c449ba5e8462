package chasqui.mailbox;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import chasqui.error.v1.Reason;
import chasqui.mailbox.v1.MailboxRequest;
import chasqui.store.v1.ConversationCommit;
import chasqui.store.v1.JournalBatch;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class BatchTest {

  private static Harness withBatches(int bytesMax, int entriesMax) {
    return new Harness(MailboxConfig.DEFAULT.withBatches(
        new MailboxConfig.Batches(bytesMax, entriesMax, Duration.ofMillis(500))));
  }

  private static int entries(JournalBatch batch) {
    return batch.getCommitsList().stream().mapToInt(ConversationCommit::getEntriesCount).sum();
  }

  private static String group(Harness mailbox, int number) {
    return mailbox.port.appended(mailbox.run(mailbox.createGroup("alice", "group " + number, "t", List.of("bob"))))
        .getConversationId();
  }

  @Test
  void whatQueuesDuringACommitIsTheNextCommit() {
    Harness mailbox = new Harness();
    String conversation = mailbox.direct();
    mailbox.held.hold("commit");
    for (int i = 1; i <= 100; i++) {
      mailbox.run(mailbox.send("alice", conversation, i, "m"));
    }
    assertEquals(2, mailbox.held.count("commit"), "the creation's and one in flight");
    mailbox.held.release("commit");
    mailbox.settle();
    assertEquals(List.of(1, 1, 99), mailbox.store.committed().stream().map(BatchTest::entries).toList());
    assertEquals(List.of(1L, 2L, 3L), mailbox.store.committed().stream().map(JournalBatch::getBatchNumber).toList());
  }

  @Test
  void aBatchIsTakenFairlyOverConversations() {
    Harness mailbox = withBatches(256 * 1024, 30);
    String loud = group(mailbox, 1);
    String quiet = group(mailbox, 2);
    String middle = group(mailbox, 3);
    mailbox.held.hold("commit");
    mailbox.run(mailbox.send("alice", loud, 1, "under way"));
    for (int i = 2; i <= 500; i++) {
      mailbox.submit(mailbox.send("alice", loud, i, "loud"));
    }
    long quietSend = mailbox.submit(mailbox.send("alice", quiet, 1, "quiet"));
    for (int i = 1; i <= 20; i++) {
      mailbox.submit(mailbox.send("alice", middle, i, "middle"));
    }
    mailbox.held.release("commit");
    mailbox.settle();
    JournalBatch next = mailbox.store.committed().get(4);
    assertEquals(30, entries(next));
    for (ConversationCommit commit : next.getCommitsList()) {
      int expected = commit.getConversationId().equals(quiet) ? 1 : commit.getConversationId().equals(loud) ? 15 : 14;
      assertEquals(expected, commit.getEntriesCount(), commit.getConversationId());
    }
    assertEquals(2, mailbox.port.appended(quietSend).getSeq());
  }

  @Test
  void aBatchIsBoundedInEntriesAndBytes() {
    Harness mailbox = new Harness();
    List<String> groups = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      groups.add(group(mailbox, i));
    }
    int before = mailbox.store.committed().size();
    mailbox.held.hold("commit");
    for (int i = 1; i <= 200; i++) {
      for (String group : groups) {
        mailbox.submit(mailbox.send("alice", group, i, "x".repeat(i % 7 == 0 ? 5_000 : 20)));
      }
    }
    mailbox.held.release("commit");
    mailbox.settle();
    List<JournalBatch> batches = mailbox.store.committed().subList(before, mailbox.store.committed().size());
    assertEquals(4_000, batches.stream().mapToInt(BatchTest::entries).sum());
    for (JournalBatch batch : batches) {
      assertTrue(entries(batch) <= 1_000, "entries " + entries(batch));
      assertTrue(batch.getSerializedSize() <= 256 * 1024, "bytes " + batch.getSerializedSize());
    }
    assertTrue(batches.size() <= 30, "batches are filled: " + batches.size());
  }

  @Test
  void anEntryLargerThanABatchIsACommitOfItsOwn() {
    Harness mailbox = withBatches(70_000, 1_000);
    String conversation = mailbox.direct();
    mailbox.held.hold("commit");
    for (int i = 1; i <= 4; i++) {
      mailbox.run(mailbox.send("alice", conversation, i, "x".repeat(65_000)));
    }
    mailbox.held.release("commit");
    mailbox.settle();
    assertEquals(List.of(1, 1, 1, 1, 1), mailbox.store.committed().stream().map(BatchTest::entries).toList());
  }

  @Test
  void aCommitHoldsTheRowAsItIsAfterIt() {
    Harness mailbox = withBatches(256 * 1024, 2);
    String group = group(mailbox, 1);
    mailbox.held.hold("commit");
    mailbox.submit(mailbox.rename("alice", group, "one"));
    mailbox.submit(mailbox.add("alice", group, "carol"));
    mailbox.submit(mailbox.rename("alice", group, "two"));
    mailbox.submit(mailbox.remove("alice", group, "carol"));
    mailbox.held.release("commit");
    mailbox.settle();
    ConversationCommit first = mailbox.store.committed().get(1).getCommits(0);
    assertEquals("one", first.getRow().getTitle());
    assertEquals(3, first.getRow().getHead());
    assertEquals(3, first.getRow().getRosterSeq());
    assertEquals(0, first.getMemberships(0).getLeaveSeq());
    ConversationCommit second = mailbox.store.committed().get(2).getCommits(0);
    assertEquals("two", second.getRow().getTitle());
    assertEquals(5, second.getRow().getRosterSeq());
    assertEquals(5, second.getMemberships(0).getLeaveSeq());
  }

  @Test
  void anIntervalThatChangesTwiceInACommitIsWrittenOnce() {
    Harness mailbox = new Harness();
    String group = group(mailbox, 1);
    mailbox.held.hold("commit");
    mailbox.run(mailbox.rename("alice", group, "under way"));
    mailbox.submit(mailbox.add("alice", group, "carol"));
    mailbox.submit(mailbox.remove("alice", group, "carol"));
    mailbox.submit(mailbox.add("alice", group, "carol"));
    mailbox.held.release("commit");
    mailbox.settle();
    ConversationCommit commit = mailbox.store.committed().getLast().getCommits(0);
    assertEquals(2, commit.getMembershipsCount());
    assertEquals(4, commit.getMemberships(0).getLeaveSeq());
    assertEquals(5, commit.getMemberships(1).getJoinSeq());
  }

  @Test
  void whatWaitsIsBounded() {
    MailboxConfig.Queues queues = new MailboxConfig.Queues(100, 1 << 20, 60, 2L << 20, 40, Duration.ofMillis(200));
    Harness mailbox = new Harness(MailboxConfig.DEFAULT.withQueues(queues));
    String one = group(mailbox, 1);
    String other = group(mailbox, 2);
    mailbox.held.hold("commit");
    List<Long> requests = new ArrayList<>();
    for (int i = 1; i <= 41; i++) {
      requests.add(mailbox.run(mailbox.send("alice", one, i, "x")));
    }
    assertOverloaded(mailbox, requests.getLast(), "mailbox.conversation");
    for (int i = 1; i <= 21; i++) {
      requests.add(mailbox.run(mailbox.send("alice", other, i, "x")));
    }
    assertOverloaded(mailbox, requests.getLast(), "mailbox.open");
    mailbox.held.release("commit");
    mailbox.settle();
    assertTrue(mailbox.stripe.isIdle());
    assertEquals(42, mailbox.port.appended(mailbox.run(mailbox.send("alice", one, 41, "x"))).getSeq());
  }

  @Test
  void bytesThatWaitAreBounded() {
    MailboxConfig.Queues queues = new MailboxConfig.Queues(1_000, 1 << 20, 1_000, 1L << 20, 1_000, Duration.ofMillis(200));
    Harness mailbox = new Harness(MailboxConfig.DEFAULT.withQueues(queues));
    String conversation = mailbox.direct();
    mailbox.held.hold("commit");
    List<Long> requests = new ArrayList<>();
    for (int i = 1; i <= 18; i++) {
      requests.add(mailbox.run(mailbox.send("alice", conversation, i, "x".repeat(65_000))));
    }
    assertFalse(mailbox.port.isAnswered(requests.get(15)));
    assertOverloaded(mailbox, requests.getLast(), "mailbox.open.bytes");
    mailbox.held.release("commit");
    mailbox.settle();
    MailboxRequest.Builder again = mailbox.send("alice", conversation, 18, "x".repeat(65_000));
    assertTrue(mailbox.port.answer(mailbox.run(again)).hasAppended());
  }

  @Test
  void waitersForOneLoadAreBounded() {
    MailboxConfig.Queues queues = new MailboxConfig.Queues(100, 1 << 20, 60, 2L << 20, 5, Duration.ofMillis(200));
    Harness mailbox = new Harness(MailboxConfig.DEFAULT.withQueues(queues));
    String conversation = mailbox.direct();
    mailbox.restart();
    mailbox.held.hold("load");
    List<Long> requests = new ArrayList<>();
    for (int i = 1; i <= 6; i++) {
      requests.add(mailbox.run(mailbox.send("alice", conversation, i, "x")));
    }
    assertOverloaded(mailbox, requests.getLast(), "mailbox.conversation");
    mailbox.held.release("load");
    mailbox.settle();
    assertEquals(6, mailbox.port.appended(requests.get(4)).getSeq());
  }

  private static void assertOverloaded(Harness mailbox, long request, String queue) {
    assertEquals(Reason.REASON_OVERLOADED, mailbox.port.reason(request));
    assertTrue(mailbox.port.refusal(request).getMessage().contains(queue), mailbox.port.refusal(request).getMessage());
    assertEquals(200, mailbox.port.refusal(request).getRetryAfterMs());
  }
}
