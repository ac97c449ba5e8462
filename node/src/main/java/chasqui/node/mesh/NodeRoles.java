package chasqui.node.mesh;

import chasqui.discovery.Membership;
import chasqui.discovery.NodeRecord;
import chasqui.discovery.NodeState;
import chasqui.discovery.Role;
import chasqui.discovery.Slots;
import chasqui.edge.TokenVerifier;
import chasqui.edge.auth.KeySource;
import chasqui.mailbox.custody.ProbeEndpoint;
import chasqui.mailbox.store.embedded.EmbeddedStoreConfig;
import chasqui.node.Lifecycle;
import chasqui.node.Platform;
import chasqui.node.StartException;
import chasqui.node.config.Agreements;
import chasqui.node.config.EffectiveConfig;
import chasqui.node.config.InternalConfig;
import chasqui.node.config.ListenConfig;
import chasqui.node.config.NodeConfig;
import chasqui.node.config.ServicesConfig;
import chasqui.node.config.StoreConfig;
import chasqui.node.config.TlsConfig;
import chasqui.node.ops.Readiness;
import chasqui.node.transport.InternalTransport;
import chasqui.router.MessageRouter;
import chasqui.router.RouterConfig;
import io.netty.handler.ssl.SslContext;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.function.BooleanSupplier;

/// The roles of this process, all of them or some:
///
/// ```
/// clients ⇄ edges ⇄ router ⇄ mailbox ⇄ store
///             └───────┴─⇄ registry
/// ```
///
/// Every arrow between roles is a gRPC link, opened as the membership names its end: over the in-process transport where
/// both are here, over TCP where they are not. More than one edge in a process is for tests: clients move between them as
/// they would between machines.
public final class NodeRoles implements AutoCloseable {

  private final Lifecycle lifecycle = new Lifecycle();
  private final NodeConfig config;
  private final List<EdgeRole> edges = new ArrayList<>();
  private Optional<MailboxRole.Started> mailbox = Optional.empty();
  private Optional<MessageRouter> router = Optional.empty();
  private Standing standing;

  private NodeRoles(NodeConfig config) {
    this.config = config;
  }

  /// Starts everything in order, or nothing. The others are told that this node is ready once those that it needs are
  /// reachable: see {@link #ready}.
  ///
  /// @param keys of tokens; there where they are needed: see {@link Trust#needsKeys}
  /// @param edges how many, where this process has that role
  /// @throws chasqui.node.StartException with one sentence for the operator
  public static NodeRoles start(
      EffectiveConfig config, Platform platform, Optional<KeySource> keys, int edges, Cluster cluster) {
    NodeRoles roles = new NodeRoles(config.get(NodeConfig.class));
    try {
      roles.assemble(config, platform, keys, edges, cluster);
      return roles;
    } catch (RuntimeException failure) {
      roles.lifecycle.close();
      throw failure;
    }
  }

  private void assemble(
      EffectiveConfig all, Platform platform, Optional<KeySource> keys, int edgeCount, Cluster cluster) {
    Trust trust = Trust.of(all, platform, keys, lifecycle);
    MeshParts parts = parts(all, platform, cluster, trust);
    standing = new Standing(parts.membership(), parts.timers(), new NodeRecord(
        config.id(), platform.incarnation(), parts.transport().address(), config.roles(), NodeState.STARTING,
        config.zone()));
    lifecycle.started("node record", standing::gone);
    Drain drain = new Drain(standing, parts, config.drainDeadline());
    parts.transport().serve(new ProbeEndpoint(platform.incarnation()));
    if (config.has(Role.MAILBOX)) {
      refuseSecondOwner(all, parts.membership());
      MailboxRole.Started started = MailboxRole.assemble(all, standing.self(), parts, lifecycle);
      parts.transport().serve(started.service());
      started.shared().ifPresent(shared -> drain.by(Role.MAILBOX, () -> shared.drain().toCompletableFuture()));
      mailbox = Optional.of(started);
    }
    if (config.has(Role.REGISTRY)) {
      RegistryRole.Started started = RegistryRole.assemble(all, parts, lifecycle);
      started.services().forEach(parts.transport()::serve);
      // Edges take their sessions out here once they are known elsewhere.
      drain.until(Role.REGISTRY, () -> started.registry().sessions() == 0);
    }
    if (config.has(Role.ROUTER)) {
      MessageRouter assembled = RouterRole.assemble(all.get(RouterConfig.class), standing.self(), parts);
      parts.transport().serve(assembled.service());
      lifecycle.started("router", assembled::close);
      assembled.start();
      drain.until(Role.ROUTER, new RouterQuiet(assembled));
      router = Optional.of(assembled);
    }
    if (config.has(Role.EDGE)) {
      startEdges(all, trust.tokens().orElseThrow(), edgeCount, parts);
      standing.edgeAt(edges.getFirst().address(all.get(InternalConfig.class).toldHost()));
    }
    lifecycle.started("drain", () -> drain.run(edges));
    standing.readyOnce(this::hasWhatItNeeds);
  }

  private MeshParts parts(EffectiveConfig all, Platform platform, Cluster cluster, Trust trust) {
    ScheduledThreadPoolExecutor timers =
        new ScheduledThreadPoolExecutor(1, Thread.ofPlatform().daemon().name("timers").factory());
    timers.setRemoveOnCancelPolicy(true);
    lifecycle.started("timers", timers::shutdownNow);
    InternalTransport transport = cluster.shared()
        ? InternalTransport.open(all.get(InternalConfig.class), config.roles(), platform, trust.vouching())
        : InternalTransport.alone(platform.incarnation());
    lifecycle.started("internal links", transport::close);
    Membership membership = cluster.join().apply(transport::channel);
    lifecycle.started("membership", membership::close);
    Slots slots = new Slots(all.get(EmbeddedStoreConfig.class).slots());
    return new MeshParts(platform, membership, transport, slots, timers);
  }

  /// The embedded store is one node's: another mailbox would have other conversations of the same names.
  private void refuseSecondOwner(EffectiveConfig all, Membership membership) {
    if (all.get(StoreConfig.class).kind() != StoreConfig.Kind.EMBEDDED) {
      return;
    }
    membership.view().nodes().stream()
        .filter(node -> node.roles().contains(Role.MAILBOX) && !node.nodeId().equals(config.id()))
        .findFirst()
        .ifPresent(other -> {
          throw new StartException("there is a mailbox already, " + other.nodeId() + " at " + other.address()
              + ": with store.kind = embedded a cluster has one; end it, or set store.kind = cql at all of them");
        });
  }

  private void startEdges(EffectiveConfig all, TokenVerifier tokens, int count, MeshParts parts) {
    Optional<SslContext> tls = Tls.of(all.get(TlsConfig.class));
    ListenConfig listen = all.get(ListenConfig.class);
    for (int number = 1; number <= count; number++) {
      NodeRecord edgeSelf = number == 1 ? standing.self() : otherEdge(standing.self(), number);
      ListenConfig where = number == 1 ? listen : new ListenConfig(listen.host(), 0);
      // One port for services is enough, whatever the number of edges.
      Optional<ServicesConfig> services =
          Optional.of(all.get(ServicesConfig.class)).filter(ServicesConfig::enabled).filter(any -> edges.isEmpty());
      EdgeRole edge = EdgeRole.assemble(
          Agreements.edge(all), edgeSelf, parts, tokens, new EdgeRole.Doors(where, tls, services));
      lifecycle.started("edge " + number, edge::close);
      edges.add(edge);
    }
  }

  private static NodeRecord otherEdge(NodeRecord self, int number) {
    return new NodeRecord(
        self.nodeId() + "-edge-" + number, self.incarnation() + "-" + number, self.address(), Set.of(Role.EDGE),
        NodeState.READY, self.zone());
  }

  /// Nodes wait for those below them only, so that none waits for one that waits for it: mailboxes and registries for
  /// nobody, routers for both, edges for routers and registries.
  private boolean hasWhatItNeeds() {
    if (!mailbox.stream().allMatch(MailboxRole.Started::isReady)) {
      return false;
    }
    if (config.has(Role.MAILBOX) || config.has(Role.REGISTRY)) {
      return true;
    }
    List<BooleanSupplier> needs = new ArrayList<>();
    router.ifPresent(own -> needs.add(() -> isReady(own)));
    if (router.isEmpty()) {
      edges.forEach(edge -> needs.add(edge::isReady));
    }
    return needs.stream().allMatch(BooleanSupplier::getAsBoolean);
  }

  private static boolean isReady(MessageRouter router) {
    return router.linksTo(Role.MAILBOX) > 0 && router.linksTo(Role.REGISTRY) > 0;
  }

  /// Completes once the others are told that this node is ready.
  public CompletableFuture<Void> ready() {
    return standing.ready();
  }

  /// What this node says of itself.
  public NodeRecord self() {
    return standing.self();
  }

  /// The edges, the first on the configured port; none where this process has no such role.
  public List<EdgeRole> edges() {
    return List.copyOf(edges);
  }

  /// What an operator wants to see at a glance.
  public Map<String, ?> facts() {
    Map<String, Object> facts = new LinkedHashMap<>();
    NodeRecord self = self();
    facts.put("roles", self.roles().stream().map(Role::name).map(name -> name.toLowerCase(Locale.ROOT)).sorted().toList());
    facts.put("state", self.state().name().toLowerCase(Locale.ROOT));
    facts.put("internal", self.address());
    if (!edges.isEmpty()) {
      facts.put("edge", edges.getFirst().address());
      edges.getFirst().servicesAddress().ifPresent(address -> facts.put("services", address));
      facts.put("sessions", edges.stream().mapToInt(EdgeRole::sessions).sum());
    }
    mailbox.ifPresent(started -> facts.put("slots_served", started.slotsServed()));
    router.ifPresent(own -> facts.put("router", Map.of(
        "mailbox_links", own.linksTo(Role.MAILBOX), "registry_links", own.linksTo(Role.REGISTRY))));
    return facts;
  }

  /// Adds what has to hold for this node to do its work.
  public void register(Readiness readiness) {
    readiness.add("node", () -> standing.self().state() == NodeState.READY);
    router.ifPresent(own -> readiness.add("router", () -> isReady(own)));
    for (int i = 0; i < edges.size(); i++) {
      readiness.add("edge-" + (i + 1), edges.get(i)::isReady);
    }
  }

  /// How long a drain may take at most.
  public static Duration drainMax(NodeConfig config) {
    return Drain.max(config.drainDeadline());
  }

  /// Drains, then ends everything in the reverse order of the start.
  @Override
  public void close() {
    lifecycle.close();
  }
}
