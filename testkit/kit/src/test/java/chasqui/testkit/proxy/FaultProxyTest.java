package chasqui.testkit.proxy;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import chasqui.testkit.process.Await;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class FaultProxyTest {
  private static final Duration LIMIT = Duration.ofSeconds(20);
  /// How long nothing must come for it to count as nothing.
  private static final int SILENCE_MILLIS = 150;

  private final List<Socket> sockets = new ArrayList<>();
  private final AtomicLong connectionsAtTarget = new AtomicLong();
  private ServerSocket target;
  private Thread server;
  private FaultProxy proxy;

  @BeforeEach
  void begin() throws IOException {
    target = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    server = Thread.ofVirtual().start(this::serve);
    proxy = FaultProxy.to(target.getLocalPort());
  }

  @AfterEach
  void end() throws Exception {
    proxy.close();
    assertEquals(List.of(), proxy.connections());
    for (Socket socket : sockets) {
      socket.close();
    }
    closeTarget();
  }

  /// A listening socket takes connections until the thread in its accept has left.
  private void closeTarget() throws Exception {
    target.close();
    server.join();
  }

  /// Gives back every byte that comes, then closes.
  private void serve() {
    try {
      while (true) {
        Socket socket = target.accept();
        connectionsAtTarget.incrementAndGet();
        Thread.ofVirtual().start(() -> echo(socket));
      }
    } catch (IOException closed) {
      // The test is over.
    }
  }

  private static void echo(Socket socket) {
    try (socket) {
      socket.getInputStream().transferTo(socket.getOutputStream());
    } catch (IOException broken) {
      // As the tests want it.
    }
  }

  private Socket connect() throws IOException {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), proxy.port());
    socket.setSoTimeout((int) LIMIT.toMillis());
    sockets.add(socket);
    return socket;
  }

  private static void say(Socket socket, String text) throws IOException {
    socket.getOutputStream().write(text.getBytes(UTF_8));
  }

  private static String hear(Socket socket, int bytes) throws IOException {
    return new String(socket.getInputStream().readNBytes(bytes), UTF_8);
  }

  private static void assertSilent(Socket socket) throws IOException {
    socket.setSoTimeout(SILENCE_MILLIS);
    assertThrows(SocketTimeoutException.class, () -> socket.getInputStream().read());
    socket.setSoTimeout((int) LIMIT.toMillis());
  }

  /// One echo has gone through, so the proxy knows the connection.
  private Socket connected() throws IOException {
    Socket socket = connect();
    say(socket, "hello");
    assertEquals("hello", hear(socket, 5));
    return socket;
  }

  /// A client may be connected before the proxy has got to it.
  private ProxyConnection only() {
    Await.until(LIMIT, "one connection", () -> proxy.connections().size() == 1);
    return proxy.connections().getFirst();
  }

  @Test
  void passesEverythingBothWaysAndTheEnd() throws Exception {
    Socket socket = connect();
    byte[] much = new byte[3_000_000];
    new Random(1).nextBytes(much);
    Thread writer = Thread.ofVirtual().start(() -> {
      try {
        socket.getOutputStream().write(much);
        socket.shutdownOutput();
      } catch (IOException e) {
        throw new IllegalStateException(e);
      }
    });
    assertArrayEquals(much, socket.getInputStream().readAllBytes());
    writer.join();
    Await.until(LIMIT, "the connection to be forgotten", () -> proxy.connections().isEmpty());
  }

  @Test
  void knowsItsConnections() throws IOException {
    Socket socket = connected();
    assertEquals(socket.getLocalPort(), only().clientPort());
    // A byte is counted once it was passed on: by then it may have come back.
    Await.until(LIMIT, "both counts", () ->
        only().carriedBytes(Direction.TO_CLIENT) == 5 && only().carriedBytes(Direction.TO_TARGET) == 5);
    Await.until(LIMIT, "nothing under way", () -> only().underWayBytes(Direction.TO_TARGET) == 0);
  }

  @Test
  void latencyHoldsEveryByteBackAndKeepsTheOrder() throws IOException {
    Socket socket = connected();
    proxy.weather(weather -> weather.withLatency(Duration.ofMillis(60), Duration.ofMillis(40)));
    long before = System.nanoTime();
    say(socket, "a");
    say(socket, "b");
    say(socket, "c");
    assertEquals("abc", hear(socket, 3));
    assertTrue(System.nanoTime() - before >= 120_000_000, "two ways of 60 ms each");
  }

  @Test
  void bandwidthIsLimited() throws IOException {
    Socket socket = connected();
    proxy.weather(weather -> weather.withBytesPerSecond(100_000));
    long before = System.nanoTime();
    say(socket, "x".repeat(20_000));
    hear(socket, 20_000);
    assertTrue(System.nanoTime() - before >= 200_000_000, "20,000 bytes at 100,000 a second");
  }

  @Test
  void aStallInOneDirectionIsSilentAndEnds() throws IOException {
    Socket socket = connected();
    proxy.weather(weather -> weather.withStall(Direction.TO_CLIENT));
    say(socket, "answer?");
    Await.until(LIMIT, "the question to pass", () -> only().carriedBytes(Direction.TO_TARGET) == 12);
    assertSilent(socket);
    proxy.calm();
    assertEquals("answer?", hear(socket, 7));
  }

  @Test
  void duringAStallNewConnectionsAreAcceptedAndReadNothing() throws IOException {
    proxy.weather(weather -> weather.withStall(Direction.values()));
    Socket socket = connect();
    say(socket, "anybody");
    ProxyConnection connection = only();
    assertSilent(socket);
    assertEquals(0, connection.carriedBytes(Direction.TO_TARGET));
    proxy.calm();
    assertEquals("anybody", hear(socket, 7));
  }

  @Test
  void oneConnectionStallsAlone() throws IOException {
    Socket stuck = connected();
    only().stall(Direction.TO_TARGET);
    Socket free = connect();
    say(free, "free");
    assertEquals("free", hear(free, 4));
    say(stuck, "stuck");
    assertSilent(stuck);
    proxy.connections().getFirst().resume();
    assertEquals("stuck", hear(stuck, 5));
  }

  @Test
  void aResetIsHeardByTheClient() throws IOException {
    Socket socket = connected();
    proxy.resetAll();
    assertThrows(SocketException.class, () -> socket.getInputStream().read());
    Await.until(LIMIT, "the connection to be forgotten", () -> proxy.connections().isEmpty());
  }

  @Test
  void aVanishedTargetIsNotHeardAtAll() throws IOException {
    Socket socket = connected();
    ProxyConnection connection = only();
    connection.vanishTarget();
    say(socket, "into the void");
    assertSilent(socket);
    assertEquals(List.of(connection), proxy.connections());
    connection.resume();
    assertThrows(SocketException.class, () -> {
      // The first bytes may still be taken before the reset is back.
      while (socket.getInputStream().read() >= 0) {
        say(socket, "more");
      }
      throw new SocketException("closed in order");
    });
  }

  @Test
  void aConnectionIsDroppedAfterSoManyBytes() throws IOException {
    proxy.weather(weather -> weather.withDropAfterBytes(8));
    Socket socket = connect();
    say(socket, "12345");
    StringBuilder heard = new StringBuilder();
    assertThrows(SocketException.class, () -> {
      for (int c = socket.getInputStream().read(); c >= 0; c = socket.getInputStream().read()) {
        heard.append((char) c);
      }
    });
    assertTrue("123".startsWith(heard.toString()), "heard " + heard);
  }

  @Test
  void aCloseIsPassedOnLate() throws IOException {
    Socket socket = connected();
    proxy.weather(weather -> weather.withCloseDelay(Duration.ofMillis(100)));
    long before = System.nanoTime();
    socket.shutdownOutput();
    assertEquals(-1, socket.getInputStream().read());
    assertTrue(System.nanoTime() - before >= 200_000_000, "100 ms there and 100 ms back");
  }

  @Test
  void refusesNewConnectionsAndTakesThemAgain() throws IOException {
    Socket old = connected();
    proxy.refuse();
    assertThrows(ConnectException.class, this::connect);
    say(old, "still here");
    assertEquals("still here", hear(old, 10));
    proxy.allow();
    connectedAgain();
  }

  private void connectedAgain() throws IOException {
    Socket socket = connect();
    say(socket, "again");
    assertEquals("again", hear(socket, 5));
  }

  @Test
  void aTargetThatIsGoneResetsTheClient() throws Exception {
    closeTarget();
    Socket socket = connect();
    assertThrows(SocketException.class, () -> socket.getInputStream().read());
  }

  @Test
  void whatIsUnderWayIsBounded() throws Exception {
    Socket socket = connected();
    only().stall(Direction.TO_CLIENT);
    Thread writer = Thread.ofVirtual().start(() -> {
      try {
        byte[] block = new byte[64 * 1024];
        while (true) {
          socket.getOutputStream().write(block);
        }
      } catch (IOException closed) {
        // The test is over.
      }
    });
    AtomicLong last = new AtomicLong(-1);
    AtomicInteger same = new AtomicInteger();
    // How much passes until then is up to the machine's own buffers.
    Await.until(LIMIT, "the flow to stop", () -> {
      long carried = only().carriedBytes(Direction.TO_TARGET);
      boolean still = last.getAndSet(carried) == carried && full();
      return (still ? same.incrementAndGet() : same.getAndSet(0)) >= 20;
    });
    assertTrue(only().underWayBytes(Direction.TO_TARGET) <= (Pump.CHUNKS_MAX + 2) * Pump.CHUNK_BYTES);
    assertTrue(only().underWayBytes(Direction.TO_CLIENT) <= (Pump.CHUNKS_MAX + 2) * Pump.CHUNK_BYTES);
    proxy.resetAll();
    writer.join();
  }

  private boolean full() {
    return only().underWayBytes(Direction.TO_TARGET) >= (long) Pump.CHUNKS_MAX * Pump.CHUNK_BYTES / 2;
  }

  @Test
  void aHundredConnectionsLeaveNoThreadBehind() throws IOException {
    for (int i = 0; i < 100; i++) {
      connectedAgain();
    }
    assertEquals(100, proxy.connections().size());
    proxy.resetAll();
    Await.until(LIMIT, "all threads to end", () -> proxy.threadsRunning() == 1);
    assertEquals(100, connectionsAtTarget.get());
  }
}
