package chasqui.testkit.proxy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.UnaryOperator;
import java.util.random.RandomGenerator;

/// A TCP proxy, on the loopback address unless told otherwise, that makes the network bad on command. Commands take effect at once, on live
/// connections and on new ones. Thread-safe. Buffers are bounded: when the far side does not read, the near side is not
/// read either.
public final class FaultProxy implements AutoCloseable {
  /// Each costs four threads that mostly wait; one more is reset at once.
  public static final int CONNECTIONS_MAX = 10_000;

  private final InetAddress host;
  private final InetSocketAddress target;
  private final RandomGenerator random;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final AtomicLong running = new AtomicLong();
  private final Map<Long, ProxyConnection> connections = new ConcurrentSkipListMap<>();
  private final AtomicLong lastConnection = new AtomicLong();
  private final int port;
  private ServerSocket listener;
  // A listening socket is closed for good only when the thread in its accept has left.
  private CountDownLatch accepting;
  private Weather weather = Weather.CALM;
  private boolean closed;

  /// @param random draws the jitter; used by several threads
  public FaultProxy(InetSocketAddress target, RandomGenerator random) {
    this(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), target, random);
  }

  /// @param at where to listen; port 0 takes a free one
  /// @param random draws the jitter; used by several threads
  public FaultProxy(InetSocketAddress at, InetSocketAddress target, RandomGenerator random) {
    this.host = at.getAddress();
    this.target = target;
    this.random = random;
    listener = listen(at.getPort());
    port = listener.getLocalPort();
  }

  /// A proxy to a port of the loopback address, with jitter from a fixed seed.
  public static FaultProxy to(int port) {
    return new FaultProxy(
        new InetSocketAddress(InetAddress.getLoopbackAddress(), port), new Random(1));
  }

  public int port() {
    return port;
  }

  public InetSocketAddress address() {
    return new InetSocketAddress(host, port);
  }

  /// Live connections, oldest first.
  public List<ProxyConnection> connections() {
    return List.copyOf(connections.values());
  }

  public synchronized Weather weather() {
    return weather;
  }

  /// Changes the weather for all connections, as in `proxy.weather(w -> w.withLatency(…))`.
  public synchronized void weather(UnaryOperator<Weather> change) {
    weather = change.apply(weather);
    connections.values().forEach(connection -> connection.weather(weather));
  }

  /// Ends all weather; does not resume connections that were stalled alone.
  public void calm() {
    weather(_ -> Weather.CALM);
  }

  /// Resets every live connection.
  public void resetAll() {
    connections.values().forEach(ProxyConnection::reset);
  }

  /// Listens no more: new connections are refused by the machine. Live ones go on.
  public synchronized void refuse() {
    closeListener();
  }

  /// Listens again, on the same port.
  public synchronized void allow() {
    if (listener.isClosed() && !closed) {
      listener = listen(port);
    }
  }

  private ServerSocket listen(int onPort) {
    try {
      ServerSocket socket = new ServerSocket();
      socket.setReuseAddress(true);
      socket.bind(new InetSocketAddress(host, onPort), 1024);
      CountDownLatch ended = new CountDownLatch(1);
      accepting = ended;
      start(() -> {
        accept(socket);
        ended.countDown();
      });
      return socket;
    } catch (IOException e) {
      throw new UncheckedIOException("cannot listen on port " + onPort, e);
    }
  }

  private void start(Runnable task) {
    running.incrementAndGet();
    threads.execute(() -> {
      try {
        task.run();
      } finally {
        running.decrementAndGet();
      }
    });
  }

  long threadsRunning() {
    return running.get();
  }

  private void accept(ServerSocket from) {
    while (true) {
      Socket client;
      try {
        client = from.accept();
      } catch (IOException closedByUs) {
        return;
      }
      start(() -> connect(client));
    }
  }

  private void connect(Socket client) {
    Socket onward = new Socket();
    try {
      if (connections.size() >= CONNECTIONS_MAX) {
        ProxyConnection.resetSocket(client);
        return;
      }
      client.setTcpNoDelay(true);
      onward.setTcpNoDelay(true);
      onward.connect(target);
      enter(client, onward);
    } catch (IOException e) {
      ProxyConnection.resetSocket(client);
      ProxyConnection.resetSocket(onward);
    }
  }

  private synchronized void enter(Socket client, Socket onward) {
    long id = lastConnection.incrementAndGet();
    ProxyConnection connection = new ProxyConnection(
        id, client, onward, new Sky(weather), random, ended -> connections.remove(ended.id()));
    if (closed) {
      connection.reset();
      return;
    }
    connections.put(id, connection);
    connection.start(this::start);
  }

  private void closeListener() {
    try {
      listener.close();
      accepting.await();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /// Resets everything and listens no more; returns when its threads have ended.
  @Override
  public void close() {
    synchronized (this) {
      closed = true;
      closeListener();
    }
    resetAll();
    threads.shutdownNow();
    try {
      if (!threads.awaitTermination(20, TimeUnit.SECONDS)) {
        throw new IllegalStateException("threads of the proxy to " + target + " do not end");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
