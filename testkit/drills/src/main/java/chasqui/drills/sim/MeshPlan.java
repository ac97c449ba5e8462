package chasqui.drills.sim;

import chasqui.client.session.SessionBounds;
import chasqui.client.session.SessionBounds.AckBounds;
import chasqui.client.session.SessionBounds.FeedBounds;
import chasqui.client.session.SessionBounds.RetryBounds;
import chasqui.client.session.SessionBounds.SendBounds;
import chasqui.discovery.CrashPoint;
import chasqui.discovery.Role;
import chasqui.drills.sim.device.Habits;
import chasqui.drills.sim.mesh.MeshSettings;
import chasqui.drills.sim.mesh.NodeSetup;
import chasqui.drills.sim.store.StoreWeather;
import chasqui.edge.server.EdgeConfig;
import chasqui.edge.session.SessionLimits;
import chasqui.mailbox.MailboxConfig;
import chasqui.registry.RegistryConfig;
import chasqui.router.RouterConfig;
import chasqui.testkit.sim.FaultMenu;
import chasqui.testkit.sim.SimRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;

/// What a seed makes of a run: the nodes, their limits, the users and their devices, and what may go wrong.
///
/// Limits are tight in most runs, so that what is rare with real ones (a full window, a cut frame, a forgotten track) is
/// common here.
record MeshPlan(
    List<NodeSetup> nodes,
    boolean shared,
    MeshSettings settings,
    TreeMap<String, Integer> devicesByUser,
    StoreWeather weather,
    boolean tight,
    boolean clocksJump,
    long horizonNanos,
    long faultMaxNanos) {

  private static final long SECOND = 1_000_000_000L;
  private static final List<String> USERS = List.of("ann", "bob", "cem", "dora", "eve", "finn");

  /// A plan with one mailbox on an embedded store.
  static MeshPlan draw(SimRandom random) {
    return draw(random, false);
  }

  /// @param shared whether several mailboxes share a store
  static MeshPlan draw(SimRandom random, boolean shared) {
    boolean tight = random.chance(0.7);
    boolean clocksJump = random.split("clocks").nextBoolean();
    TreeMap<String, Integer> devices = new TreeMap<>();
    for (String user : USERS.subList(0, (int) random.between(2, USERS.size() - 1))) {
      devices.put(user, (int) random.between(1, 3));
    }
    return new MeshPlan(
        shared ? SharedMenu.nodes(random) : nodes(random), shared, settings(random, tight, clocksJump), devices, weather(random), tight,
        clocksJump,
        random.between(10, 30) * SECOND, random.between(1, shared ? 20 : 8) * SECOND);
  }

  private static List<NodeSetup> nodes(SimRandom random) {
    return switch (random.nextInt(5)) {
      case 0, 1, 2 -> List.of(NodeSetup.whole("node"));
      case 3 -> List.of(NodeSetup.whole("node"), NodeSetup.of("edge", Role.EDGE));
      default -> split(random);
    };
  }

  private static List<NodeSetup> split(SimRandom random) {
    List<NodeSetup> nodes = new ArrayList<>();
    nodes.add(NodeSetup.of("mailbox", Role.MAILBOX));
    for (Role role : List.of(Role.EDGE, Role.ROUTER, Role.REGISTRY)) {
      long count = random.between(1, 2);
      for (int i = 1; i <= count; i++) {
        nodes.add(NodeSetup.of(role.name().toLowerCase(java.util.Locale.ROOT) + i, role));
      }
    }
    return nodes;
  }

  private static MeshSettings settings(SimRandom random, boolean tight, boolean clocksJump) {
    return new MeshSettings(
        1 << random.between(2, 6), edge(tight ? tightSessions(random, clocksJump) : sessions(SessionLimits.DEFAULT)), router(tight),
        RegistryConfig.DEFAULT, mailbox(random, tight));
  }

  private static EdgeConfig edge(SessionLimits sessions) {
    EdgeConfig.Server usual = EdgeConfig.Server.DEFAULT;
    EdgeConfig.Server server = new EdgeConfig.Server(
        usual.loopThreads(), usual.streamsMax(), usual.connectionsMax(), usual.callsPerConnectionMax(),
        usual.unaryCallsMax(), usual.frameBytesMax(), usual.metadataBytesMax(), Duration.ofSeconds(1), usual.resetsMax(),
        usual.resetsWindow(), usual.handshakeMax(), usual.connectionIdleMax());
    EdgeConfig.Links links =
        new EdgeConfig.Links(EdgeConfig.Links.DEFAULT.requestsMax(), Duration.ofSeconds(4), Duration.ofSeconds(3));
    return new EdgeConfig(sessions, server, links);
  }

  /// Short times, so that a run holds many of them; comparing is rare, since it would hide what was lost.
  private static SessionLimits sessions(SessionLimits limits) {
    return limits.with(new SessionLimits.Timing(
        Duration.ofSeconds(6), Duration.ofSeconds(2), Duration.ofSeconds(5), Duration.ofMillis(500),
        Duration.ofSeconds(5), Duration.ofMillis(100), Duration.ofSeconds(1), Duration.ofMinutes(30),
        Duration.ofMillis(500)));
  }

  // Where clocks jump, by up to an hour at a time, stamps of a run cannot tell what came after a registration.
  private static SessionLimits tightSessions(SimRandom random, boolean clocksJump) {
    Duration skew = clocksJump ? Duration.ofHours(12) : Duration.ofSeconds(1);
    return sessions(SessionLimits.DEFAULT)
        .with(new SessionLimits.Delivery(3, 1024, 4, (int) random.between(1, 2), 2, 1024, 2, (int) random.between(3, 8)))
        .with(new SessionLimits.Inbound(4, 2, 1, 5, 64 * 1024, 100))
        .with(new SessionLimits.Sync((int) random.between(1, 3), (int) random.between(1, 2), 30, skew));
  }

  private static RouterConfig router(boolean tight) {
    return tight
        ? new RouterConfig(
            RouterConfig.Forwarding.DEFAULT, new RouterConfig.Caches(2, 4, 4),
            new RouterConfig.Holding(8, 64 * 1024, 2, 4, 2, Duration.ofSeconds(5), Duration.ofMillis(200)),
            RouterConfig.Repair.DEFAULT)
        : RouterConfig.DEFAULT;
  }

  private static MailboxConfig mailbox(SimRandom random, boolean tight) {
    MailboxConfig config = new MailboxConfig(
        (int) random.between(1, 3), MailboxConfig.Queues.DEFAULT, MailboxConfig.Batches.DEFAULT,
        MailboxConfig.Conversations.DEFAULT, MailboxConfig.Reads.DEFAULT, MailboxConfig.Users.DEFAULT);
    return tight
        ? config
            .withBatches(new MailboxConfig.Batches(256 * 1024, (int) random.between(1, 6), Duration.ofMillis(100)))
            .withConversations(new MailboxConfig.Conversations(100, 1_000, 64 * 1024, 200, 2))
        : config;
  }

  private static StoreWeather weather(SimRandom random) {
    boolean fair = random.nextBoolean();
    return new StoreWeather(
        20_000, random.between(100_000, 20_000_000), fair ? 0 : random.nextDouble(0.05),
        fair ? 0 : random.nextDouble(0.03), false);
  }

  Habits habits(SimRandom random) {
    SessionBounds bounds = SessionBounds.DEFAULTS
        .withRetry(new RetryBounds(50, 1_000, 5_000, 2_000, 10))
        .withSends(new SendBounds(1_000, 1 << 20, tight ? (int) random.between(1, 6) : 64, 12_000, 50))
        .withAcks(new AckBounds(
            random.between(0, 50), (int) random.between(1, 64), tight ? 2 : 100, random.between(0, 100),
            random.between(100, 5_000), tight ? (int) random.between(0, 4) : 0));
    if (tight) {
      bounds = bounds.withFeeds(new FeedBounds(
          (int) random.between(2, 20), 8L << 10, (int) random.between(1, 4), (int) random.between(2, 50), 2_000,
          random.between(0, 250), 10_000));
    }
    boolean slow = random.chance(0.2);
    return new Habits(
        bounds, random.nextBoolean(), slow ? 200_000_000 : 3_000_000, tight ? (int) random.between(4, 16) : 2_000,
        random.between(20, 600), USERS, 0.3);
  }

  /// What may go wrong, and with whom.
  FaultMenu menu(List<String> devices) {
    FaultMenu all = shared ? SharedMenu.faults(nodes, devices, horizonNanos, faultMaxNanos) : faults(devices);
    return clocksJump ? all : all.without(FaultMenu.Kind.CLOCK_JUMP);
  }

  private FaultMenu faults(List<String> devices) {
    List<String> servers = nodes.stream().map(NodeSetup::name).toList();
    List<String> victims = new ArrayList<>(devices);
    // About as likely as all devices together.
    for (int i = 0; i <= devices.size() / servers.size(); i++) {
      victims.addAll(servers);
    }
    List<FaultMenu.Pair> links = new ArrayList<>();
    for (String server : servers) {
      devices.forEach(device -> links.add(new FaultMenu.Pair(device, server)));
      servers.stream().filter(other -> !other.equals(server)).forEach(other -> links.add(new FaultMenu.Pair(server, other)));
    }
    String mailbox = nodes.stream().filter(node -> node.roles().contains(Role.MAILBOX)).findFirst().orElseThrow().name();
    return new FaultMenu(
        List.of(FaultMenu.Kind.values()), victims, List.of(mailbox), links,
        Arrays.stream(CrashPoint.values()).map(CrashPoint::id).toList(), horizonNanos, faultMaxNanos, 14);
  }
}
