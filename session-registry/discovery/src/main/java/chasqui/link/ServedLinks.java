package chasqui.link;

import chasqui.link.Link.Offer;
import com.google.protobuf.MessageLite;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The links that a service takes in, by number, for a [LinkCore] that knows no links. Thread-safe.
///
/// @param <I> what is sent
/// @param <F> a frame of it
/// @param <R> a frame of the openers
public final class ServedLinks<I extends MessageLite, F, R> implements LinkOutbound<I> {

  private static final Logger LOG = LoggerFactory.getLogger(ServedLinks.class);

  private final Function<List<I>, F> framer;
  private final LinkLimits limits;
  private final LongSupplier nanoTime;
  private final Map<Long, Link<I, F>> links = new ConcurrentHashMap<>();
  private final AtomicLong last = new AtomicLong();

  /// @param nanoTime the core's clock
  public ServedLinks(Function<List<I>, F> framer, LinkLimits limits, LongSupplier nanoTime) {
    this.framer = framer;
    this.limits = limits;
    this.nanoTime = nanoTime;
  }

  /// Takes a link in for the core: what the service's method returns. Numbers begin at 1.
  public StreamObserver<R> attach(StreamObserver<F> responses, LinkCore<R> core) {
    return Link.<I, F, R>serve(responses, framer, limits, link -> new Opened(link, core));
  }

  @Override
  public Offer enqueue(long number, I item) {
    Link<I, F> link = links.get(number);
    return link == null ? Offer.CLOSED : link.enqueue(item);
  }

  @Override
  public Offer enqueueEphemeral(long number, I item) {
    Link<I, F> link = links.get(number);
    return link == null ? Offer.CLOSED : link.enqueueEphemeral(item);
  }

  @Override
  public void end(long number, Status why) {
    Link<I, F> link = links.get(number);
    if (link != null) {
      LOG.warn("link {} is ended: {}", number, why.getDescription());
      link.failLater(why);
    }
  }

  @Override
  public void flush() {
    links.values().forEach(Link::flush);
  }

  /// Items that wait on the fullest.
  public long deepest() {
    return links.values().stream().mapToInt(Link::depth).max().orElse(0);
  }

  /// Ends all in good order: what is queued is still written.
  public void close() {
    links.values().forEach(Link::close);
  }

  private final class Opened implements LinkListener<R> {
    private final long number = last.incrementAndGet();
    private final LinkCore<R> core;

    Opened(Link<I, F> link, LinkCore<R> core) {
      this.core = core;
      links.put(number, link);
    }

    @Override
    public void onFrame(R frame) {
      core.received(number, frame, nanoTime.getAsLong());
    }

    @Override
    public void onBroken(Status why) {
      LOG.debug("link {} is over: {}", number, why.getCode());
      links.remove(number);
      core.broken(number, nanoTime.getAsLong());
    }
  }
}
