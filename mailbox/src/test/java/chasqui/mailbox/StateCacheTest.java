package chasqui.mailbox;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class StateCacheTest {

  private static Harness small(int stateWeightMax) {
    MailboxConfig config = MailboxConfig.DEFAULT.withConversations(
        new MailboxConfig.Conversations(1_000, 1_000, 65_536, 200, stateWeightMax));
    return new Harness(
        new MailboxConfig(1, config.queues(), config.batches(), config.conversations(), config.reads(), config.users()));
  }

  private static List<String> directs(Harness mailbox, int count) {
    List<String> ids = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      ids.add(mailbox.port.appended(mailbox.run(mailbox.createDirect("alice", "peer-" + i))).getConversationId());
    }
    return ids;
  }

  @Test
  void theLeastRecentlyUsedStateIsEvictedAndLoadedAgain() {
    Harness mailbox = small(3);
    List<String> ids = directs(mailbox, 4);
    int loads = mailbox.held.count("load");
    long recent = mailbox.run(mailbox.send("alice", ids.get(3), 1, "in memory"));
    assertEquals(loads, mailbox.held.count("load"));
    long evicted = mailbox.run(mailbox.send("alice", ids.get(0), 1, "evicted"));
    assertEquals(loads + 1, mailbox.held.count("load"));
    assertEquals(2, mailbox.port.appended(recent).getSeq());
    assertEquals(2, mailbox.port.appended(evicted).getSeq());
  }

  @Test
  void anEvictedCounterIsReadAgainAndNothingIsAppendedTwice() {
    Harness mailbox = small(3);
    List<String> ids = directs(mailbox, 6);
    for (int round = 0; round < 3; round++) {
      for (String id : ids) {
        mailbox.run(mailbox.send("alice", id, 7, "once"));
      }
    }
    for (String id : ids) {
      assertEquals(2, mailbox.read("alice", id, 0, 99).getHead());
    }
  }

  @Test
  void whatHasSomethingQueuedIsNotEvicted() {
    Harness mailbox = small(2);
    List<String> ids = directs(mailbox, 5);
    mailbox.held.hold("commit");
    List<Long> requests = ids.stream().map(id -> mailbox.run(mailbox.send("alice", id, 1, "x"))).toList();
    int loads = mailbox.held.count("load");
    List<Long> second = ids.stream().map(id -> mailbox.run(mailbox.send("alice", id, 2, "y"))).toList();
    assertEquals(loads, mailbox.held.count("load"), "each stays, though together they are too many");
    mailbox.held.release("commit");
    mailbox.settle();
    requests.forEach(id -> assertEquals(2, mailbox.port.appended(id).getSeq()));
    second.forEach(id -> assertEquals(3, mailbox.port.appended(id).getSeq()));
  }

  @Test
  void aStateWithManyMembersWeighsMore() {
    Harness mailbox = small(10);
    List<String> ids = directs(mailbox, 3);
    List<String> others = IntStream.range(0, 200).mapToObj(i -> "user-" + i).toList();
    mailbox.run(mailbox.createGroup("alice", "r", "large", others));
    int loads = mailbox.held.count("load");
    mailbox.run(mailbox.send("alice", ids.get(2), 1, "x"));
    assertTrue(mailbox.held.count("load") > loads, "the large group took the room of the others");
  }
}
