package chasqui.edge.server;

import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.EventExecutor;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/// The loops of a node's sessions: the event loops of its server, so that a frame is handled where it is read. Streams of
/// other transports (in-process, in tests) share one loop of their own.
public final class SessionLoops implements AutoCloseable {

  // Null where the loop is somebody else's.
  private final EventLoopGroup group;
  private final List<SessionLoop> loops = new ArrayList<>();
  private final SessionLoop otherLoop;
  private final Runnable endOther;
  private final ScheduledExecutorService timers;
  private final ScheduledFuture<?> sweeps;

  /// @param threads event loops; 0 for one per core
  /// @param timers gives the ticks
  public SessionLoops(int threads, ScheduledExecutorService timers) {
    int count = threads > 0 ? threads : Runtime.getRuntime().availableProcessors();
    DefaultThreadFactory names = new DefaultThreadFactory("edge-loop", true);
    group = new MultiThreadIoEventLoopGroup(
        count, names, Epoll.isAvailable() ? EpollIoHandler.newFactory() : NioIoHandler.newFactory());
    for (EventExecutor executor : group) {
      loops.add(new SessionLoop(executor, executor::inEventLoop, System::nanoTime));
    }
    ExecutorService other = Executors.newSingleThreadExecutor(
        Thread.ofPlatform().name("edge-other").daemon(true).factory());
    // Never inline: an in-process peer calls straight through, even from within an event of the same session.
    otherLoop = new SessionLoop(other, () -> false, System::nanoTime);
    endOther = other::shutdown;
    this.timers = timers;
    sweeps = sweepLoops();
  }

  private SessionLoops(Executor executor, ScheduledExecutorService timers, LongSupplier nanoTime) {
    group = null;
    otherLoop = new SessionLoop(executor, () -> false, nanoTime);
    endOther = () -> { };
    this.timers = timers;
    sweeps = sweepLoops();
  }

  /// One loop, on the caller's executor and clock: a simulation's. Not for an {@link EdgeServer}.
  public static SessionLoops on(Executor executor, ScheduledExecutorService timers, LongSupplier nanoTime) {
    return new SessionLoops(executor, timers, nanoTime);
  }

  private ScheduledFuture<?> sweepLoops() {
    return timers.scheduleAtFixedRate(
        this::sweep, SessionLoop.SLICE_MILLIS, SessionLoop.SLICE_MILLIS, TimeUnit.MILLISECONDS);
  }

  /// The loop that the caller is on.
  SessionLoop current() {
    for (SessionLoop loop : loops) {
      if (loop.mayGoOn()) {
        return loop;
      }
    }
    return otherLoop;
  }

  /// All of them.
  List<SessionLoop> all() {
    List<SessionLoop> all = new ArrayList<>(loops);
    all.add(otherLoop);
    return all;
  }

  /// Runs a short task every second, on the timers' thread.
  ScheduledFuture<?> everySecond(Runnable task) {
    return timers.scheduleWithFixedDelay(task, 1, 1, TimeUnit.SECONDS);
  }

  EventLoopGroup group() {
    return group;
  }

  static Class<? extends ServerChannel> channelType() {
    return Epoll.isAvailable() ? EpollServerSocketChannel.class : NioServerSocketChannel.class;
  }

  private void sweep() {
    loops.forEach(loop -> loop.execute(loop::sweep));
    otherLoop.execute(otherLoop::sweep);
  }

  @Override
  public void close() {
    sweeps.cancel(false);
    endOther.run();
    if (group != null) {
      group.shutdownGracefully(0, 5, TimeUnit.SECONDS).awaitUninterruptibly(5, TimeUnit.SECONDS);
    }
  }
}
