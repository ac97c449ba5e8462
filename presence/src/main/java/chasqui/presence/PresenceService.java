package chasqui.presence;

import chasqui.link.Link;
import chasqui.link.Link.Offer;
import chasqui.link.LinkLimits;
import chasqui.link.LinkListener;
import chasqui.link.QueueGauge;
import chasqui.presence.v1.FromPresence;
import chasqui.presence.v1.FromPresenceItem;
import chasqui.presence.v1.PresenceLinkServiceGrpc;
import chasqui.presence.v1.ToPresence;
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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

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

  private static final Logger LOG = LoggerFactory.getLogger(PresenceService.class);
  private static final long TICK_MILLIS = 500;

  private final LinkLimits limits;
  private final ScheduledExecutorService scheduler;
  private final LongSupplier nanoTime;
  private final PresenceBook book;
  private final Map<Long, Link<FromPresenceItem, FromPresence>> links = new ConcurrentHashMap<>();
  private final AtomicLong lastLink = new AtomicLong();
  private final List<QueueGauge> gauges;
  private ScheduledFuture<?> ticking;

  public PresenceService(
      PresenceConfig config, LinkLimits limits, ScheduledExecutorService scheduler, LongSupplier nanoTime, Meter meter) {
    this.limits = limits;
    this.scheduler = scheduler;
    this.nanoTime = nanoTime;
    this.book = new PresenceBook(config, new Outbound(), meter);
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
    ticking = scheduler.scheduleAtFixedRate(this::tick, TICK_MILLIS, TICK_MILLIS, TimeUnit.MILLISECONDS);
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
      book.tick(nanoTime.getAsLong());
    } catch (RuntimeException bug) {
      // Thrown on, it would end the ticking for good.
      LOG.error("a tick failed", bug);
    }
  }

  private final class Service extends PresenceLinkServiceGrpc.PresenceLinkServiceImplBase {
    @Override
    public StreamObserver<ToPresence> attach(StreamObserver<FromPresence> responses) {
      return Link.serve(
          responses, items -> FromPresence.newBuilder().addAllItems(items).build(), limits, Opened::new);
    }
  }

  private final class Opened implements LinkListener<ToPresence> {
    private final long number = lastLink.incrementAndGet();

    Opened(Link<FromPresenceItem, FromPresence> link) {
      links.put(number, link);
    }

    @Override
    public void onFrame(ToPresence frame) {
      book.received(number, frame, nanoTime.getAsLong());
    }

    @Override
    public void onBroken(Status why) {
      LOG.debug("link {} is over: {}", number, why.getCode());
      links.remove(number);
      book.broken(number, nanoTime.getAsLong());
    }
  }

  private final class Outbound implements PresenceOutbound {
    @Override
    public Offer send(long link, FromPresenceItem item) {
      Link<FromPresenceItem, FromPresence> open = links.get(link);
      return open == null ? Offer.CLOSED : open.enqueueEphemeral(item);
    }

    @Override
    public void end(long link, Status why) {
      Link<FromPresenceItem, FromPresence> open = links.get(link);
      if (open != null) {
        open.failLater(why);
      }
    }

    @Override
    public void flush() {
      links.values().forEach(Link::flush);
    }
  }
}
