package chasqui.presence;

import chasqui.link.LinkLimits;
import chasqui.link.QueueGauge;
import chasqui.link.ServedLinks;
import chasqui.link.Ticker;
import chasqui.presence.v1.FromPresence;
import chasqui.presence.v1.FromPresenceItem;
import chasqui.presence.v1.PresenceLinkServiceGrpc;
import chasqui.presence.v1.ToPresence;
import io.grpc.BindableService;
import io.grpc.stub.StreamObserver;
import io.opentelemetry.api.metrics.Meter;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.LongSupplier;

/// Carries the links of edges to a {@link PresenceBook} and back. Part of the registry role, keyed by user slot like it.
///
/// ```
/// PresenceService presence = new PresenceService(config, LinkLimits.DEFAULT, scheduler, System::nanoTime, meter);
/// internalServer.addService(presence.service());   // a server with a direct executor, beside the registry's
/// presence.start();                                // ticks on the scheduler
/// presence.close();                                // after the edges are gone
/// ```
///
/// Never blocks: it is called straight through on the threads of edges in the same process.
public final class PresenceService implements AutoCloseable {

  private static final Duration TICK = Duration.ofMillis(500);

  private final ServedLinks<FromPresenceItem, FromPresence, ToPresence> links;
  private final PresenceBook book;
  private final Ticker ticker;
  private final List<QueueGauge> gauges;

  public PresenceService(
      PresenceConfig config, LinkLimits limits, ScheduledExecutorService scheduler, LongSupplier nanoTime, Meter meter) {
    this.links = new ServedLinks<>(PresenceService::frame, limits, nanoTime);
    this.book = new PresenceBook(config, links, meter);
    this.ticker = new Ticker(scheduler, TICK, () -> book.tick(nanoTime.getAsLong()));
    this.gauges = List.of(
        new QueueGauge(meter, "presence.users", () -> book.size().users(), config.usersMax()),
        new QueueGauge(meter, "presence.watches", () -> book.size().watches(), config.watchesMax()),
        new QueueGauge(meter, "presence.owed", () -> book.size().owed(), config.usersMax()));
  }

  /// What edges open their links to.
  public BindableService service() {
    return new Service();
  }

  /// Begins to keep time.
  public void start() {
    ticker.start();
  }

  @Override
  public void close() {
    ticker.close();
    links.close();
    gauges.forEach(QueueGauge::close);
  }

  private static FromPresence frame(List<FromPresenceItem> items) {
    return FromPresence.newBuilder().addAllItems(items).build();
  }

  private final class Service extends PresenceLinkServiceGrpc.PresenceLinkServiceImplBase {
    @Override
    public StreamObserver<ToPresence> attach(StreamObserver<FromPresence> responses) {
      return links.attach(responses, book);
    }
  }
}
