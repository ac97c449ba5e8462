package chasqui.drills.crash;

import chasqui.client.ChasquiClient;
import chasqui.client.session.ClientEvent;
import chasqui.drills.fleet.Deadline;
import chasqui.drills.fleet.DrillDevice;
import chasqui.drills.fleet.GaugeSampler;
import chasqui.drills.fleet.InFlight;
import chasqui.drills.fleet.Latencies;
import chasqui.drills.fleet.NodeProcess;
import chasqui.edge.auth.AuthConfig;
import chasqui.edge.auth.DevKeys;
import chasqui.edge.auth.TokenMinter;
import chasqui.testkit.check.Judge;
import chasqui.testkit.check.Verdict;
import chasqui.testkit.history.History;
import chasqui.testkit.history.Observation;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/// Kills the node at random moments under clients that never stop sending, then checks what every one of them saw.
final class CrashLoop implements AutoCloseable {

  private static final int GROUP_SIZE = 10;
  private static final Duration TOKEN_TTL = Duration.ofHours(2);
  private static final Duration SAMPLE_EVERY = Duration.ofMillis(250);

  private final CrashPlan plan;
  private final long seed;
  private final RandomGenerator random;
  private final Consumer<String> progress;
  private final Path folder;
  private final NodeProcess node;
  private final TokenMinter minter;
  private final History history = new History();
  private final InFlight inFlight = new InFlight(history);
  private final Latencies latencies = new Latencies();
  private final GaugeSampler gauges = new GaugeSampler(history, CrashLoop::micros);
  private final AtomicBoolean stopping = new AtomicBoolean();
  private final List<DrillDevice> devices = new ArrayList<>();
  private final List<Chatter> chatters = new ArrayList<>();
  private final Map<String, List<DrillDevice>> members = new ConcurrentHashMap<>();
  private final Map<String, AtomicLong> shown = new ConcurrentHashMap<>();
  private final Set<String> caughtUp = ConcurrentHashMap.newKeySet();
  private int hits;
  private int queues;

  CrashLoop(CrashPlan plan, long seed, Path folder, Consumer<String> progress) throws IOException {
    this.plan = plan;
    this.seed = seed;
    this.random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
    this.folder = folder;
    this.progress = progress;
    this.node = new NodeProcess(folder.resolve("node"));
    this.minter = DevKeys.of(node.data()).minter(AuthConfig.DEFAULT.audience(), InstantSource.system());
  }

  CrashReport run() {
    long begin = System.nanoTime();
    node.start();
    connectAll();
    meet();
    chatters.forEach(chatter -> chatter.begin(plan.inFlightEach()));
    int kills = 0;
    while (kills < plan.kills()) {
      // A kill hits a node that serves: the random moment counts from the first answer after the last one.
      long answered = inFlight.acked();
      require(Deadline.await(plan.patience(), () -> inFlight.acked() > answered), "sends are answered again");
      serveForAWhile();
      kills++;
      killAndRestart(kills);
    }
    progress.accept("serving until " + plan.ackedMin() + " are acked");
    boolean enough = Deadline.await(plan.patience(), () -> {
      watchQueues();
      return inFlight.acked() >= plan.ackedMin();
    });
    boolean complete = settle() && enough;
    Verdict verdict = Judge.of(history.observations());
    return new CrashReport(
        plan, seed, verdict, kills, hits, queues, complete, (System.nanoTime() - begin) / 1e9, latencies);
  }

  private void connectAll() {
    progress.accept("connecting " + plan.clients() + " clients");
    for (int i = 0; i < plan.clients(); i++) {
      String user = "user-" + i;
      DrillDevice device = new DrillDevice(
          user, "phone", folder.resolve("devices"), _ -> minter.mint(user, TOKEN_TTL), inFlight, CrashLoop::micros,
          event -> saw(user + "/phone", event));
      devices.add(device);
      device.connect(node.edgeAddress());
    }
    require(Deadline.await(plan.patience(), () -> caughtUp.size() == devices.size()), "every client is connected");
  }

  private void saw(String device, ClientEvent event) {
    switch (event) {
      case ClientEvent.EntryReceived entry -> counter(device, entry.conversationId()).set(entry.entry().getSeq());
      case ClientEvent.CaughtUp _ -> caughtUp.add(device);
      default -> { }
    }
  }

  /// The last `seq` that a device has shown; entries are shown in order, which the verdict checks by itself.
  private AtomicLong counter(String device, String conversation) {
    return shown.computeIfAbsent(device + " " + conversation, _ -> new AtomicLong());
  }

  /// Pairs and groups: who talks where.
  private void meet() {
    progress.accept("making conversations");
    Map<DrillDevice, List<String>> of = new ConcurrentHashMap<>();
    devices.forEach(device -> of.put(device, new ArrayList<>()));
    for (int i = 0; i < devices.size(); i += 2) {
      String id = ChasquiClient.await(
          devices.get(i).client().conversations().createDirect(devices.get(i + 1).user())).getConversationId();
      join(id, devices.subList(i, i + 2), of);
    }
    for (int i = 0; i + GROUP_SIZE <= devices.size(); i += GROUP_SIZE) {
      List<DrillDevice> group = devices.subList(i, i + GROUP_SIZE);
      List<String> others = group.stream().skip(1).map(DrillDevice::user).toList();
      String id = ChasquiClient.await(
          group.getFirst().client().conversations().createGroup("group " + i / GROUP_SIZE, others)).getConversationId();
      join(id, group, of);
    }
    devices.forEach(device -> chatters.add(new Chatter(device, of.get(device), latencies, stopping)));
  }

  private void join(String conversation, List<DrillDevice> group, Map<DrillDevice, List<String>> of) {
    members.put(conversation, List.copyOf(group));
    group.forEach(device -> of.get(device).add(conversation));
  }

  private void serveForAWhile() {
    long spread = plan.upMax().minus(plan.upMin()).toMillis();
    long end = System.nanoTime() + plan.upMin().plusMillis(random.nextLong(spread + 1)).toNanos();
    while (System.nanoTime() < end) {
      watchQueues();
      Duration left = Duration.ofNanos(end - System.nanoTime());
      Deadline.await(left.compareTo(SAMPLE_EVERY) < 0 ? left : SAMPLE_EVERY, () -> false);
    }
  }

  private void watchQueues() {
    queues = Math.max(queues, gauges.sample(node.opsAddress()));
  }

  private void killAndRestart(int number) {
    int hit = inFlight.count();
    hits += hit > 0 ? 1 : 0;
    String fault = "kill " + number;
    history.accept(new Observation.FaultBegan(fault, Observation.FaultKind.NODE_KILLED, micros()));
    node.kill();
    node.start();
    history.accept(new Observation.FaultEnded(fault, micros()));
    progress.accept("kill " + number + " of " + plan.kills() + " with " + hit + " sends in flight; " + inFlight.acked() + " acked");
  }

  /// Stops the talk and waits until every device has shown every conversation up to its head.
  private boolean settle() {
    stopping.set(true);
    progress.accept("waiting until everybody has everything");
    boolean idle = Deadline.await(plan.patience(), () -> chatters.stream().allMatch(Chatter::idle));
    boolean complete = true;
    Set<String> behind = new HashSet<>();
    for (var conversation : members.entrySet()) {
      DrillDevice first = conversation.getValue().getFirst();
      first.readBack(conversation.getKey());
      long head = ChasquiClient.await(first.client().conversations().get(conversation.getKey())).getHead();
      for (DrillDevice device : conversation.getValue()) {
        AtomicLong last = counter(device.name(), conversation.getKey());
        if (!Deadline.await(behind.isEmpty() ? plan.patience() : Duration.ofSeconds(1), () -> last.get() >= head)) {
          behind.add(device.name() + " in " + conversation.getKey() + ": " + last.get() + " of " + head);
          complete = false;
        }
      }
    }
    behind.stream().limit(10).forEach(who -> progress.accept("behind: " + who));
    return idle && complete;
  }

  private static long micros() {
    return System.nanoTime() / 1_000;
  }

  private void require(boolean condition, String what) {
    if (!condition) {
      throw new IllegalStateException("not within " + plan.patience().toSeconds() + " s: " + what);
    }
  }

  @Override
  public void close() {
    stopping.set(true);
    devices.parallelStream().forEach(DrillDevice::close);
    node.close();
  }
}
