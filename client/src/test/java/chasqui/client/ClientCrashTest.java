package chasqui.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import chasqui.client.session.MessageIds;
import chasqui.client.store.FileStore;
import chasqui.edge.v1.ClientFrame;
import chasqui.edge.v1.EdgeServiceGrpc;
import chasqui.edge.v1.Send;
import chasqui.edge.v1.ServerFrame;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A client in a process of its own, killed in the middle of sending.
final class ClientCrashTest {
  private static final int SENDS = 64;

  @TempDir
  Path folder;

  /// Takes messages and never answers.
  private static final class Silent extends EdgeServiceGrpc.EdgeServiceImplBase {
    final LinkedBlockingQueue<Send> sends = new LinkedBlockingQueue<>();

    @Override
    public StreamObserver<ClientFrame> connect(StreamObserver<ServerFrame> responses) {
      return new StreamObserver<>() {
        @Override
        public void onNext(ClientFrame frame) {
          if (frame.hasHello()) {
            responses.onNext(Frames.welcome(SENDS));
          } else if (frame.hasSend()) {
            sends.add(frame.getSend());
          }
        }

        @Override
        public void onError(Throwable failure) {}

        @Override
        public void onCompleted() {
          responses.onCompleted();
        }
      };
    }
  }

  /// The client that is killed.
  static final class Child {
    private Child() {}

    public static void main(String[] arguments) throws IOException {
      var client = ChasquiClient.builder()
          .endpoints("127.0.0.1:" + arguments[0])
          .token(TokenSource.fixed("t"))
          .deviceId("a1")
          .dataFolder(Path.of(arguments[1]))
          .connect();
      for (int i = 0; i < 5_000; i++) {
        client.sendText(Frames.CONVERSATION, "message " + i);
      }
      // Killed before that, unless the test itself is gone: all threads of the client are daemons.
      System.in.read();
    }
  }

  @Test
  void whatever_reached_the_server_is_still_in_the_outbox_after_a_kill() throws Exception {
    var silent = new Silent();
    var server = NettyServerBuilder.forAddress(new InetSocketAddress("127.0.0.1", 0)).addService(silent).build().start();
    var child = new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx256m",
            "--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow",
            "-cp", System.getProperty("java.class.path"), Child.class.getName(),
            Integer.toString(server.getPort()), folder.toString())
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
        .start();
    var received = new ArrayList<Send>();
    try {
      while (received.size() < SENDS) {
        var send = silent.sends.poll(50, TimeUnit.SECONDS);
        assertTrue(send != null, "only " + received.size() + " messages came");
        received.add(send);
      }
    } finally {
      child.destroyForcibly();
      assertTrue(child.waitFor(20, TimeUnit.SECONDS));
      server.shutdownNow().awaitTermination();
    }
    try (var store = new FileStore(folder, Runnable::run)) {
      var kept = store.restored().unanswered();
      assertEquals(List.of(), received.stream().filter(send -> !kept.contains(send)).toList());
      assertEquals(kept.size(), new HashSet<>(kept).size());
      var last = kept.getLast().getClientMessageId();
      assertEquals(MessageIds.counter(last), store.restored().counter());
    }
  }
}
