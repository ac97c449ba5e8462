package chasqui.client;

import static chasqui.client.Frames.CONVERSATION;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import chasqui.client.session.ClientEvent;
import chasqui.edge.v1.ClientFrame;
import chasqui.edge.v1.EdgeServiceGrpc;
import chasqui.edge.v1.ServerFrame;
import io.grpc.Server;
import io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.netty.handler.ssl.SslContext;
import java.io.FileInputStream;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.LongStream;
import javax.net.ssl.KeyManagerFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Real connections on this machine.
final class TransportTest {
  private static final long POLL_NANOS = 1_000_000;
  private static final String PASSWORD = "not a secret";

  @TempDir
  Path folder;

  /// Accepts every message, and may have something to say as fast as the client takes it.
  private static final class Chatty extends EdgeServiceGrpc.EdgeServiceImplBase {
    final AtomicLong said = new AtomicLong();
    final AtomicLong accepted = new AtomicLong();
    private final long toSay;

    Chatty(long toSay) {
      this.toSay = toSay;
    }

    @Override
    public StreamObserver<ClientFrame> connect(StreamObserver<ServerFrame> responses) {
      var stream = (ServerCallStreamObserver<ServerFrame>) responses;
      var welcomed = new CountDownLatch(1);
      stream.setOnReadyHandler(() -> say(stream, welcomed));
      return new StreamObserver<>() {
        @Override
        public void onNext(ClientFrame frame) {
          if (frame.hasHello()) {
            stream.onNext(Frames.welcome());
            stream.onNext(Frames.caughtUp());
            welcomed.countDown();
            say(stream, welcomed);
          } else if (frame.hasSend()) {
            stream.onNext(Frames.accepted(frame.getSend(), accepted.incrementAndGet()));
          }
        }

        @Override
        public void onError(Throwable failure) {}

        @Override
        public void onCompleted() {
          stream.onCompleted();
        }
      };
    }

    private void say(ServerCallStreamObserver<ServerFrame> stream, CountDownLatch welcomed) {
      while (welcomed.getCount() == 0 && stream.isReady() && said.get() < toSay) {
        long seq = said.incrementAndGet();
        stream.onNext(Frames.delivery(seq - 1, seq));
      }
    }
  }

  private static Server serve(Chatty chatty, SslContext tls) throws Exception {
    var builder = NettyServerBuilder.forAddress(new InetSocketAddress("127.0.0.1", 0)).addService(chatty)
        .directExecutor();
    return (tls == null ? builder : builder.sslContext(tls)).build().start();
  }

  private static ChasquiClientBuilder to(Server server, ClientListener listener) {
    return ChasquiClient.builder()
        .endpoints("127.0.0.1:" + server.getPort())
        .token(TokenSource.fixed("t"))
        .deviceId("a1")
        .listener(listener);
  }

  @Test
  void many_messages_go_through_a_real_connection_and_a_data_folder() throws Exception {
    var server = serve(new Chatty(0), null);
    try (var client = to(server, new EventLog()).dataFolder(folder).connect()) {
      var all = LongStream.range(0, 3_000).mapToObj(i -> client.sendText(CONVERSATION, "m" + i)).toList();
      var seqs = all.stream().map(ChasquiClient::await).map(SendReceipt::seq).toList();
      assertEquals(LongStream.rangeClosed(1, 3_000).boxed().toList(), seqs);
    } finally {
      server.shutdownNow().awaitTermination();
    }
  }

  @Test
  void a_listener_that_is_behind_stops_the_server_not_the_client() throws Exception {
    // More than any window and socket buffer takes: HTTP/2's window grows to 8 MiB where answers are slow.
    var chatty = new Chatty(400_000);
    var server = serve(chatty, null);
    var go = new CompletableFuture<Void>();
    var shown = new AtomicInteger();
    var received = new AtomicInteger();
    var tap = new FrameTap() {
      @Override
      public void received(long connectNumber, ServerFrame frame) {
        received.incrementAndGet();
      }
    };
    ClientListener slow = event -> {
      if (event instanceof ClientEvent.EntryReceived) {
        go.join();
        shown.incrementAndGet();
      }
    };
    try (var _ = to(server, slow).tap(tap).connect()) {
      awaitSteady(received);
      // Two events a frame at the least, and what gRPC had under way.
      assertTrue(received.get() <= ListenerQueue.HIGH_WATER + 32, "read on: " + received.get());
      assertTrue(chatty.said.get() < 400_000, "the server was not stopped");
      int stoppedAt = received.get();
      go.complete(null);
      long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(40);
      while (shown.get() < stoppedAt + 1_000) {
        assertTrue(System.nanoTime() < deadline, "shown " + shown.get() + " after it was stopped at " + stoppedAt);
        LockSupport.parkNanos(POLL_NANOS);
      }
    } finally {
      go.complete(null);
      server.shutdownNow().awaitTermination();
    }
  }

  /// Waits until nothing more comes for a while.
  private static void awaitSteady(AtomicInteger count) {
    long since = System.nanoTime();
    int last = -1;
    while (last < 1 || System.nanoTime() - since < TimeUnit.MILLISECONDS.toNanos(500)) {
      if (count.get() != last) {
        last = count.get();
        since = System.nanoTime();
      }
      LockSupport.parkNanos(POLL_NANOS);
    }
  }

  @Test
  void a_trusted_certificate_is_accepted_and_another_is_not() throws Exception {
    var keys = keyStore();
    var server = serve(new Chatty(0), tls(keys));
    try {
      var told = new EventLog();
      try (var client = to(server, told).trust(certificate(keys)).connect()) {
        assertEquals(1, ChasquiClient.await(client.sendText(CONVERSATION, "hi")).seq());
      }
      var refused = new EventLog();
      try (var _ = to(server, refused).tls().connect()) {
        refused.await(ClientEvent.ConnectFailed.class, 1);
        assertTrue(refused.all(ClientEvent.Connected.class).isEmpty());
      }
    } finally {
      server.shutdownNow().awaitTermination();
    }
  }

  private Path keyStore() throws Exception {
    var file = folder.resolve("keys.p12");
    var process = new ProcessBuilder(List.of(
            Path.of(System.getProperty("java.home"), "bin", "keytool").toString(), "-genkeypair", "-alias", "edge",
            "-keyalg", "EC", "-groupname", "secp256r1", "-dname", "CN=edge", "-ext", "san=ip:127.0.0.1",
            "-storetype", "PKCS12", "-keystore", file.toString(), "-storepass", PASSWORD))
        .inheritIO().start();
    assertEquals(0, process.waitFor());
    return file;
  }

  private static KeyStore read(Path file) throws Exception {
    var store = KeyStore.getInstance("PKCS12");
    try (var input = new FileInputStream(file.toFile())) {
      store.load(input, PASSWORD.toCharArray());
    }
    return store;
  }

  private static SslContext tls(Path keys) throws Exception {
    var factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    factory.init(read(keys), PASSWORD.toCharArray());
    return GrpcSslContexts.configure(io.netty.handler.ssl.SslContextBuilder.forServer(factory)).build();
  }

  private Path certificate(Path keys) throws Exception {
    var encoded = Base64.getMimeEncoder().encodeToString(read(keys).getCertificate("edge").getEncoded());
    return Files.writeString(
        folder.resolve("ca.pem"), "-----BEGIN CERTIFICATE-----\n" + encoded + "\n-----END CERTIFICATE-----\n");
  }
}
