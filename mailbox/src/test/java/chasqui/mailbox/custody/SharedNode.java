package chasqui.mailbox.custody;

import chasqui.discovery.CrashPoints;
import chasqui.discovery.NodeRecord;
import chasqui.discovery.NodeState;
import chasqui.discovery.Role;
import chasqui.mailbox.MailboxConfig;
import chasqui.mailbox.MailboxMetrics;
import chasqui.mailbox.MailboxPort;
import chasqui.mailbox.PushesAgain;
import chasqui.mailbox.RequestSlots;
import chasqui.mailbox.Stripe;
import chasqui.discovery.Slots;
import chasqui.mailbox.memory.MemorySharedTables;
import chasqui.mailbox.memory.WriteFate;
import chasqui.mailbox.v1.MailboxRequest;
import io.opentelemetry.api.OpenTelemetry;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/// One life of a mailbox node, on the test's thread: real stripes, real custody, tables in memory.
final class SharedNode {

  final NodeRecord record;
  final ManualExecutor executor;
  final HeldWork held = new HeldWork();
  final SharedMailbox shared;
  final PushesAgain again = new PushesAgain();
  final List<String> fatal = new ArrayList<>();
  WriteFate.Decider fates = WriteFate.Decider.ALL_DONE;
  boolean paused;

  private final RequestSlots slots;
  private final List<Stripe> stripes = new ArrayList<>();
  private final List<ArrayDeque<Runnable>> reentering = new ArrayList<>();

  SharedNode(SharedCluster cluster, String nodeId, String incarnation, String address) {
    this.record = new NodeRecord(nodeId, incarnation, address, Set.of(Role.MAILBOX), NodeState.READY, "");
    this.executor = new ManualExecutor(cluster.clock.instant());
    MailboxConfig config = cluster.config;
    MemorySharedTables tables = new MemorySharedTables(cluster.rows, held, operation -> fates.fateOf(operation));
    SharedParts parts = new SharedParts(
        tables, executor, cluster.clock, new SplittableRandom(incarnation.hashCode()),
        OpenTelemetry.noop().getMeter("test"), CrashPoints.NONE, (what, cause) -> {
          if (cause != null) {
            throw new AssertionError(what, cause);
          }
          fatal.add(what);
        });
    this.slots = new RequestSlots(new Slots(tables.dataSet().getSlots()));
    this.shared = SharedMailbox.assemble(
        new Self(nodeId, incarnation, record.address()), config.stripes(), parts, cluster.membership,
        asked -> cluster.probe(this, asked), again::push);
    MailboxMetrics metrics = new MailboxMetrics(OpenTelemetry.noop().getMeter("test"));
    for (int number = 0; number < config.stripes(); number++) {
      ArrayDeque<Runnable> completions = new ArrayDeque<>();
      reentering.add(completions);
      stripes.add(new Stripe(
          number, config, shared.store(), shared.custody(), metrics, CrashPoints.NONE, completions::addLast));
    }
  }

  CompletionStage<Void> start() {
    return shared.start(slot -> {
      CompletableFuture<Void> released = new CompletableFuture<>();
      int stripe = slot % stripes.size();
      reentering.get(stripe).add(() -> stripes.get(stripe).release(slot).thenRun(() -> released.complete(null)));
      return released;
    });
  }

  void submit(MailboxRequest request, MailboxPort port, long nowMicros) {
    int slot = slots.of(request);
    stripes.get(slot % stripes.size()).handle(request, port, slot, nowMicros);
  }

  int slotOf(MailboxRequest request) {
    return slots.of(request);
  }

  boolean serves(int slot) {
    return shared.custody().serves(slot);
  }

  Optional<String> probed() {
    return executor.isDead() || paused ? Optional.empty() : Optional.of(record.incarnation());
  }

  /// One round of everything that is due; true if there was anything.
  boolean run(long nowMicros) {
    if (paused || executor.isDead()) {
      return false;
    }
    boolean ran = executor.runDue();
    for (int i = 0; i < stripes.size(); i++) {
      ArrayDeque<Runnable> completions = reentering.get(i);
      for (Runnable next = completions.pollFirst(); next != null; next = completions.pollFirst()) {
        stripes.get(i).resume(next, nowMicros);
        ran = true;
      }
      stripes.get(i).flush(nowMicros);
    }
    return ran;
  }

  void kill() {
    executor.kill();
    reentering.forEach(ArrayDeque::clear);
  }
}
