package chasqui.router;

import chasqui.discovery.Membership;
import chasqui.discovery.NodeRecord;
import chasqui.discovery.Role;
import chasqui.discovery.Slots;
import chasqui.link.Link;
import chasqui.link.LinkLimits;
import chasqui.link.LinkListener;
import chasqui.link.LinkKinds;
import chasqui.link.LinkOpener;
import chasqui.link.LinkRuntime;
import chasqui.link.NodeLinks;
import chasqui.link.QueueGauge;
import chasqui.link.Ticker;
import chasqui.mailbox.v1.FromMailbox;
import chasqui.mailbox.v1.MailboxRequest;
import chasqui.mailbox.v1.ToMailbox;
import chasqui.registry.v1.FromRegistry;
import chasqui.registry.v1.ToRegistry;
import chasqui.registry.v1.ToRegistryItem;
import chasqui.router.v1.FromRouter;
import chasqui.router.v1.FromRouterItem;
import chasqui.router.v1.RouterLinkServiceGrpc;
import chasqui.router.v1.ToRouter;
import io.grpc.BindableService;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import io.opentelemetry.api.metrics.Meter;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.ToLongFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The router role: carries the links of edges, and its own to mailboxes and registries, to a {@link RouterCore} and back.
///
/// ```
/// LinkRuntime runtime = new LinkRuntime(channels, scheduler, random, System::nanoTime);
/// MessageRouter router = new MessageRouter(self, slots, config, membership, runtime, meter);
/// internalServer.addService(router.service());   // a server with a direct executor
/// router.start();                                // opens links to all mailboxes and registries of the membership
/// router.close();                                // after the edges are gone, before mailboxes and registries
/// ```
///
/// Never blocks: it is called straight through on the threads of edges and mailboxes in the same process.
public final class MessageRouter implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(MessageRouter.class);
  private static final LinkLimits LIMITS = LinkLimits.DEFAULT;
  private static final Duration TICK = Duration.ofMillis(100);

  private final Membership membership;
  private final LinkRuntime runtime;
  private final RouterLinks links = new RouterLinks();
  private final RouterCore core;
  private final NodeLinks<MailboxRequest, ToMailbox, FromMailbox> mailboxes;
  private final NodeLinks<ToRegistryItem, ToRegistry, FromRegistry> registries;
  private final Ticker ticker;
  private final List<QueueGauge> gauges;
  private final LongAdder framesTaken = new LongAdder();
  private Membership.Subscription subscription;

  public MessageRouter(
      NodeRecord self, Slots slots, RouterConfig config, Membership membership, LinkRuntime runtime, Meter meter) {
    // Answers and fan-out share an edge's queue; fan-out leaves its last quarter to answers.
    Rule.need(
        config.forwarding().perEdgeMax() <= LIMITS.itemsQueuedMax() / 4,
        "forwarding.perEdgeMax must be at most " + LIMITS.itemsQueuedMax() / 4 + ": answers must find room on the link");
    this.membership = membership;
    this.runtime = runtime;
    this.core = new RouterCore(self, slots, config, links, meter);
    this.mailboxes = new NodeLinks<>(membership, Role.MAILBOX, runtime, LIMITS, LinkKinds.MAILBOX, this::toMailbox);
    this.registries = new NodeLinks<>(membership, Role.REGISTRY, runtime, LIMITS, LinkKinds.REGISTRY, this::toRegistry);
    this.ticker = new Ticker(runtime.scheduler(), TICK, () -> core.tick(now()));
    this.gauges = List.of(
        gauge(meter, "requests", RouterCore.Size::requests, config.forwarding().perMailboxMax()),
        gauge(meter, "requests.kept.bytes", RouterCore.Size::bytesKept, Forwarder.KEPT_BYTES_MAX),
        gauge(meter, "sessions.cached", RouterCore.Size::users, config.caches().usersMax()),
        gauge(meter, "members.cached", RouterCore.Size::members, config.caches().membersMax()),
        gauge(meter, "pushes.held", RouterCore.Size::pushesHeld, config.holding().pushesMax()),
        gauge(meter, "pushes.held.bytes", RouterCore.Size::bytesHeld, config.holding().bytesMax()),
        gauge(meter, "lookups", RouterCore.Size::lookups, config.holding().lookupsMax()),
        new QueueGauge(meter, "router.link", links::deepest, LIMITS.itemsQueuedMax()));
  }

  private QueueGauge gauge(Meter meter, String name, ToLongFunction<RouterCore.Size> depth, long bound) {
    return new QueueGauge(meter, "router." + name, () -> depth.applyAsLong(core.size()), bound);
  }

  /// What edges open their links to.
  public BindableService service() {
    return new Service();
  }

  /// Opens the links and begins to keep time.
  public void start() {
    subscription = membership.subscribe(view -> core.view(view, now()));
    mailboxes.start();
    registries.start();
    ticker.start();
  }

  /// How many mailboxes or registries are reachable now.
  public int linksTo(Role role) {
    return switch (role) {
      case MAILBOX -> mailboxes.reached();
      case REGISTRY -> registries.reached();
      case EDGE, ROUTER -> throw new IllegalArgumentException("a router opens no links to " + role);
    };
  }

  /// Whether nothing is under way: no request, no push, no look-up.
  public boolean isIdle() {
    RouterCore.Size size = core.size();
    return size.requests() == 0 && size.pushesHeld() == 0 && size.lookups() == 0;
  }

  /// How many frames edges have sent, all together: as long as it rises, some edge has not moved elsewhere.
  public long framesTaken() {
    return framesTaken.sum();
  }

  @Override
  public void close() {
    ticker.close();
    if (subscription != null) {
      subscription.close();
    }
    links.closeEdges();
    registries.close();
    mailboxes.close();
    gauges.forEach(QueueGauge::close);
  }

  private static FromRouter frame(List<FromRouterItem> items) {
    return FromRouter.newBuilder().addAllItems(items).build();
  }

  private long now() {
    return runtime.nanoTime().getAsLong();
  }

  private void edgeFrame(long link, ToRouter frame, long nowNanos) {
    framesTaken.increment();
    core.edgeFrame(link, frame, nowNanos);
  }

  private LinkOpener<MailboxRequest, ToMailbox, FromMailbox> toMailbox(NodeRecord node) {
    return link -> {
      long number = links.mailbox(link);
      core.mailboxOpened(number, node);
      return new Numbered<>(
          number, core::mailboxFrame, (broken, nowNanos) -> core.mailboxBroken(broken, link.hasStood(), nowNanos));
    };
  }

  private LinkOpener<ToRegistryItem, ToRegistry, FromRegistry> toRegistry(NodeRecord node) {
    return link -> {
      long number = links.registry(link);
      core.registryOpened(number, node, now());
      return new Numbered<>(number, core::registryFrame, core::registryBroken);
    };
  }

  private final class Service extends RouterLinkServiceGrpc.RouterLinkServiceImplBase {
    @Override
    public StreamObserver<ToRouter> attach(StreamObserver<FromRouter> responses) {
      return Link.<FromRouterItem, FromRouter, ToRouter>serve(responses, MessageRouter::frame, LIMITS,
          link -> new Numbered<>(links.edge(link), MessageRouter.this::edgeFrame, core::edgeBroken));
    }
  }

  /// Carries one link, of whatever kind, into the core.
  private final class Numbered<R> implements LinkListener<R> {

    interface Frames<R> {
      void received(long link, R frame, long nowNanos);
    }

    interface Breaks {
      void broken(long link, long nowNanos);
    }

    private final long number;
    private final Frames<R> frames;
    private final Breaks breaks;

    Numbered(long number, Frames<R> frames, Breaks breaks) {
      this.number = number;
      this.frames = frames;
      this.breaks = breaks;
    }

    @Override
    public void onFrame(R frame) {
      frames.received(number, frame, now());
    }

    @Override
    public void onBroken(Status why) {
      LOG.debug("link {} is over: {}", number, why.getCode());
      links.forget(number);
      breaks.broken(number, now());
    }
  }
}
