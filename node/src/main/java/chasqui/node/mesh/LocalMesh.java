package chasqui.node.mesh;

import chasqui.discovery.CrashPoints;
import chasqui.discovery.InMemoryMembership;
import chasqui.discovery.Membership;
import chasqui.discovery.NodeRecord;
import chasqui.discovery.NodeState;
import chasqui.discovery.Role;
import chasqui.discovery.Slots;
import chasqui.edge.auth.AuthConfig;
import chasqui.edge.auth.JwtTokenVerifier;
import chasqui.edge.auth.KeySource;
import chasqui.mailbox.store.embedded.EmbeddedStoreConfig;
import chasqui.node.Lifecycle;
import chasqui.node.config.Agreements;
import chasqui.node.config.EffectiveConfig;
import chasqui.node.config.ListenConfig;
import chasqui.node.config.NodeConfig;
import chasqui.node.config.ServicesConfig;
import chasqui.node.config.TlsConfig;
import chasqui.node.ops.Readiness;
import chasqui.router.MessageRouter;
import chasqui.router.RouterConfig;
import io.grpc.BindableService;
import io.netty.handler.ssl.SslContext;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// All roles in one process:
///
/// ```
/// clients ⇄ edges ⇄ router ⇄ mailbox ⇄ store
///             └───────┴─⇄ registry
/// ```
///
/// Every arrow between roles is a gRPC link over the in-process transport, opened as the membership names its end. More
/// than one edge is for tests: clients move between them as they would between machines.
public final class LocalMesh implements AutoCloseable {

  /// The drain ends by itself a moment after its deadline; this is for a drain that hangs.
  private static final Duration DRAIN_SLACK = Duration.ofSeconds(5);

  private final Lifecycle lifecycle = new Lifecycle();
  private final NodeConfig config;
  private final Membership membership = new InMemoryMembership();
  private final List<EdgeRole> edges = new ArrayList<>();

  private LocalMesh(NodeConfig config) {
    this.config = config;
  }

  /// Starts everything in order, or nothing.
  ///
  /// @throws chasqui.node.StartException with one sentence for the operator
  public static LocalMesh start(EffectiveConfig config, Platform platform, KeySource keys, int edges) {
    LocalMesh mesh = new LocalMesh(config.get(NodeConfig.class));
    try {
      mesh.assemble(config, platform, keys, edges);
      return mesh;
    } catch (RuntimeException failure) {
      mesh.lifecycle.close();
      throw failure;
    }
  }

  private void assemble(EffectiveConfig config, Platform platform, KeySource keys, int edgeCount) {
    Optional<SslContext> tls = Tls.of(config.get(TlsConfig.class));
    MeshParts parts = parts(config, platform, keys);
    NodeRecord self = self(platform);
    BindableService mailbox = MailboxRole.assemble(config, platform, CrashPoints.installed(), lifecycle);
    List<BindableService> internal = new ArrayList<>(RegistryRole.assemble(config, parts, lifecycle));
    MessageRouter router = RouterRole.assemble(config.get(RouterConfig.class), self, parts);
    internal.addAll(List.of(mailbox, router.service()));
    InternalTransport.serve(self.address(), internal, lifecycle);
    router.start();
    lifecycle.started("router", router::close);
    membership.announce(self);
    ListenConfig listen = config.get(ListenConfig.class);
    for (int number = 1; number <= edgeCount; number++) {
      NodeRecord edgeSelf = number == 1 ? self : otherEdge(self, number);
      ListenConfig where = number == 1 ? listen : new ListenConfig(listen.host(), 0);
      // One port for services is enough, whatever the number of edges.
      Optional<ServicesConfig> services =
          Optional.of(config.get(ServicesConfig.class)).filter(ServicesConfig::enabled).filter(any -> edges.isEmpty());
      EdgeRole edge =
          EdgeRole.assemble(Agreements.edge(config), edgeSelf, parts, new EdgeRole.Doors(where, tls, services));
      lifecycle.started("edge " + number, edge::close);
      edges.add(edge);
    }
    lifecycle.started("drain", () -> drain(self));
  }

  private MeshParts parts(EffectiveConfig config, Platform platform, KeySource keys) {
    ScheduledThreadPoolExecutor timers =
        new ScheduledThreadPoolExecutor(1, Thread.ofPlatform().daemon().name("timers").factory());
    timers.setRemoveOnCancelPolicy(true);
    lifecycle.started("timers", timers::shutdownNow);
    lifecycle.started("membership", membership::close);
    JwtTokenVerifier tokens =
        new JwtTokenVerifier(keys, config.get(AuthConfig.class), platform.clock(), platform.meter());
    return new MeshParts(
        platform, membership, new Slots(config.get(EmbeddedStoreConfig.class).slots()), tokens, timers);
  }

  private NodeRecord self(Platform platform) {
    return new NodeRecord(
        config.id(), platform.incarnation(), "chasqui-" + platform.incarnation(), Set.of(Role.values()), NodeState.READY, "");
  }

  private static NodeRecord otherEdge(NodeRecord self, int number) {
    return new NodeRecord(
        self.nodeId() + "-edge-" + number, self.incarnation() + "-" + number, self.address(), Set.of(Role.EDGE),
        NodeState.READY, self.zone());
  }

  /// The edges, the first on the configured port.
  public List<EdgeRole> edges() {
    return List.copyOf(edges);
  }

  /// What an operator wants to see at a glance.
  public Map<String, ?> facts() {
    Map<String, Object> facts = new LinkedHashMap<>();
    facts.put("edge", edges.getFirst().address());
    edges.getFirst().servicesAddress().ifPresent(address -> facts.put("services", address));
    facts.put("sessions", edges.stream().mapToInt(EdgeRole::sessions).sum());
    return facts;
  }

  /// Adds what has to hold for clients to be served.
  public void register(Readiness readiness) {
    for (int i = 0; i < edges.size(); i++) {
      readiness.add("edge-" + (i + 1), edges.get(i)::isReady);
    }
  }

  /// How long a drain may take at most.
  public static Duration drainMax(NodeConfig config) {
    return config.drainDeadline().plus(DRAIN_SLACK);
  }

  private void drain(NodeRecord self) throws InterruptedException, ExecutionException {
    membership.announce(self.in(NodeState.DRAINING));
    CompletableFuture<?>[] drains =
        edges.stream().map(edge -> edge.drain(config.drainDeadline())).toArray(CompletableFuture[]::new);
    try {
      CompletableFuture.allOf(drains).get(drainMax(config).toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException late) {
      throw new IllegalStateException("streams were left after the drain", late);
    }
  }

  /// Drains, then ends everything in the reverse order of the start.
  @Override
  public void close() {
    lifecycle.close();
  }
}
