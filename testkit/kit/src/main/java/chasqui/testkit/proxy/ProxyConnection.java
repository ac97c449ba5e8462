package chasqui.testkit.proxy;

import java.io.IOException;
import java.net.Socket;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

/// One connection through the proxy: a socket to the client and one to the target.
public final class ProxyConnection {
  private interface Step {
    void run() throws IOException, InterruptedException;
  }

  private final long id;
  private final Socket client;
  private final Socket target;
  private final Sky sky;
  private final Pump toTarget;
  private final Pump toClient;
  private final Consumer<ProxyConnection> ended;
  private final AtomicLong carried = new AtomicLong();
  private final AtomicInteger directionsOpen = new AtomicInteger(2);
  private volatile boolean vanished;

  ProxyConnection(
      long id, Socket client, Socket target, Sky sky, RandomGenerator random, Consumer<ProxyConnection> ended) {
    this.id = id;
    this.client = client;
    this.target = target;
    this.sky = sky;
    this.ended = ended;
    toTarget = new Pump(Direction.TO_TARGET, this, sky, random);
    toClient = new Pump(Direction.TO_CLIENT, this, sky, random);
  }

  void start(Executor threads) {
    threads.execute(() -> guarded(() -> toTarget.read(client.getInputStream())));
    threads.execute(() -> guarded(() -> pass(toTarget, target)));
    threads.execute(() -> guarded(() -> toClient.read(target.getInputStream())));
    threads.execute(() -> guarded(() -> pass(toClient, client)));
  }

  private void pass(Pump pump, Socket to) throws IOException, InterruptedException {
    boolean inOrder = false;
    try {
      inOrder = pump.write(to.getOutputStream());
    } finally {
      pump.abandon();
    }
    if (!inOrder) {
      // Whoever ended the connection closes its sockets; a close in order would soften a reset.
      return;
    }
    to.shutdownOutput();
    if (directionsOpen.decrementAndGet() == 0) {
      close();
    }
  }

  /// What breaks on one side breaks the other.
  private void guarded(Step step) {
    try {
      step.run();
    } catch (IOException e) {
      if (!vanished) {
        reset();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      reset();
    }
  }

  /// How many of `bytes` may still pass before the connection is dropped.
  int allowed(int bytes) {
    long limit = sky.weather().dropAfterBytes();
    long before = carried.getAndAdd(bytes);
    return limit == 0 ? bytes : Math.clamp(limit - before, 0, bytes);
  }

  public long id() {
    return id;
  }

  /// The client's own port, by which a test knows its connection.
  public int clientPort() {
    return client.getPort();
  }

  /// Bytes that came out at the other side.
  public long carriedBytes(Direction direction) {
    return pump(direction).writtenBytes();
  }

  /// Bytes read and not yet passed on; at most 256 KiB and a chunk on either end.
  public long underWayBytes(Direction direction) {
    return pump(direction).underWayBytes();
  }

  private Pump pump(Direction direction) {
    return direction == Direction.TO_TARGET ? toTarget : toClient;
  }

  /// Reads nothing more in this direction, of this connection alone.
  public void stall(Direction direction) {
    sky.stall(direction);
  }

  /// Reads again; if the target had vanished, what comes now is reset.
  public void resume() {
    vanished = false;
    sky.resume();
  }

  /// Resets the target's side and leaves the client's open and silent, as when a machine vanishes.
  public void vanishTarget() {
    vanished = true;
    stall(Direction.TO_TARGET);
    stall(Direction.TO_CLIENT);
    resetSocket(target);
  }

  /// Resets both sides.
  public void reset() {
    end();
    resetSocket(client);
    resetSocket(target);
    ended.accept(this);
  }

  /// Closes both sides in order, dropping what is under way.
  public void close() {
    end();
    closeSocket(client);
    closeSocket(target);
    ended.accept(this);
  }

  private void end() {
    sky.end();
    toTarget.wake();
    toClient.wake();
  }

  void weather(Weather weather) {
    sky.set(weather);
  }

  static void resetSocket(Socket socket) {
    try {
      socket.setSoLinger(true, 0);
    } catch (IOException closedAlready) {
      // Then there is nobody left to tell.
    }
    closeSocket(socket);
  }

  private static void closeSocket(Socket socket) {
    try {
      socket.close();
    } catch (IOException closedAlready) {
      // A second close has nothing to do.
    }
  }
}
