package chasqui.link;

import static chasqui.link.LinkPair.await;

import chasqui.router.v1.FromRouter;
import chasqui.router.v1.ToRouter;
import chasqui.router.v1.ToRouterItem;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.netty.NettyChannelBuilder;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/// A peer that is away for long: somebody is dialled whenever a link is opened again.
class BackoffTest {

  // The channel's own pauses, 1 s and more by half each time, would need minutes for them.
  private static final int DIALS = 12;

  private final ManualScheduler scheduler = new ManualScheduler();
  private final AtomicInteger opened = new AtomicInteger();
  private final AtomicInteger broken = new AtomicInteger();
  private final AtomicInteger dialled = new AtomicInteger();

  private LinkListener<FromRouter> counting() {
    opened.incrementAndGet();
    return new LinkListener<>() {
      @Override
      public void onFrame(FromRouter frame) {}

      @Override
      public void onBroken(Status why) {
        broken.incrementAndGet();
      }
    };
  }

  private void hangUp(ServerSocket port) {
    try {
      while (true) {
        port.accept().close();
        dialled.incrementAndGet();
      }
    } catch (IOException closed) {
      // The test is over.
      assert port.isClosed();
    }
  }

  private boolean reopen() {
    if (broken.get() == opened.get() && scheduler.waiting() > 0) {
      scheduler.runNext();
    }
    return dialled.get() >= DIALS;
  }

  @Test
  void attempts_dial_however_many_have_failed() throws Exception {
    try (ServerSocket port = new ServerSocket(0, 0, InetAddress.getLoopbackAddress())) {
      Thread.ofVirtual().start(() -> hangUp(port));
      ManagedChannel channel = NettyChannelBuilder.forAddress(
          new InetSocketAddress(InetAddress.getLoopbackAddress(), port.getLocalPort())).usePlaintext().directExecutor().build();
      KeptLink<ToRouterItem, ToRouter, FromRouter> kept = new KeptLink<>(
          LinkKinds.ROUTER, "the test's", channel, LinkLimits.DEFAULT, scheduler, new Random(1), link -> counting());
      try {
        kept.start();
        await(this::reopen);
      } finally {
        kept.close();
        channel.shutdownNow();
      }
    }
  }
}
