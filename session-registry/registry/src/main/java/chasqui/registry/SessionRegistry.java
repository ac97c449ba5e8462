package chasqui.registry;

import chasqui.link.Link;
import chasqui.link.Link.Offer;
import chasqui.link.LinkLimits;
import chasqui.link.LinkListener;
import chasqui.link.QueueGauge;
import chasqui.registry.v1.FromRegistry;
import chasqui.registry.v1.FromRegistryItem;
import chasqui.registry.v1.RegistryLinkServiceGrpc;
import chasqui.registry.v1.Session;
import chasqui.registry.v1.ToRegistry;
import io.grpc.BindableService;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import io.opentelemetry.api.metrics.Meter;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import java.util.function.ToIntFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The registry role: carries the links of edges and routers to a {@link SessionDirectory} and back.
///
/// ```
/// SessionRegistry registry = new SessionRegistry(config, LinkLimits.DEFAULT, scheduler, System::nanoTime, meter);
/// internalServer.addService(registry.service());   // a server with a direct executor
/// registry.start();                                // ticks on the scheduler
/// registry.close();                                // after the edges and routers are gone
/// ```
///
/// Never blocks: it is called straight through on the threads of edges and routers in the same process.
public final class SessionRegistry implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(SessionRegistry.class);
  private static final long TICK_MILLIS = 100;

  private final LinkLimits limits;
  private final ScheduledExecutorService scheduler;
  private final LongSupplier nanoTime;
  private final SessionDirectory directory;
  private final Map<Long, Link<FromRegistryItem, FromRegistry>> links = new ConcurrentHashMap<>();
  private final AtomicLong lastLink = new AtomicLong();
  private final List<QueueGauge> gauges;
  private ScheduledFuture<?> ticking;

  public SessionRegistry(
      RegistryConfig config, LinkLimits limits, ScheduledExecutorService scheduler, LongSupplier nanoTime, Meter meter) {
    this.limits = limits;
    this.scheduler = scheduler;
    this.nanoTime = nanoTime;
    this.directory = new SessionDirectory(config, new Outbound(), meter);
    RegistryConfig.Bounds bounds = config.bounds();
    gauges = List.of(
        gauge(meter, "sessions", SessionDirectory.Size::sessions, bounds.sessionsMax()),
        gauge(meter, "interests", SessionDirectory.Size::interests, bounds.interestsMax()),
        gauge(meter, "notices", SessionDirectory.Size::notices, bounds.noticesPerRouterMax()),
        gauge(meter, "devices.remembered", SessionDirectory.Size::devicesRemembered, bounds.devicesRememberedMax()),
        new QueueGauge(meter, "registry.link", this::deepest, limits.itemsQueuedMax()));
  }

  private QueueGauge gauge(Meter meter, String name, ToIntFunction<SessionDirectory.Size> depth, int bound) {
    return new QueueGauge(meter, "registry." + name, () -> depth.applyAsInt(directory.size()), bound);
  }

  /// What edges and routers open their links to.
  public BindableService service() {
    return new Service();
  }

  /// Begins to keep time.
  public void start() {
    ticking = scheduler.scheduleAtFixedRate(this::tick, TICK_MILLIS, TICK_MILLIS, TimeUnit.MILLISECONDS);
  }

  /// The sessions of a user now; empty where nobody is here. For presence.
  public List<Session> sessionsOf(String userId) {
    return directory.sessionsOf(userId);
  }

  @Override
  public void close() {
    if (ticking != null) {
      ticking.cancel(false);
    }
    links.values().forEach(Link::close);
    gauges.forEach(QueueGauge::close);
  }

  private void tick() {
    try {
      directory.tick(nanoTime.getAsLong());
    } catch (RuntimeException bug) {
      // Thrown on, it would end the ticking for good.
      LOG.error("a tick failed", bug);
    }
  }

  private long deepest() {
    return links.values().stream().mapToInt(Link::depth).max().orElse(0);
  }

  private final class Service extends RegistryLinkServiceGrpc.RegistryLinkServiceImplBase {
    @Override
    public StreamObserver<ToRegistry> attach(StreamObserver<FromRegistry> responses) {
      return Link.serve(
          responses, items -> FromRegistry.newBuilder().addAllItems(items).build(), limits, Opened::new);
    }
  }

  private final class Opened implements LinkListener<ToRegistry> {
    private final long number = lastLink.incrementAndGet();

    Opened(Link<FromRegistryItem, FromRegistry> link) {
      links.put(number, link);
    }

    @Override
    public void onFrame(ToRegistry frame) {
      directory.received(number, frame, nanoTime.getAsLong());
    }

    @Override
    public void onBroken(Status why) {
      LOG.debug("link {} is over: {}", number, why.getCode());
      links.remove(number);
      directory.broken(number, nanoTime.getAsLong());
    }
  }

  private final class Outbound implements RegistryOutbound {
    @Override
    public Offer send(long link, FromRegistryItem item) {
      Link<FromRegistryItem, FromRegistry> open = links.get(link);
      return open == null ? Offer.CLOSED : open.enqueue(item);
    }

    @Override
    public void end(long link, Status why) {
      Link<FromRegistryItem, FromRegistry> open = links.get(link);
      if (open != null) {
        LOG.warn("link {} is ended: {}", link, why.getDescription());
        open.failLater(why);
      }
    }

    @Override
    public void flush() {
      links.values().forEach(Link::flush);
    }
  }
}
