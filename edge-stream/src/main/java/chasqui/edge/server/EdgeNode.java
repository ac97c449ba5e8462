package chasqui.edge.server;

import chasqui.discovery.Membership;
import chasqui.discovery.Role;
import chasqui.discovery.Slots;
import chasqui.edge.TokenVerifier;
import chasqui.edge.Tracing;
import chasqui.edge.budget.Budgets;
import chasqui.edge.session.FrameCheck;
import chasqui.edge.session.HotFrameCheck;
import chasqui.edge.session.SchemaCheck;
import chasqui.edge.session.SessionEvent;
import chasqui.edge.session.SessionPorts;
import chasqui.edge.session.SessionShared;
import chasqui.edge.unary.Conformance;
import chasqui.edge.unary.ServiceGrants;
import chasqui.edge.unary.UnaryServices;
import chasqui.edge.v1.ServerFrame;
import chasqui.link.ChannelFactory;
import chasqui.link.LinkLimits;
import chasqui.presence.v1.PresenceHello;
import chasqui.registry.v1.LinkHello;
import chasqui.registry.v1.Opener;
import chasqui.registry.v1.RevocationStored;
import chasqui.router.v1.EdgeHello;
import chasqui.mailbox.v1.Refusal;
import chasqui.trace.v1.TraceDeliveryRequest;
import chasqui.trace.v1.TraceDeliveryResponse;
import io.grpc.ServerInterceptors;
import io.grpc.ServerServiceDefinition;
import io.grpc.stub.ServerCallStreamObserver;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.metrics.Meter;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiConsumer;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;

/// An edge without its listening server: the sessions, and the links to routers and registries.
///
/// Memory: a session that is idle holds about 1.5 KB besides gRPC's own; one with 256 settled conversations about 60 KB
/// more; one whose device does not read or ack at most `readsMax · bytesMax + payloadBytesMax + rangesMax · bytesMax`
/// (320 KiB by default), whatever is sent to it.
public final class EdgeNode implements AutoCloseable {

  /// What the edge finds around it.
  ///
  /// @param membership who is there; links are opened to the ready routers and registries
  /// @param channels a channel for each link
  /// @param slots the data set's division
  /// @param timers gives deadlines, ticks and reconnects; tasks are short
  /// @param wall the clock for token ends and dates
  /// @param nanoTime a monotonic clock, such as `System::nanoTime`; the one of the loops
  /// @param random for jitter; used by all loops at once
  public record Surroundings(
      Membership membership, ChannelFactory channels, Slots slots, TokenVerifier tokens,
      ScheduledExecutorService timers, InstantSource wall, LongSupplier nanoTime, RandomGenerator random) {}

  /// What came of a stream that wants to open.
  sealed interface Opened {
    record Stream(GrpcStream stream) implements Opened {}

    record Full() implements Opened {}

    record Leaving() implements Opened {}
  }

  private static final long LEFT_POLL_MILLIS = 50;
  private static final Duration LEFT_MAX = Duration.ofSeconds(2);

  private final EdgeConfig config;
  private final Surroundings around;
  private final SessionLoops loops;
  private final EdgeMetrics metrics;
  private final SessionTable table;
  private final Budgets budgets;
  private final SessionShared shared;
  private final RouterLinks routers;
  private final RegistryLinks registries;
  private final PresenceLinks presence;
  private final UnaryServices unary;
  private Membership.Subscription subscription;
  private volatile boolean leaving;

  public EdgeNode(EdgeConfig config, EdgeIdentity identity, Surroundings around, SessionLoops loops, Meter meter) {
    this.config = config;
    this.around = around;
    this.loops = loops;
    this.metrics = new EdgeMetrics(meter);
    this.table = new SessionTable(config.server().streamsMax());
    SchemaCheck schema = new SchemaCheck();
    FrameCheck frames = new HotFrameCheck(schema);
    this.budgets = new Budgets(config.budgets(), meter);
    this.shared = new SessionShared(
        config.session(), around.tokens(), frames, around.wall(), around.random(), metrics, budgets);
    LinkTimers timers = new LinkTimers(around.timers(), around.random(), around.nanoTime());
    this.routers = new RouterLinks(
        around.slots(),
        new RouterLinks.Here(table, EdgeHello.newBuilder().setNodeId(identity.nodeId()).setIncarnation(identity.incarnation()).build(),
            new EdgeTraces(loops.all())),
        around.channels(), config.links(), timers, metrics);
    this.presence = new PresenceLinks(
        around.slots(), table,
        PresenceHello.newBuilder().setNodeId(identity.nodeId()).setIncarnation(identity.incarnation()).build(),
        around.channels(), LinkLimits.DEFAULT, timers);
    this.unary = new UnaryServices(
        routers::request, around.tokens(), schema,
        new UnaryServices.Times(around.wall(), () -> around.nanoTime().getAsLong() / 1_000_000), budgets,
        new UnaryServices.Limits(config.server().unaryCallsMax(), config.session().inbound().messageBytesMax()),
        new UnaryServices.Ways(presence::look, routers::trace));
    this.registries = new RegistryLinks(
        around.slots(), table,
        LinkHello.newBuilder().setNodeId(identity.nodeId()).setIncarnation(identity.incarnation())
            .setOpener(Opener.OPENER_EDGE).build(),
        around.channels(), config.links(), timers,
        new News());
    gauges();
  }

  /// Opens links as membership shows routers and registries, now and later.
  public void start() {
    subscription = around.membership().subscribe(view -> {
      routers.view(view);
      registries.view(view);
      presence.view(view);
    });
  }

  /// Everything that a server for clients has to offer, with its interceptors.
  public List<ServerServiceDefinition> services() {
    List<ServerServiceDefinition> services = new ArrayList<>(unary.services());
    services.add(new EdgeStreamService(this).served());
    return intercepted(services);
  }

  /// What a server for internal services has to offer: the unary services, to whom they are granted.
  ///
  /// @throws IllegalArgumentException if something is granted that is not here
  public List<ServerServiceDefinition> services(ServiceGrants grants) {
    return intercepted(unary.services(grants));
  }

  private List<ServerServiceDefinition> intercepted(List<ServerServiceDefinition> services) {
    Conformance conformance = new Conformance(what -> { });
    Tracing tracing = new Tracing(around.random());
    return services.stream()
        .map(service -> WellFormed.in(ServerInterceptors.intercept(service, conformance, tracing), config.server().frameBytesMax()))
        .toList();
  }

  /// Whether clients can be served: a router and a registry are reachable, and the node does not leave.
  public boolean isReady() {
    return !leaving && routers.isOpen() && registries.isOpen();
  }

  /// Whether any node of a role is reachable: a router or a registry.
  public boolean reaches(Role role) {
    return switch (role) {
      case ROUTER -> routers.isOpen();
      case REGISTRY -> registries.isOpen();
      case EDGE, MAILBOX -> throw new IllegalArgumentException("an edge has no links to " + role);
    };
  }

  /// Streams open now.
  public int sessions() {
    return table.size();
  }

  /// Traces an entry for an operator of this node: what is stored of it, and what all routers and edges know.
  ///
  /// @param then told the report, or why there is none; on a thread that must not be blocked
  public void trace(TraceDeliveryRequest request, BiConsumer<TraceDeliveryResponse, Refusal> then) {
    unary.trace(request, then);
  }

  /// For tests.
  int slotsRefused() {
    return routers.slotsRefused();
  }

  /// For tests.
  int sessionsElsewhere() {
    return registries.elsewhere();
  }

  /// For tests.
  UnaryServices unary() {
    return unary;
  }

  /// Tells every stream to open its next one elsewhere, spread over the first half of the time, and refuses new ones.
  /// Completes when all have left, or at the deadline.
  public CompletableFuture<Void> drain(Duration deadline) {
    leaving = true;
    List<GrpcStream> streams = List.copyOf(table.all());
    long spreadMillis = deadline.toMillis() / 2;
    for (int i = 0; i < streams.size(); i++) {
      long slot = spreadMillis * i / streams.size();
      streams.get(i).post(new SessionEvent.DrainWanted(deadline, Duration.ofMillis(slot)));
    }
    CompletableFuture<Void> left = new CompletableFuture<>();
    long endNanos = around.nanoTime().getAsLong() + deadline.plusSeconds(2).toNanos();
    ScheduledFuture<?> poll = around.timers().scheduleWithFixedDelay(() -> {
      if (table.size() == 0 || around.nanoTime().getAsLong() - endNanos >= 0) {
        left.complete(null);
      }
    }, 0, LEFT_POLL_MILLIS, TimeUnit.MILLISECONDS);
    left.whenComplete((done, failure) -> poll.cancel(false));
    return left;
  }

  /// Ends what is left and closes the links. Streams are told to come back elsewhere at once. Not from a loop.
  @Override
  public void close() {
    leaving = true;
    table.all().forEach(stream -> stream.post(new SessionEvent.DrainWanted(Duration.ZERO, Duration.ZERO)));
    awaitLeft();
    if (subscription != null) {
      subscription.close();
    }
    routers.close();
    registries.close();
    presence.close();
    metrics.close();
  }

  /// The last acks are handed to the links before those are closed.
  private void awaitLeft() {
    long endNanos = around.nanoTime().getAsLong() + LEFT_MAX.toNanos();
    while (table.size() > 0 && around.nanoTime().getAsLong() - endNanos < 0) {
      LockSupport.parkNanos(1_000_000);
    }
  }

  Opened open(ServerCallStreamObserver<ServerFrame> call) {
    if (leaving) {
      return new Opened.Leaving();
    }
    if (!table.reserve()) {
      return new Opened.Full();
    }
    SessionLoop loop = loops.current();
    long sessionId = table.nextId();
    GrpcStream stream = new GrpcStream(
        sessionId, call, loop, new SessionPorts(routers.portFor(loop), registries.portFor(loop), presence), shared,
        () -> table.remove(sessionId));
    table.put(sessionId, stream);
    stream.start();
    return new Opened.Stream(stream);
  }

  private void gauges() {
    metrics.gauge("chasqui.edge.sessions", "Streams open.", table::size, Attributes.empty());
    metrics.gauge("chasqui.edge.sessions.elsewhere",
        "Sessions not announced at the registry that the view names: they compare every few seconds.",
        registries::elsewhere, Attributes.empty());
    metrics.gauge("chasqui.edge.slots.refused", "Slots that a router refused as unavailable lately.",
        routers::slotsRefused, Attributes.empty());
    metrics.queue("edge.streams", table::size, table.sizeMax());
    metrics.queue("edge.router.requests", routers::requestsWaiting, config.links().requestsMax());
    metrics.queue("edge.router.items", routers::itemsQueued, LinkLimits.DEFAULT.itemsQueuedMax());
    metrics.queue("edge.registry.announces", registries::announcesWaiting, config.links().requestsMax());
    metrics.gauge("chasqui.edge.users.watched", "Users whose presence some stream is told of.", presence::watched,
        Attributes.empty());
    metrics.queue("edge.presence.looks", presence::looksWaiting, PresenceLink.LOOKS_MAX);
    metrics.queue("edge.budgets", budgets::kept, config.budgets().keptMax());
    metrics.queue("edge.unary.calls", unary::callsOpen, config.server().unaryCallsMax());
    metrics.queue("edge.unary.answer.bytes", unary::answerBytes, UnaryServices.Limits.ANSWER_BYTES);
  }

  private final class News implements RegistryLinks.News {

    @Override
    public void revoked(RevocationStored revocation) {
      unary.revoked(revocation.getUserId(), revocation.getDeviceId(), revocation.getRevokedMicros());
    }

    @Override
    public void visibilityStored(String userId) {
      presence.visibilityStored(userId);
    }

    @Override
    public void visibilitiesMissed() {
      presence.visibilitiesMissed();
    }
  }
}
