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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The links that a service takes in, by number, for a core that knows no links. Thread-safe.
///
/// @param <I> what is sent
/// @param <F> a frame of it
/// @param <R> a frame of the openers
public final class ServedLinks<I extends MessageLite, F, R> {

  private static final Logger LOG = LoggerFactory.getLogger(ServedLinks.class);

  /// What comes in. Calls about one link are serial; none may block.
  public interface Handler<R> {

    /// A frame of an opener.
    void received(long link, R frame);

    /// The link is no more. Called once; nothing of it comes after.
    void broken(long link);
  }

  private final Function<List<I>, F> framer;
  private final LinkLimits limits;
  private final Handler<R> handler;
  private final Map<Long, Link<I, F>> links = new ConcurrentHashMap<>();
  private final AtomicLong last = new AtomicLong();

  public ServedLinks(Function<List<I>, F> framer, LinkLimits limits, Handler<R> handler) {
    this.framer = framer;
    this.limits = limits;
    this.handler = handler;
  }

  /// Takes a link in: what the service's method returns. Numbers begin at 1 and are never given twice.
  public StreamObserver<R> attach(StreamObserver<F> responses) {
    return Link.<I, F, R>serve(responses, framer, limits, Opened::new);
  }

  /// As {@link Link#enqueue}; `CLOSED` where there is no such link. {@link #flush} must follow.
  public Offer enqueue(long number, I item) {
    Link<I, F> link = links.get(number);
    return link == null ? Offer.CLOSED : link.enqueue(item);
  }

  /// As {@link Link#enqueueEphemeral}; `CLOSED` where there is no such link. {@link #flush} must follow.
  public Offer enqueueEphemeral(long number, I item) {
    Link<I, F> link = links.get(number);
    return link == null ? Offer.CLOSED : link.enqueueEphemeral(item);
  }

  /// Ends a link at the next {@link #flush}; its opener is told `why`.
  public void end(long number, Status why) {
    Link<I, F> link = links.get(number);
    if (link != null) {
      LOG.warn("link {} is ended: {}", number, why.getDescription());
      link.failLater(why);
    }
  }

  /// Writes what is queued on any of them. Not under a lock.
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

    Opened(Link<I, F> link) {
      links.put(number, link);
    }

    @Override
    public void onFrame(R frame) {
      handler.received(number, frame);
    }

    @Override
    public void onBroken(Status why) {
      LOG.debug("link {} is over: {}", number, why.getCode());
      links.remove(number);
      handler.broken(number);
    }
  }
}
