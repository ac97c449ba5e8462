package chasqui.link;

import com.google.protobuf.MessageLite;
import io.grpc.Status;
import io.grpc.stub.CallStreamObserver;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Function;

/// The outbound half of a link between two nodes: items go in from any thread, frames go out one at a time.
///
/// Whatever is queued when the transport is ready becomes one frame, so batching adapts to load and nothing waits for a
/// timer. Exactly one thread writes at a time: the one that found nobody writing. It never blocks and holds no lock, so
/// a peer in the same process may be called straight through, and may call back.
///
/// @param <I> an item
/// @param <F> a frame: a batch of items
public final class Link<I extends MessageLite, F> {

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
  private final Function<List<I>, F> framer;
  private final LinkLimits limits;
  private final ConcurrentLinkedQueue<I> queue = new ConcurrentLinkedQueue<>();
  private final AtomicInteger queued = new AtomicInteger();
  // Counts the wishes to drain; whoever raises it from 0 drains until it is 0 again.
  private final AtomicInteger draining = new AtomicInteger();
  private final AtomicBoolean over = new AtomicBoolean();
  private volatile boolean completing;
  private boolean completed;

  private Link(CallStreamObserver<F> out, Function<List<I>, F> framer, LinkLimits limits) {
    this.out = out;
    this.framer = framer;
    this.limits = limits;
  }

  /// Opens a link as its client: `call` is the stub's method.
  public static <I extends MessageLite, F, R> Link<I, F> open(
      Attach<R, F> call, Function<List<I>, F> framer, LinkLimits limits, Function<Link<I, F>, LinkListener<R>> opened) {
    ClientSide<I, F, R> client = new ClientSide<>(framer, limits, opened);
    call.apply(client);
    client.link.drain();
    return client.link;
  }

  /// Takes a link in as its server: what a service method returns.
  public static <I extends MessageLite, F, R> StreamObserver<R> serve(
      StreamObserver<F> responses, Function<List<I>, F> framer, LinkLimits limits, Function<Link<I, F>, LinkListener<R>> opened) {
    ServerCallStreamObserver<F> server = (ServerCallStreamObserver<F>) responses;
    server.disableAutoRequest();
    Link<I, F> link = new Link<>(server, framer, limits);
    LinkListener<R> listener = opened.apply(link);
    server.setOnReadyHandler(link::drain);
    server.setOnCancelHandler(() -> link.broken(listener, Status.CANCELLED.withDescription("link cancelled by its opener")));
    server.request(limits.framesInboundMax());
    return new Inbound<>(link, listener, server::request);
  }

  /// Queues an item for the peer. Any thread; never blocks.
  public Offer offer(I item) {
    if (over.get() || completing) {
      return Offer.CLOSED;
    }
    if (queued.incrementAndGet() > limits.itemsQueuedMax()) {
      queued.decrementAndGet();
      return Offer.FULL;
    }
    queue.add(item);
    drain();
    return Offer.ACCEPTED;
  }

  /// How many items wait; never above `itemsQueuedMax`.
  public int depth() {
    return queued.get();
  }

  public boolean isOpen() {
    return !over.get() && !completing;
  }

  /// Ends the link in good order: what is queued is still written, as the peer takes it.
  public void close() {
    completing = true;
    drain();
  }

  private void drain() {
    if (draining.getAndIncrement() != 0) {
      return;
    }
    int wishes = 1;
    do {
      writeWhileReady();
      wishes = draining.addAndGet(-wishes);
    } while (wishes != 0);
  }

  private void writeWhileReady() {
    while (!queue.isEmpty() && !over.get() && out.isReady()) {
      out.onNext(nextFrame());
    }
    if (completing && !completed && queue.isEmpty() && !over.get()) {
      completed = true;
      out.onCompleted();
    }
  }

  private F nextFrame() {
    List<I> items = new ArrayList<>(Math.min(limits.itemsPerFrameMax(), queued.get() + 1));
    long bytes = 0;
    while (items.size() < limits.itemsPerFrameMax()) {
      I next = queue.peek();
      if (next == null) {
        break;
      }
      bytes += next.getSerializedSize();
      if (bytes > limits.bytesPerFrameMax() && !items.isEmpty()) {
        break;
      }
      items.add(queue.poll());
      queued.decrementAndGet();
    }
    return framer.apply(items);
  }

  private void broken(LinkListener<?> listener, Status why) {
    if (over.compareAndSet(false, true)) {
      queue.clear();
      listener.onBroken(why);
    }
  }

  /// The stub's method, as a type.
  @FunctionalInterface
  public interface Attach<R, F> {
    StreamObserver<F> apply(StreamObserver<R> responses);
  }

  private static final class ClientSide<I extends MessageLite, F, R> implements ClientResponseObserver<F, R> {
    private final Function<List<I>, F> framer;
    private final LinkLimits limits;
    private final Function<Link<I, F>, LinkListener<R>> opened;
    private Link<I, F> link;
    private Inbound<I, F, R> inbound;

    ClientSide(Function<List<I>, F> framer, LinkLimits limits, Function<Link<I, F>, LinkListener<R>> opened) {
      this.framer = framer;
      this.limits = limits;
      this.opened = opened;
    }

    @Override
    public void beforeStart(ClientCallStreamObserver<F> call) {
      call.disableAutoRequestWithInitial(limits.framesInboundMax());
      link = new Link<>(call, framer, limits);
      call.setOnReadyHandler(link::drain);
      inbound = new Inbound<>(link, opened.apply(link), call::request);
    }

    @Override
    public void onNext(R frame) {
      inbound.onNext(frame);
    }

    @Override
    public void onError(Throwable failure) {
      inbound.onError(failure);
    }

    @Override
    public void onCompleted() {
      inbound.onCompleted();
    }
  }

  private record Inbound<I extends MessageLite, F, R>(Link<I, F> link, LinkListener<R> listener, Consumer<Integer> request)
      implements StreamObserver<R> {

    @Override
    public void onNext(R frame) {
      listener.onFrame(frame);
      request.accept(1);
    }

    @Override
    public void onError(Throwable failure) {
      link.broken(listener, Status.fromThrowable(failure));
    }

    @Override
    public void onCompleted() {
      link.close();
      link.broken(listener, Status.OK);
    }
  }
}
