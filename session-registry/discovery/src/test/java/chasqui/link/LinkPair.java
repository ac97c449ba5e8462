package chasqui.link;

import chasqui.router.v1.Fanout;
import chasqui.router.v1.FromRouter;
import chasqui.router.v1.FromRouterItem;
import chasqui.router.v1.NotHere;
import chasqui.router.v1.RouterLinkServiceGrpc;
import chasqui.router.v1.ToRouter;
import chasqui.router.v1.ToRouterItem;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.Status;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.grpc.inprocess.InProcessServerBuilder;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/// A client's and a server's end of one link, over a real transport; items are numbered.
final class LinkPair implements AutoCloseable {

  enum Transport {
    IN_PROCESS,
    NETTY
  }

  /// One end: what came in, and what is done about it.
  static final class End<R> implements LinkListener<R> {
    final Queue<Long> got = new ConcurrentLinkedQueue<>();
    final Queue<Integer> frameSizes = new ConcurrentLinkedQueue<>();
    final Queue<Status> broken = new ConcurrentLinkedQueue<>();
    final AtomicInteger inside = new AtomicInteger();
    final AtomicInteger overlaps = new AtomicInteger();
    private final java.util.function.Function<R, List<Long>> numbers;
    volatile Consumer<Long> onItem = number -> {};

    End(java.util.function.Function<R, List<Long>> numbers) {
      this.numbers = numbers;
    }

    @Override
    public void onFrame(R frame) {
      if (inside.incrementAndGet() > 1) {
        overlaps.incrementAndGet();
      }
      List<Long> items = numbers.apply(frame);
      frameSizes.add(items.size());
      for (Long number : items) {
        got.add(number);
        onItem.accept(number);
      }
      inside.decrementAndGet();
    }

    @Override
    public void onBroken(Status why) {
      if (inside.incrementAndGet() > 1) {
        overlaps.incrementAndGet();
      }
      broken.add(why);
      inside.decrementAndGet();
    }
  }

  final End<FromRouter> client = new End<>(frame -> frame.getItemsList().stream().map(LinkPair::number).toList());
  final End<ToRouter> server = new End<>(frame -> frame.getItemsList().stream().map(item -> item.getNotHere().getHead()).toList());
  final Link<ToRouterItem, ToRouter> clientLink;
  volatile Link<FromRouterItem, FromRouter> serverLink;
  private final Server grpc;
  private final ManagedChannel channel;

  LinkPair(Transport transport, LinkLimits limits) {
    this(transport, limits, link -> {});
  }

  LinkPair(Transport transport, LinkLimits limits, Consumer<Link<ToRouterItem, ToRouter>> opening) {
    try {
      Service service = new Service(limits);
      String name = "link-" + System.identityHashCode(this);
      grpc = (transport == Transport.IN_PROCESS
              ? InProcessServerBuilder.forName(name).directExecutor()
              : NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)).directExecutor())
          .addService(service)
          .build()
          .start();
      channel = (transport == Transport.IN_PROCESS
              ? InProcessChannelBuilder.forName(name).directExecutor()
              : NettyChannelBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), grpc.getPort()))
                  .usePlaintext()
                  .directExecutor())
          .build();
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
    clientLink = Link.<ToRouterItem, ToRouter, FromRouter>open(
        RouterLinkServiceGrpc.newStub(channel)::attach,
        items -> ToRouter.newBuilder().addAllItems(items).build(),
        limits,
        link -> {
          opening.accept(link);
          return client;
        });
    await(() -> serverLink != null);
  }

  static ToRouterItem up(long number) {
    return up(number, 0);
  }

  static ToRouterItem up(long number, int padding) {
    return ToRouterItem.newBuilder()
        .setNotHere(NotHere.newBuilder().setHead(number).setConversationId("x".repeat(padding)))
        .build();
  }

  static FromRouterItem down(long number) {
    return FromRouterItem.newBuilder().setFanout(Fanout.newBuilder().setHead(number)).build();
  }

  private static long number(FromRouterItem item) {
    return item.hasCompareAll() ? -1 : item.getFanout().getHead();
  }

  static void await(BooleanSupplier condition) {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() - deadline > 0) {
        throw new AssertionError("not within 20 s");
      }
      Thread.onSpinWait();
    }
  }

  void shutdownNow() {
    grpc.shutdownNow();
  }

  @Override
  public void close() {
    channel.shutdownNow();
    grpc.shutdownNow();
    await(() -> channel.isTerminated() && grpc.isTerminated());
  }

  private final class Service extends RouterLinkServiceGrpc.RouterLinkServiceImplBase {
    private final LinkLimits limits;

    Service(LinkLimits limits) {
      this.limits = limits;
    }

    @Override
    public StreamObserver<ToRouter> attach(StreamObserver<FromRouter> responses) {
      return Link.<FromRouterItem, FromRouter, ToRouter>serve(
          responses, items -> FromRouter.newBuilder().addAllItems(items).build(), limits, link -> {
            serverLink = link;
            return server;
          });
    }
  }
}
