package chasqui.link;

import com.google.protobuf.MessageLite;
import io.grpc.Status;
import io.grpc.stub.CallStreamObserver;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The outbound half of a link between two nodes: items go in from any thread, frames go out one at a time.
///
/// Whatever is queued when the transport is ready becomes one frame, so batching adapts to load and nothing waits for a
/// timer. Exactly one thread writes at a time: the one that found nobody writing. It never blocks and holds no lock, so
/// a peer in the same process may be called straight through, and may call back.
///
/// An empty frame carries nothing and is answered by an empty one: that is how an opener finds out whether the peer is
/// still there ({@link #probe}).
///
/// Two ways in: {@link #offer} queues and writes; {@link #enqueue} only queues and calls nobody, so it may be used while
/// a lock is held (which keeps the order of what the lock guards), and {@link #flush} writes once the lock is released.
///
/// @param <I> an item
/// @param <F> a frame: a batch of items
public final class Link<I extends MessageLite, F> {

  private static final Logger LOG = LoggerFactory.getLogger(Link.class);

  /// What became of an offered item.
  public enum Offer {
    /// Queued, in order after all that was accepted before.
    ACCEPTED,
    /// The queue is at its bound; the item is not taken.
    FULL,
    /// The link is broken or closed; the item is not taken.
    CLOSED
  }

  private final CallStreamObserver<F> out;
  private final Consumer<Status> abort;
  private final Function<List<I>, F> framer;
  private final LinkLimits limits;
  private final ConcurrentLinkedQueue<I> queue = new ConcurrentLinkedQueue<>();
  private final AtomicInteger queued = new AtomicInteger();
  private final AtomicLong queuedBytes = new AtomicLong();
  // Counts the wishes to drain; whoever raises it from 0 drains until it is 0 again. Only the drainer touches `out`.
  private final AtomicInteger draining = new AtomicInteger();
  private final AtomicBoolean markerQueued = new AtomicBoolean();
  private final AtomicBoolean told = new AtomicBoolean();
  private volatile I marker;
  private volatile boolean over;
  private volatile boolean stood;
  // Some frame is wanted, if only an empty one.
  private volatile boolean frameWanted;
  private volatile boolean completing;
  private volatile boolean peerCompleted;
  private volatile Status aborting;
  // The drainer's.
  private boolean ended;

  private Link(CallStreamObserver<F> out, Consumer<Status> abort, Function<List<I>, F> framer, LinkLimits limits) {
    this.out = out;
    this.abort = abort;
    this.framer = framer;
    this.limits = limits;
  }

  /// Opens a link as its client: `call` is the stub's method. `opened` gets the link before the first frame of the peer,
  /// and may offer to it; the listener may be called before this returns.
  public static <I extends MessageLite, F, R> Link<I, F> open(
      Attach<R, F> call, Function<List<I>, F> framer, LinkLimits limits, Function<Link<I, F>, LinkListener<R>> opened) {
    LinkClient<I, F, R> client = new LinkClient<>(framer, limits, opened);
    call.apply(client);
    // Until here the opener counted as the one who writes: before its start a call takes nothing.
    client.link().drainWishes();
    return client.link();
  }

  /// Takes a link in as its server: what a service method returns.
  public static <I extends MessageLite, F, R> StreamObserver<R> serve(
      StreamObserver<F> responses, Function<List<I>, F> framer, LinkLimits limits, Function<Link<I, F>, LinkListener<R>> opened) {
    ServerCallStreamObserver<F> server = (ServerCallStreamObserver<F>) responses;
    server.disableAutoRequest();
    Link<I, F> link = new Link<>(server, why -> server.onError(why.asRuntimeException()), framer, limits);
    LinkListener<R> listener = opened.apply(link);
    server.setOnReadyHandler(link::drain);
    server.setOnCancelHandler(() -> link.broken(listener, Status.CANCELLED.withDescription("link cancelled by its opener")));
    server.setOnCloseHandler(() -> link.broken(listener, Status.OK));
    server.request(limits.framesInboundMax());
    return LinkInbound.served(link, listener, server::request);
  }

  static <I extends MessageLite, F> Link<I, F> unstarted(
      ClientCallStreamObserver<F> call, Function<List<I>, F> framer, LinkLimits limits) {
    Link<I, F> link = new Link<>(call, why -> call.cancel(why.toString(), null), framer, limits);
    link.draining.set(1);
    call.setOnReadyHandler(link::ready);
    return link;
  }

  /// Queues an item for the peer and writes what may be written. Any thread; never blocks.
  public Offer offer(I item) {
    Offer answer = enqueue(item);
    if (answer == Offer.ACCEPTED) {
      drain();
    }
    return answer;
  }

  /// Queues an item without writing: calls nobody. {@link #flush} must follow. Any thread.
  public Offer enqueue(I item) {
    return enqueue(item, limits.itemsQueuedMax(), limits.bytesQueuedMax());
  }

  /// Queues an item that may be dropped when the peer is slow. Dropped, it is `FULL`, and `lost` is told to the peer in
  /// its place, once for all that is dropped until then, after what was queued before. {@link #flush} must follow.
  public Offer enqueueOr(I item, I lost) {
    Offer answer = enqueue(item, limits.itemsDroppableMax(), limits.bytesDroppableMax());
    if (answer == Offer.FULL && markerQueued.compareAndSet(false, true)) {
      marker = lost;
      queued.incrementAndGet();
      queuedBytes.addAndGet(lost.getSerializedSize());
      queue.add(lost);
    }
    return answer;
  }

  /// Queues an item that nobody misses: taken only while next to nothing waits, so it never stands behind much, and the
  /// first to be dropped. {@link #flush} must follow.
  public Offer enqueueEphemeral(I item) {
    return enqueue(item, limits.itemsEphemeralMax(), limits.bytesDroppableMax());
  }

  /// Like {@link #enqueueEphemeral}, and writes what may be written.
  public Offer offerEphemeral(I item) {
    Offer answer = enqueueEphemeral(item);
    if (answer == Offer.ACCEPTED) {
      drain();
    }
    return answer;
  }

  private Offer enqueue(I item, int itemsMax, long bytesMax) {
    if (!isOpen()) {
      return Offer.CLOSED;
    }
    int size = item.getSerializedSize();
    if (queued.incrementAndGet() > itemsMax) {
      queued.decrementAndGet();
      return Offer.FULL;
    }
    long bytes = queuedBytes.addAndGet(size);
    if (bytes > bytesMax && bytes > size) {
      queuedBytes.addAndGet(-size);
      queued.decrementAndGet();
      return Offer.FULL;
    }
    queue.add(item);
    return Offer.ACCEPTED;
  }

  /// Sends a frame as soon as the peer takes one: what is queued, or an empty one. Any thread; never blocks.
  public void probe() {
    if (isOpen()) {
      frameWanted = true;
      drain();
    }
  }

  /// Writes what is queued, as far as the peer takes it. Cheap when there is nothing to do. Not under a lock.
  public void flush() {
    if (!queue.isEmpty() || completing || aborting != null) {
      drain();
    }
  }

  /// How many items wait; never above `itemsQueuedMax`.
  public int depth() {
    return over ? 0 : Math.min(queued.get(), limits.itemsQueuedMax());
  }

  /// How many encoded bytes wait.
  public long depthBytes() {
    return over ? 0 : queuedBytes.get();
  }

  public LinkLimits limits() {
    return limits;
  }

  public boolean isOpen() {
    return !over && !completing && aborting == null;
  }

  /// At the opener's end: whether the call ever reached the peer's machine, so that the peer may have acted on it.
  public boolean hasStood() {
    return stood;
  }

  /// Ends the link in good order: what is queued is still written, as the peer takes it.
  public void close() {
    completing = true;
    drain();
  }

  /// Ends the link at once: what is queued is dropped, the peer is told `why`, the listener gets `onBroken` in its turn.
  public void fail(Status why) {
    failLater(why);
    drain();
  }

  /// Like {@link #fail}, but done by the next {@link #flush}: calls nobody, for use under a lock.
  public void failLater(Status why) {
    aborting = why;
  }

  private void ready() {
    stood = true;
    drain();
  }

  private void drain() {
    if (draining.getAndIncrement() == 0) {
      drainWishes();
    }
  }

  private void drainWishes() {
    int wishes = 1;
    do {
      try {
        write();
      } catch (RuntimeException failure) {
        // The peer in this process threw through the transport, or the call ended under our hands.
        LOG.warn("link failed while writing: {}", failure.toString());
        over = true;
        abortCall(Status.INTERNAL.withDescription("writing failed"));
      }
      wishes = draining.addAndGet(-wishes);
    } while (wishes != 0);
  }

  private void write() {
    if (aborting != null) {
      over = true;
      abortCall(aborting);
    } else if (peerCompleted) {
      // As a server, the call stays open until we complete it; what is still queued has no reader who waits for it.
      over = true;
      complete();
    }
    while (!over && !ended && aborting == null && (frameWanted || !queue.isEmpty()) && out.isReady()) {
      frameWanted = false;
      stood = true;
      out.onNext(nextFrame());
    }
    if (over) {
      queue.clear();
    } else if (completing && queue.isEmpty()) {
      complete();
    }
  }

  private void complete() {
    if (!ended) {
      ended = true;
      endCall(out::onCompleted);
    }
  }

  private void abortCall(Status why) {
    if (!ended) {
      ended = true;
      endCall(() -> abort.accept(why));
    }
  }

  private static void endCall(Runnable end) {
    try {
      end.run();
    } catch (RuntimeException failure) {
      LOG.debug("the call was over already: {}", failure.toString());
    }
  }

  private F nextFrame() {
    List<I> items = new ArrayList<>(Math.clamp(queued.get(), 1, limits.itemsPerFrameMax()));
    long bytes = 0;
    I next;
    while (items.size() < limits.itemsPerFrameMax() && (next = queue.peek()) != null) {
      int size = next.getSerializedSize();
      bytes += size;
      if (bytes > limits.bytesPerFrameMax() && !items.isEmpty()) {
        break;
      }
      queue.poll();
      queued.decrementAndGet();
      queuedBytes.addAndGet(-size);
      if (next == marker) {
        markerQueued.set(false);
      }
      items.add(next);
    }
    return framer.apply(items);
  }

  /// The peer ended its half in good order: nothing more of it comes, and ours ends too.
  void completed(LinkListener<?> listener) {
    peerCompleted = true;
    drain();
    broken(listener, Status.OK);
  }

  void broken(LinkListener<?> listener, Status why) {
    over = true;
    if (told.compareAndSet(false, true)) {
      listener.onBroken(aborting == null ? why : aborting);
    }
    drain();
  }

  boolean isOver() {
    return over;
  }

  /// The stub's method, as a type.
  @FunctionalInterface
  public interface Attach<R, F> {
    StreamObserver<F> apply(StreamObserver<R> responses);
  }
}
