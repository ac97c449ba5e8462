package chasqui.mailbox.custody;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import chasqui.discovery.NodeState;
import chasqui.log.v1.Entry;
import chasqui.mailbox.MailboxPort;
import chasqui.mailbox.memory.WriteFate;
import chasqui.mailbox.v1.Appended;
import chasqui.mailbox.v1.MailboxEvent;
import chasqui.mailbox.v1.MailboxRequest;
import chasqui.mailbox.v1.MailboxResponse;
import chasqui.store.v1.ConversationCommit;
import chasqui.store.v1.JournalRow;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Two nodes over one set of rows: writes are lost, late, done twice; nodes stand still, die, come back, drain, are cut off.
/// Whatever happens: what was acked is in the log once, the log is dense, no two incarnations ever committed the same
/// place, and nobody is shown less than what was acked before the question.
class SharedChaosTest {

  private static final int STEPS = 20_000;
  private static final List<String> USERS = List.of("alice", "bob", "carol");
  private static final List<String> NODES = List.of("one", "two");

  private final SharedCluster cluster = new SharedCluster();
  private final Map<String, SharedNode> live = new HashMap<>();
  private final List<String> groups = new ArrayList<>();
  private final Map<String, Long> counters = new HashMap<>();
  private final Map<String, MailboxRequest> wanted = new LinkedHashMap<>();
  private final Map<String, Appended> acked = new HashMap<>();
  private final Map<String, Long> ackedHeads = new HashMap<>();
  private final Set<SharedNode> draining = new HashSet<>();
  private SplittableRandom random;
  private boolean calm = true;
  private int writes;
  private int reads;
  private int lives;

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
  void nothingAckedIsLostAndNothingIsCommittedTwice(long seed) {
    random = new SplittableRandom(seed);
    NODES.forEach(this::startCalmly);
    cluster.until("divided", this::isDivided);
    createGroups();
    calm = false;
    for (int step = 0; step < STEPS; step++) {
      step();
    }
    calmDown();
    retryAll();
    checkLogs();
    checkJournals();
    assertTrue(writes > 200 && reads > 50 && lives > 4,
        () -> "enough happened to mean something: " + writes + " writes, " + reads + " reads, " + lives + " lives");
  }

  private boolean isDivided() {
    return cluster.isDividedAmong(live.values().toArray(SharedNode[]::new));
  }

  private void startCalmly(String nodeId) {
    SharedNode node = cluster.start(nodeId);
    adopt(nodeId, node);
  }

  private void adopt(String nodeId, SharedNode node) {
    node.fates = this::fate;
    live.put(nodeId, node);
    lives++;
  }

  private WriteFate fate(String operation) {
    if (calm) {
      return WriteFate.DONE;
    }
    return switch (random.nextInt(24)) {
      case 0 -> WriteFate.DONE_UNTOLD;
      case 1 -> WriteFate.LOST;
      case 2 -> WriteFate.LATE;
      case 3 -> WriteFate.TWICE;
      case 4 -> WriteFate.BUSY;
      default -> WriteFate.DONE;
    };
  }

  private void createGroups() {
    for (int i = 0; i < 6; i++) {
      MailboxRequest create = cluster.requests.createGroup("alice", "chaos " + i, "g", List.of("bob", "carol")).build();
      wanted.put("create " + i, create);
      groups.add(create.getAppend().getConversationId());
    }
    retryAll();
  }

  private void step() {
    switch (random.nextInt(100)) {
      case 0, 1, 2, 3, 4, 5, 6 -> sendNew();
      case 7, 8 -> repeatOne();
      case 9, 10, 11 -> read();
      case 12 -> upset();
      default -> work();
    }
    if (random.nextInt(4) == 0) {
      passTime(random.nextInt(20_000_000));
    }
  }

  private void passTime(long nanos) {
    cluster.nowMicros += nanos / 1_000;
    cluster.nodes.forEach(node -> node.executor.pass(nanos));
  }

  private void work() {
    SharedNode node = cluster.nodes.get(random.nextInt(cluster.nodes.size()));
    if (node.held.waiting() > 0 && random.nextBoolean()) {
      // What was sent arrives in any order, and after its sender's end too.
      node.held.runAt(random.nextInt(node.held.waiting()));
    } else {
      node.run(cluster.nowMicros);
    }
    if (node.executor.isDead() && node.held.waiting() == 0) {
      cluster.nodes.remove(node);
    }
  }

  private void upset() {
    if (random.nextInt(4) != 0) {
      return;
    }
    String nodeId = NODES.get(random.nextInt(NODES.size()));
    String other = nodeId.equals("one") ? "two" : "one";
    SharedNode node = live.get(nodeId);
    switch (random.nextInt(6)) {
      case 0 -> node.paused = !node.paused;
      case 1 -> replace(nodeId, node);
      case 2 -> {
        if (!cluster.cut.remove(other + " " + nodeId)) {
          cluster.cut.add(other + " " + nodeId);
        }
      }
      case 3 -> live.get(other).shared.custody().reported(node.record.incarnation(), "a router");
      case 4 -> {
        if (draining.add(node)) {
          cluster.announce(node, NodeState.DRAINING);
          node.shared.drain();
        }
      }
      default -> {
        if (node.paused) {
          cluster.lapse(node);
        }
      }
    }
    if (!node.fatal.isEmpty() && !node.executor.isDead()) {
      replace(nodeId, node);
    }
  }

  private void replace(String nodeId, SharedNode node) {
    node.kill();
    cluster.lapse(node);
    if (random.nextBoolean()) {
      node.held.forget();
    }
    SharedNode next = cluster.created(nodeId);
    adopt(nodeId, next);
    next.start().thenRun(() -> cluster.membership.announce(next.record));
  }

  private void sendNew() {
    String user = USERS.get(random.nextInt(USERS.size()));
    String group = groups.get(random.nextInt(groups.size()));
    long counter = counters.merge(user + group, 1L, Long::sum);
    MailboxRequest request = cluster.requests.send(user, group, counter, "m" + wanted.size()).build();
    wanted.put(user + group + counter, request);
    submit(request);
  }

  private void repeatOne() {
    List<MailboxRequest> all = new ArrayList<>(wanted.values());
    submit(all.get(all.size() - 1 - random.nextInt(Math.min(8, all.size()))));
  }

  private void read() {
    String group = groups.get(random.nextInt(groups.size()));
    long atLeast = ackedHeads.getOrDefault(group, 0L);
    SharedNode node = any();
    submit(node, cluster.requests.range("bob", group, 0, 10_000).build(), response -> {
      if (response.hasRangeRead()) {
        reads++;
        long head = response.getRangeRead().getHead();
        assertTrue(head >= atLeast, () -> node.record.incarnation() + " shows " + head + " of " + group + " after " + atLeast
            + " was acked");
      }
    });
  }

  private SharedNode any() {
    return live.get(NODES.get(random.nextInt(NODES.size())));
  }

  private void submit(MailboxRequest request) {
    submit(any(), request, response -> {
      if (response.hasAppended()) {
        writes++;
        acked(request, response.getAppended());
      }
    });
  }

  private void acked(MailboxRequest request, Appended appended) {
    Appended first = acked.putIfAbsent(idOf(request), appended);
    assertTrue(first == null || first.getSeq() == appended.getSeq(), "a repeat gets the first answer");
    ackedHeads.merge(appended.getConversationId(), appended.getSeq(), Math::max);
  }

  private static String idOf(MailboxRequest request) {
    return request.getCaller().getUserId() + " " + request.getAppend().getConversationId() + " "
        + request.getAppend().getClientMessageId().toStringUtf8();
  }

  private interface Told {
    void told(MailboxResponse response);
  }

  private void submit(SharedNode node, MailboxRequest request, Told told) {
    if (node.executor.isDead()) {
      return;
    }
    node.submit(request, new MailboxPort() {
      @Override
      public void emit(MailboxEvent event) {
        assertFalse(node.executor.isDead(), "a dead node speaks");
        if (event.hasResponse()) {
          told.told(event.getResponse());
        }
      }

      @Override
      public void flush() {}

      @Override
      public void missed() {}
    }, cluster.nowMicros);
  }

  private void calmDown() {
    calm = true;
    cluster.cut.clear();
    for (String nodeId : NODES) {
      SharedNode node = live.get(nodeId);
      node.paused = false;
      if (draining.contains(node) || !node.fatal.isEmpty()) {
        replace(nodeId, node);
      } else {
        cluster.announce(node, NodeState.READY);
      }
    }
    for (int i = 0; i < 60 && !isDivided(); i++) {
      cluster.pass(Duration.ofSeconds(2));
      startReplaced();
    }
    assertTrue(isDivided(), "every slot has one owner in the end");
  }

  // Whoever finds only now that it was replaced is started again: a takeover may have been under way when all got calm.
  private void startReplaced() {
    NODES.stream().filter(nodeId -> !live.get(nodeId).fatal.isEmpty()).toList().forEach(nodeId -> replace(nodeId, live.get(nodeId)));
  }

  private void retryAll() {
    for (int round = 0; round < 40 && acked.size() < wanted.size(); round++) {
      wanted.values().stream().filter(request -> !acked.containsKey(idOf(request))).forEach(request ->
          live.values().stream().filter(node -> node.serves(node.slotOf(request))).forEach(node ->
              submit(node, request, response -> {
                if (response.hasAppended()) {
                  acked(request, response.getAppended());
                }
              })));
      cluster.pass(Duration.ofSeconds(1));
      startReplaced();
    }
    assertEquals(wanted.size(), acked.size(), "everything is acked in the end");
  }

  private void checkLogs() {
    cluster.pass(Duration.ofSeconds(5));
    Set<String> ids = new HashSet<>();
    Map<String, List<Entry>> logs = new HashMap<>();
    for (String group : groups) {
      List<Entry> log = cluster.rows.logOf(group);
      logs.put(group, log);
      long stamp = 0;
      for (int i = 0; i < log.size(); i++) {
        assertEquals(i + 1, log.get(i).getSeq(), "dense");
        assertTrue(log.get(i).getStampMicros() > stamp, "stamps rise");
        stamp = log.get(i).getStampMicros();
        assertTrue(ids.add(group + log.get(i).getSenderUser() + log.get(i).getClientMessageId().toStringUtf8()),
            "an id takes one place");
      }
      assertEquals(log.size(), cluster.rows.headOf(group));
    }
    wanted.forEach((name, request) -> {
      Appended answer = acked.get(idOf(request));
      Entry stored = logs.get(answer.getConversationId()).get((int) answer.getSeq() - 1);
      assertEquals(request.getAppend().getClientMessageId(), stored.getClientMessageId(), () -> "what was acked stands: " + name);
    });
  }

  // Applies of two owners would hide behind each other's stamps: what was committed is compared itself.
  private void checkJournals() {
    Map<String, Entry> committed = new HashMap<>();
    cluster.rows.journals().forEach((journal, places) -> {
      for (JournalRow row : places.values()) {
        for (ConversationCommit commit : row.getBatch().getCommitsList()) {
          for (Entry entry : commit.getEntriesList()) {
            Entry other = committed.putIfAbsent(commit.getConversationId() + " " + entry.getSeq(), entry);
            assertTrue(other == null, () -> journal + " commits seq " + entry.getSeq() + " once more");
          }
        }
      }
    });
  }
}
