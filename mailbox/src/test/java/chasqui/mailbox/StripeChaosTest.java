package chasqui.mailbox;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import chasqui.discovery.CrashPoints;
import chasqui.log.v1.Entry;
import chasqui.mailbox.memory.CommitFate;
import chasqui.mailbox.memory.MemoryStore;
import chasqui.mailbox.v1.Appended;
import chasqui.mailbox.v1.MailboxEvent;
import chasqui.mailbox.v1.MailboxRequest;
import chasqui.mailbox.v1.RangeRead;
import chasqui.store.v1.ConversationCommit;
import chasqui.store.v1.JournalBatch;
import io.opentelemetry.api.OpenTelemetry;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Clients that send, repeat, and change members at random; a store that answers in random order, loses, fills up; a
/// stripe that is restarted in the middle. What is stored and what was answered must agree at every moment.
class StripeChaosTest {

  private static final List<String> USERS = List.of("alice", "bob", "carol", "dave");
  private static final int STEPS = 8_000;

  private final Harness requests = new Harness();
  private final List<Runnable> storeWork = new ArrayList<>();
  private final List<Runnable> reentering = new ArrayList<>();
  private final MemoryStore store = new MemoryStore((operation, work) -> storeWork.add(work), InstantSource.system());
  private final Map<Long, MailboxRequest> open = new HashMap<>();
  private final Map<String, Appended> firstAnswers = new HashMap<>();
  private final Map<String, Long> pushedHeads = new HashMap<>();
  private final Map<String, MailboxRequest> wanted = new LinkedHashMap<>();
  private final List<String> conversations = new ArrayList<>();
  private final Map<String, Long> counters = new HashMap<>();
  private final Map<String, Map<Long, Entry>> logs = new HashMap<>();
  private int batchesSeen;
  private SplittableRandom random;
  private Stripe stripe;
  private int incarnation;
  private long nowMicros = Harness.START_MICROS;
  private long lastRequestId;
  private int answers;

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void whatIsAnsweredAndWhatIsStoredAgree(long seed) {
    random = new SplittableRandom(seed);
    store.setFate(batch -> fate());
    restart();
    createConversations();
    for (int step = 0; step < STEPS; step++) {
      step();
    }
    store.setFate(batch -> CommitFate.COMMITTED);
    settleAndRetryAll();
    checkStored();
    assertTrue(answers > 150, "enough was answered to mean something: " + answers);
  }

  private CommitFate fate() {
    return switch (random.nextInt(12)) {
      case 0 -> CommitFate.STORE_FULL;
      case 1 -> CommitFate.UNKNOWN_STORED;
      case 2 -> CommitFate.UNKNOWN_LOST;
      default -> CommitFate.COMMITTED;
    };
  }

  private void restart() {
    incarnation++;
    // Whatever the store had not done is lost with the process, and nobody hears of what it had.
    storeWork.clear();
    reentering.clear();
    open.clear();
    pushedHeads.clear();
    MailboxConfig defaults = MailboxConfig.DEFAULT;
    MailboxConfig tight = new MailboxConfig(1, defaults.queues(),
        new MailboxConfig.Batches(256 * 1024, 3, Duration.ofMillis(1)),
        new MailboxConfig.Conversations(100, 100, 65_536, 200, 2), defaults.reads(), defaults.users());
    stripe = new Stripe(0, tight, store, new SoleCustody(),
        new MailboxMetrics(OpenTelemetry.noop().getMeter("test")), CrashPoints.NONE, reentering::add);
  }

  private void createConversations() {
    want("direct", requests.createDirect("alice", "bob"));
    want("group 1", requests.createGroup("alice", "group 1", "one", List.of("bob", "carol")));
    want("group 2", requests.createGroup("bob", "group 2", "two", List.of("alice")));
    settleAndRetryAll();
    wanted.values().forEach(request -> conversations.add(request.getAppend().getConversationId()));
  }

  private void want(String name, MailboxRequest.Builder request) {
    wanted.put(name, request.build());
  }

  private void step() {
    nowMicros += random.nextInt(2_000);
    switch (random.nextInt(20)) {
      case 0, 1, 2 -> submitNew();
      case 3 -> repeatOne();
      case 4 -> submit(read().build());
      case 5, 6, 7, 8, 9, 10, 11 -> runOne(storeWork);
      case 12, 13, 14, 15, 16 -> runOne(reentering);
      default -> stripe.flush(nowMicros);
    }
    if (random.nextInt(500) == 0) {
      restart();
    }
  }

  private void submitNew() {
    String conversation = conversations.get(random.nextInt(conversations.size()));
    String user = pick();
    MailboxRequest.Builder request = switch (random.nextInt(8)) {
      case 0 -> requests.add(user, conversation, pick());
      case 1 -> requests.remove(user, conversation, pick());
      default -> {
        // Counters skip and come late: the next is not always the one above.
        long counter = Math.max(1, counters.merge(user, 1L + random.nextInt(2), Long::sum) - random.nextInt(2));
        yield requests.send(user, conversation, counter, "message " + lastRequestId);
      }
    };
    String key = idOf(request.build());
    if (wanted.putIfAbsent(key, request.build()) == null) {
      submit(request.build());
    }
  }

  private String pick() {
    return USERS.get(random.nextInt(USERS.size()));
  }

  private void repeatOne() {
    List<MailboxRequest> all = new ArrayList<>(wanted.values());
    // Recent ones as a rule, so that they are often still in flight.
    int back = random.nextBoolean() ? random.nextInt(Math.min(5, all.size())) : random.nextInt(all.size());
    submit(all.get(all.size() - 1 - back));
  }

  private MailboxRequest.Builder read() {
    long after = random.nextInt(20);
    return requests.range(pick(), conversations.get(random.nextInt(conversations.size())), after, after + random.nextInt(60));
  }

  private void runOne(List<Runnable> work) {
    if (work.isEmpty()) {
      return;
    }
    Runnable next = work.remove(random.nextInt(work.size()));
    if (work == reentering) {
      stripe.resume(next, nowMicros);
    } else {
      next.run();
    }
  }

  private void submit(MailboxRequest request) {
    long id = ++lastRequestId;
    MailboxRequest numbered = request.toBuilder().setRequestId(id).build();
    open.put(id, numbered);
    int asked = incarnation;
    stripe.handle(numbered, new MailboxPort() {
      @Override
      public void emit(MailboxEvent event) {
        assertEquals(incarnation, asked, "a dead stripe speaks");
        check(event);
      }

      @Override
      public void flush() {}

      @Override
      public void missed() {}
    }, 0, nowMicros);
  }

  private void check(MailboxEvent event) {
    if (event.hasPush()) {
      String conversation = event.getPush().getConversationId();
      Entry entry = event.getPush().getEntry();
      assertEquals(entry, log(conversation).get(entry.getSeq()), "a push is of what is stored");
      Long before = pushedHeads.put(conversation, entry.getSeq());
      assertTrue(before == null || before == entry.getSeq() - 1 || before < entry.getSeq(), "pushes ascend");
      return;
    }
    MailboxRequest request = open.remove(event.getResponse().getRequestId());
    assertTrue(request != null, "one answer to a request");
    if (event.getResponse().hasAppended()) {
      answers++;
      checkAppended(request, event.getResponse().getAppended());
    } else if (event.getResponse().hasRangeRead()) {
      checkRead(request.getCaller().getUserId(), event.getResponse().getRangeRead());
    }
  }

  private void checkAppended(MailboxRequest request, Appended answer) {
    Entry stored = log(answer.getConversationId()).get(answer.getSeq());
    assertTrue(stored != null, "acked before it was stored: seq " + answer.getSeq());
    assertEquals(stored.getStampMicros(), answer.getStampMicros());
    assertEquals(request.getAppend().getClientMessageId(), stored.getClientMessageId());
    if (request.getAppend().hasMessage()) {
      assertEquals(request.getAppend().getMessage(), stored.getMessage());
    }
    Appended first = firstAnswers.putIfAbsent(idOf(request), answer);
    assertTrue(first == null || first.getSeq() == answer.getSeq(), "a repeat gets the first answer");
  }

  private void checkRead(String user, RangeRead read) {
    Map<Long, Entry> log = log(read.getConversationId());
    Set<Long> visible = visible(user, log);
    assertTrue(read.getHead() <= log.size(), "no head above what is stored");
    assertTrue(visible.contains(read.getHead()), "the head is one that the user may see");
    List<Long> expected = new ArrayList<>();
    for (long seq = read.getAfter() + 1; seq <= read.getUpto(); seq++) {
      if (visible.contains(seq)) {
        expected.add(seq);
      }
    }
    assertEquals(expected, Harness.seqs(read), () -> user + " reads (" + read.getAfter() + ", " + read.getUpto() + "]");
  }

  // Told from the log alone, so that it does not repeat the code under test.
  private static Set<Long> visible(String user, Map<Long, Entry> log) {
    Set<Long> visible = new HashSet<>();
    boolean member = false;
    for (Entry entry : log.values()) {
      boolean named = entry.getMembership().getMembersList().stream().anyMatch(m -> m.getUserId().equals(user))
          || entry.getCreated().getMembersList().stream().anyMatch(m -> m.getUserId().equals(user));
      boolean joins = named && (entry.hasCreated() || entry.getMembership().getActionValue() == 1);
      boolean leaves = named && (entry.getMembership().getActionValue() == 2 || entry.getMembership().getActionValue() == 3);
      member |= joins;
      if (member) {
        visible.add(entry.getSeq());
      }
      member &= !leaves;
    }
    return visible;
  }

  private Map<Long, Entry> log(String conversation) {
    List<JournalBatch> committed = store.committed();
    for (JournalBatch batch : committed.subList(batchesSeen, committed.size())) {
      for (ConversationCommit commit : batch.getCommitsList()) {
        Map<Long, Entry> log = logs.computeIfAbsent(commit.getConversationId(), id -> new TreeMap<>());
        commit.getEntriesList().forEach(entry -> log.put(entry.getSeq(), entry));
      }
    }
    batchesSeen = committed.size();
    return logs.getOrDefault(conversation, Map.of());
  }

  private static String idOf(MailboxRequest request) {
    return request.getCaller().getUserId() + "/" + request.getCaller().getDeviceId()
        + " " + request.getAppend().getConversationId()
        + request.getAppend().getIdKindValue() + request.getAppend().getClientMessageId().toStringUtf8();
  }

  private void settleAndRetryAll() {
    for (int round = 0; round < 10; round++) {
      nowMicros += 10_000_000;
      wanted.forEach((key, request) -> {
        if (!firstAnswers.containsKey(idOf(request))) {
          submit(request);
        }
      });
      while (!storeWork.isEmpty() || !reentering.isEmpty() || !stripe.isIdle()) {
        stripe.flush(nowMicros);
        runOne(storeWork);
        runOne(reentering);
      }
    }
    assertEquals(Map.of(), open, "every request is answered");
  }

  private void checkStored() {
    Set<String> ids = new HashSet<>();
    for (String conversation : conversations) {
      long expected = 1;
      long stamp = 0;
      for (Entry entry : log(conversation).values()) {
        assertEquals(expected++, entry.getSeq(), "dense");
        assertTrue(entry.getStampMicros() > stamp, "stamps rise");
        stamp = entry.getStampMicros();
        assertTrue(entry.hasCreated() || ids.add(conversation + entry.getSenderUser() + "/" + entry.getSenderDevice()
            + "/" + entry.getClientMessageId().toStringUtf8()), "an id occupies one seq");
      }
    }
    // alice and bob stay in their 1:1 conversation, so every message of theirs must be in it.
    String direct = conversations.getFirst();
    long wantedThere = wanted.values().stream()
        .filter(request -> request.getAppend().getConversationId().equals(direct))
        .filter(request -> request.getAppend().hasMessage())
        .filter(request -> Set.of("alice", "bob").contains(request.getCaller().getUserId()))
        .count();
    assertEquals(wantedThere, log(direct).values().stream().filter(Entry::hasMessage).count(), "nothing is lost");
    assertTrue(wantedThere > 50, "enough was sent to mean something: " + wantedThere);
  }
}
