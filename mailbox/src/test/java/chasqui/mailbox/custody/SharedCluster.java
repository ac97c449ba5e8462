package chasqui.mailbox.custody;

import static org.junit.jupiter.api.Assertions.assertTrue;

import chasqui.discovery.InMemoryMembership;
import chasqui.discovery.NodeState;
import chasqui.discovery.Slots;
import chasqui.mailbox.Harness;
import chasqui.mailbox.MailboxConfig;
import chasqui.mailbox.RecordingPort;
import chasqui.mailbox.memory.MemoryShared;
import chasqui.mailbox.memory.MemoryStore;
import chasqui.mailbox.v1.MailboxRequest;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.BooleanSupplier;

/// Mailbox nodes that share their rows, all on the test's thread, with time that passes when the test says so.
final class SharedCluster {

  static final int SLOTS = 16;
  static final Duration STEP = Duration.ofMillis(10);

  final Harness requests = new Harness();
  final MailboxConfig config;
  long nowMicros = Harness.START_MICROS;
  final InstantSource clock = () -> Instant.EPOCH.plus(now(), ChronoUnit.MICROS);
  final MemoryShared rows =
      new MemoryShared(MemoryStore.DATA_SET.toBuilder().setSlots(SLOTS).build(), clock);
  final InMemoryMembership membership = new InMemoryMembership();
  final List<SharedNode> nodes = new ArrayList<>();
  /// Pairs "from to" of nodes that do not hear each other.
  final Set<String> cut = new HashSet<>();
  /// Nodes that cannot ask others, for a reason of their own.
  final Set<String> cannotProbe = new HashSet<>();
  /// Nodes that leave the next probe of them without an answer.
  final Set<String> busy = new HashSet<>();
  /// Pairs "from to" of nodes, one for each probe.
  final List<String> probes = new ArrayList<>();

  private final Map<String, Integer> lives = new HashMap<>();
  private long lastRequestId;

  SharedCluster() {
    this(2);
  }

  SharedCluster(int stripes) {
    MailboxConfig defaults = MailboxConfig.DEFAULT;
    config = new MailboxConfig(stripes, defaults.queues(), defaults.batches(), defaults.conversations(),
        defaults.reads(), defaults.users());
  }

  private long now() {
    return nowMicros;
  }

  /// A new life of a node, listed, ready and in the membership.
  SharedNode start(String nodeId) {
    return started(created(nodeId));
  }

  SharedNode started(SharedNode node) {
    CompletionStage<Void> started = node.start();
    until("started", () -> started.toCompletableFuture().isDone());
    membership.announce(node.record);
    return node;
  }

  SharedNode created(String nodeId) {
    return createdAt(nodeId, "at-" + nodeId);
  }

  SharedNode createdAt(String nodeId, String address) {
    SharedNode node = new SharedNode(this, nodeId, nodeId + "-" + lives.merge(nodeId, 1, Integer::sum), address);
    nodes.add(node);
    return node;
  }

  /// The process is gone at once; its lease lapses later, see {@link #lapse}.
  void kill(SharedNode node) {
    node.kill();
    node.held.forget();
  }

  void lapse(SharedNode node) {
    membership.withdraw(node.record.nodeId());
  }

  void announce(SharedNode node, NodeState state) {
    membership.announce(node.record.in(state));
  }

  CompletionStage<Optional<String>> probe(SharedNode from, String address) {
    if (cannotProbe.contains(from.record.nodeId())) {
      return CompletableFuture.failedStage(new IllegalStateException("the certificate cannot be read"));
    }
    nodes.stream().filter(node -> node.record.address().equals(address)).findFirst()
        .ifPresent(node -> probes.add(from.record.nodeId() + " " + node.record.nodeId()));
    for (SharedNode node : nodes.reversed()) {
      if (node.record.address().equals(address) && !busy.remove(node.record.nodeId())
          && !cut.contains(from.record.nodeId() + " " + node.record.nodeId()) && node.probed().isPresent()) {
        return CompletableFuture.completedStage(node.probed());
      }
    }
    return CompletableFuture.completedStage(Optional.empty());
  }

  long submit(SharedNode node, MailboxRequest.Builder request, RecordingPort port) {
    long id = ++lastRequestId;
    node.submit(request.setRequestId(id).build(), port, nowMicros);
    return id;
  }

  /// Submits, and lets everything happen until it is answered.
  long ask(SharedNode node, MailboxRequest.Builder request, RecordingPort port) {
    long id = submit(node, request, port);
    until("answered", () -> port.isAnswered(id));
    return id;
  }

  /// Lets everything happen that is due, without letting time pass.
  void settle() {
    boolean moved;
    do {
      moved = false;
      for (SharedNode node : List.copyOf(nodes)) {
        moved |= node.run(nowMicros);
        moved |= !node.paused && node.held.runReady();
      }
    } while (moved);
  }

  void pass(Duration time) {
    for (long left = time.toNanos(); left > 0; left -= STEP.toNanos()) {
      nowMicros += STEP.toNanos() / 1_000;
      for (SharedNode node : List.copyOf(nodes)) {
        node.executor.pass(STEP.toNanos());
      }
      settle();
    }
  }

  void until(String what, BooleanSupplier holds) {
    settle();
    for (int i = 0; i < 12_000 && !holds.getAsBoolean(); i++) {
      pass(STEP);
    }
    assertTrue(holds.getAsBoolean(), () -> what + " within two minutes");
  }

  /// Each slot is served by exactly one of these nodes.
  boolean isDividedAmong(SharedNode... among) {
    for (int slot = 0; slot < SLOTS; slot++) {
      int serving = 0;
      for (SharedNode node : among) {
        serving += node.serves(slot) ? 1 : 0;
      }
      if (serving != 1) {
        return false;
      }
    }
    return true;
  }

  int slotOf(String id) {
    return new Slots(SLOTS).of(id);
  }

  /// A group of alice and others whose slot the node serves; committed.
  String group(SharedNode node, String... others) {
    RecordingPort port = new RecordingPort();
    for (int i = 0; ; i++) {
      MailboxRequest.Builder create = requests.createGroup("alice", "group " + lastRequestId + i, "friends", List.of(others));
      if (node.serves(node.slotOf(create.build()))) {
        return port.appended(ask(node, create, port)).getConversationId();
      }
    }
  }
}
