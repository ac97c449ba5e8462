package chasqui.drills.mesh.crowd;

import chasqui.client.ChasquiClient;
import chasqui.drills.fleet.Deadline;
import chasqui.drills.fleet.InFlight;
import chasqui.drills.mesh.process.Door;
import chasqui.edge.auth.TokenMinter;
import chasqui.testkit.history.History;
import chasqui.testkit.history.Observation;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.SplittableRandom;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.random.RandomGenerator;

/// The users of a mesh: they connect to the edges in turn, make conversations, talk at a steady rate whatever happens, and
/// write down what they see. Driven by one thread.
public final class Crowd implements AutoCloseable {

  public static final Duration PATIENCE = Duration.ofSeconds(90);
  private static final Duration TOKEN_TTL = Duration.ofHours(2);
  private static final double DIRECT_SHARE = 0.7;
  private static final long FLAP_MILLIS_MIN = 500;
  private static final long FLAP_MILLIS_MAX = 4_000;

  private final CrowdPlan plan;
  private final Door door;
  private final TokenMinter minter;
  private final Path folder;
  // Each for one thread.
  private final SplittableRandom choices;
  private final SplittableRandom whims;
  private final History history = new History();
  private final InFlight inFlight = new InFlight(history);
  private final SendLog sends = new SendLog();
  private final List<Member> members = new ArrayList<>();
  // The first device of each user: the one that sends.
  private final List<Member> senders = new ArrayList<>();
  private final Map<String, List<Member>> conversations = new LinkedHashMap<>();
  private final Map<Member, String> directs = new LinkedHashMap<>();
  private final Map<Member, List<String>> groups = new LinkedHashMap<>();
  private final ScheduledExecutorService clock =
      Executors.newSingleThreadScheduledExecutor(Thread.ofPlatform().daemon().name("crowd").factory());
  private final ScheduledExecutorService flapping =
      Executors.newSingleThreadScheduledExecutor(Thread.ofPlatform().daemon().name("flapping").factory());
  private volatile boolean talking;
  private volatile boolean hushed;
  private long number;

  /// @param door where clients connect; every device begins with another of its addresses
  /// @param folder holds the devices' data
  public Crowd(CrowdPlan plan, Door door, TokenMinter minter, Path folder, RandomGenerator random) {
    this.plan = plan;
    this.choices = new SplittableRandom(random.nextLong());
    this.whims = new SplittableRandom(random.nextLong());
    this.door = door;
    this.minter = minter;
    this.folder = folder;
    String run = Long.toHexString(random.nextLong() >>> 40);
    for (int i = 0; i < plan.users(); i++) {
      for (int device = 0; device < (plan.hasThreeDevices(i) ? 3 : 1); device++) {
        Member member = member("u" + i + "-" + run, device, members.size());
        members.add(member);
        if (device == 0) {
          senders.add(member);
        }
      }
    }
  }

  /// @param turn which edge it tries first
  private Member member(String user, int device, int turn) {
    List<String> order = new ArrayList<>(door.addresses());
    Collections.rotate(order, -turn);
    Door turned = new Door(order, door.authority());
    return new Member(
        user, "device-" + device, CrowdPlan.flaps(device), turned, folder, _ -> minter.mint(user, TOKEN_TTL), inFlight);
  }

  static long micros() {
    return System.nanoTime() / 1_000;
  }

  /// Everybody connects, and conversations are made.
  public void arrive() {
    members.forEach(Member::connect);
    require(() -> members.stream().allMatch(Member::online), "every client is online");
    for (int i = 0; i + 1 < senders.size(); i += 2) {
      Member first = senders.get(i);
      Member second = senders.get(i + 1);
      String direct = id(first, client -> ChasquiClient.await(client.conversations().createDirect(second.device().user())).getConversationId());
      directs.put(first, direct);
      directs.put(second, direct);
      conversations.put(direct, devicesOf(senders.subList(i, i + 2)));
    }
    for (int size = 2, from = 0; from + 1 < senders.size(); from += size, size = Math.min(size * 2, plan.groupMax())) {
      List<Member> group = senders.subList(from, Math.min(from + size, senders.size()));
      List<String> others = group.stream().skip(1).map(member -> member.device().user()).toList();
      String id = id(group.getFirst(), client -> ChasquiClient.await(client.conversations().createGroup("group", others)).getConversationId());
      group.forEach(member -> groups.computeIfAbsent(member, _ -> new ArrayList<>()).add(id));
      conversations.put(id, devicesOf(group));
    }
  }

  private static String id(Member member, Function<ChasquiClient, String> create) {
    return create.apply(member.device().client());
  }

  private List<Member> devicesOf(List<Member> people) {
    List<String> users = people.stream().map(member -> member.device().user()).toList();
    return members.stream().filter(member -> users.contains(member.device().user())).toList();
  }

  /// They talk from here on, in the background.
  public void talk() {
    talking = true;
    long period = (long) (1e9 / plan.perSecond());
    var _ = clock.scheduleAtFixedRate(this::sayOne, 0, period, TimeUnit.NANOSECONDS);
    flapping.execute(() -> members.stream().filter(Member::flaps).forEach(this::flapLater));
  }

  /// Whether they hold their tongues for a while; they still come and go.
  public void hush(boolean quiet) {
    hushed = quiet;
  }

  private void sayOne() {
    if (!talking || hushed) {
      return;
    }
    Member sender = senders.get(choices.nextInt(senders.size()));
    List<String> rooms = groups.getOrDefault(sender, List.of());
    String direct = directs.get(sender);
    boolean alone = direct != null && (rooms.isEmpty() || choices.nextDouble() < DIRECT_SHARE);
    String conversation = alone ? direct : rooms.get(choices.nextInt(rooms.size()));
    number++;
    SendLog.Sending sending = sends.begin(sender);
    var _ = sender.device().client().sendText(conversation, "message " + number)
        .whenComplete((_, failure) -> sends.settled(sending, failure));
  }

  private void flapLater(Member member) {
    long millis = whims.nextLong(FLAP_MILLIS_MIN, FLAP_MILLIS_MAX);
    flapping.schedule(() -> {
      if (!talking) {
        return;
      }
      member.leave();
      member.connect();
      flapLater(member);
    }, millis, TimeUnit.MILLISECONDS);
  }

  /// A device that was never seen before connects and leaves again: how long that took, in milliseconds; empty if it took too
  /// long.
  public OptionalDouble visit(Duration atMost) {
    long begin = System.nanoTime();
    Member visitor = member("visitor-" + Long.toHexString(begin), 0, (int) (begin & 7));
    visitor.connect();
    try {
      return Deadline.await(atMost, visitor::online) ? OptionalDouble.of((System.nanoTime() - begin) / 1e6) : OptionalDouble.empty();
    } finally {
      visitor.leave();
    }
  }

  /// They fall silent; true once every message is answered and every device shows every conversation to its head.
  ///
  /// @param progress is told who is behind
  public boolean settle(Consumer<String> progress) {
    talking = false;
    if (!Deadline.await(PATIENCE, sends::allSettled)) {
      progress.accept("not every message is answered");
      return false;
    }
    boolean complete = true;
    for (Map.Entry<String, List<Member>> conversation : conversations.entrySet()) {
      Member first = conversation.getValue().getFirst();
      first.device().readBack(conversation.getKey());
      long head = ChasquiClient.await(first.device().client().conversations().get(conversation.getKey())).getHead();
      for (Member member : conversation.getValue()) {
        if (!Deadline.await(complete ? PATIENCE : Duration.ofSeconds(1), () -> member.shows(conversation.getKey()) >= head)) {
          progress.accept("behind: " + member.name() + " shows " + member.shows(conversation.getKey()) + " of " + head);
          complete = false;
        }
      }
    }
    return complete;
  }

  /// Writes into the history that something was done to the world.
  public void note(Observation observation) {
    history.accept(observation);
  }

  public List<Observation> observations() {
    return history.observations();
  }

  public SendLog sends() {
    return sends;
  }

  public List<Member> members() {
    return List.copyOf(members);
  }

  /// Messages on the wire without an answer, now.
  public int inFlight() {
    return inFlight.count();
  }

  public long acked() {
    return inFlight.acked();
  }

  public String words() {
    return plan.words(members.size());
  }

  private static void require(BooleanSupplier condition, String what) {
    if (!Deadline.await(PATIENCE, condition)) {
      throw new IllegalStateException("not within " + PATIENCE.toSeconds() + " s: " + what);
    }
  }

  @Override
  public void close() {
    talking = false;
    clock.shutdownNow();
    flapping.shutdownNow();
    members.parallelStream().forEach(Member::leave);
  }
}
