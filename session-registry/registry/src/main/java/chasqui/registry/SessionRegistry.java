package chasqui.registry;

import chasqui.link.LinkLimits;
import chasqui.link.QueueGauge;
import chasqui.link.ServedLinks;
import chasqui.link.Ticker;
import chasqui.registry.v1.FromRegistry;
import chasqui.registry.v1.FromRegistryItem;
import chasqui.registry.v1.RegistryLinkServiceGrpc;
import chasqui.registry.v1.Session;
import chasqui.registry.v1.ToRegistry;
import io.grpc.BindableService;
import io.grpc.stub.StreamObserver;
import io.opentelemetry.api.metrics.Meter;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.LongSupplier;
import java.util.function.ToIntFunction;

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

  private static final Duration TICK = Duration.ofMillis(100);

  private final ServedLinks<FromRegistryItem, FromRegistry, ToRegistry> links;
  private final SessionDirectory directory;
  private final Ticker ticker;
  private final List<QueueGauge> gauges;

  public SessionRegistry(
      RegistryConfig config, LinkLimits limits, ScheduledExecutorService scheduler, LongSupplier nanoTime, Meter meter) {
    this.links = new ServedLinks<>(SessionRegistry::frame, limits, nanoTime);
    this.directory = new SessionDirectory(config, links, meter);
    this.ticker = new Ticker(scheduler, TICK, () -> directory.tick(nanoTime.getAsLong()));
    RegistryConfig.Bounds bounds = config.bounds();
    gauges = List.of(
        gauge(meter, "sessions", SessionDirectory.Size::sessions, bounds.sessionsMax()),
        gauge(meter, "interests", SessionDirectory.Size::interests, bounds.interestsMax()),
        gauge(meter, "notices", SessionDirectory.Size::notices, bounds.noticesPerRouterMax()),
        gauge(meter, "devices.remembered", SessionDirectory.Size::devicesRemembered, bounds.devicesRememberedMax()),
        new QueueGauge(meter, "registry.link", links::deepest, limits.itemsQueuedMax()));
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
    ticker.start();
  }

  /// The sessions of a user now; empty where nobody is here. For presence.
  public List<Session> sessionsOf(String userId) {
    return directory.sessionsOf(userId);
  }

  /// How many sessions are known.
  public int sessions() {
    return directory.size().sessions();
  }

  @Override
  public void close() {
    ticker.close();
    links.close();
    gauges.forEach(QueueGauge::close);
  }

  private static FromRegistry frame(List<FromRegistryItem> items) {
    return FromRegistry.newBuilder().addAllItems(items).build();
  }

  private final class Service extends RegistryLinkServiceGrpc.RegistryLinkServiceImplBase {
    @Override
    public StreamObserver<ToRegistry> attach(StreamObserver<FromRegistry> responses) {
      return links.attach(responses, directory);
    }
  }
}
