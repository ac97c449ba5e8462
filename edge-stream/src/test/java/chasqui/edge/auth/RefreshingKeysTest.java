package chasqui.edge.auth;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.metrics.Meter;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.SynchronousQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Keys from files and addresses; what cannot be read changes nothing.
class RefreshingKeysTest {

  private static final Meter METER = OpenTelemetry.noop().getMeter("test");

  @TempDir
  private Path data;

  private ScheduledExecutorService background;
  private String first;
  private String second;

  @BeforeEach
  void start() throws IOException {
    background = Executors.newSingleThreadScheduledExecutor();
    first = DevKeys.of(data.resolve("first")).jwks();
    second = DevKeys.of(data.resolve("second")).jwks();
  }

  @AfterEach
  void stop() {
    background.shutdownNow();
  }

  @Test
  void a_failed_refresh_keeps_the_last_good_set() throws Exception {
    SynchronousQueue<String> documents = new SynchronousQueue<>();
    Queue<String> given = new ArrayDeque<>();
    given.add(first);
    JwksLoader loader = () -> given.isEmpty() ? documents.take() : given.poll();
    try (RefreshingKeys keys = RefreshingKeys.start(loader, "test", Duration.ofMillis(1), background, METER)) {
      VerifyingKeys good = keys.current();
      documents.put("no document");
      documents.put("{\"keys\":[]}");
      // The third is only taken once the second was judged.
      documents.put(second);
      documents.put("no document");
      assertTrue(keys.current() != good, "the good set after the bad ones was taken");
    }
  }

  @Test
  void a_file_is_read_and_its_absence_is_told() throws Exception {
    Path file = data.resolve("jwks.json");
    String location = file.toString();
    assertThrows(UnusableKeysException.class, () -> RefreshingKeys.start(location, Duration.ofHours(1), background, METER));
    Files.writeString(file, first);
    try (RefreshingKeys keys = RefreshingKeys.start(location, Duration.ofHours(1), background, METER)) {
      assertEquals(1, keys.current().size());
      keys.missed();
      assertSame(keys.current(), keys.current());
    }
  }

  @Test
  void an_address_is_read_and_its_failures_are_told() throws Exception {
    HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    answer(server, "/jwks", 200, first);
    answer(server, "/gone", 404, first);
    answer(server, "/huge", 200, "x".repeat(JwksLoader.BYTES_MAX + 1));
    server.start();
    try {
      String base = "http://127.0.0.1:" + server.getAddress().getPort();
      try (RefreshingKeys keys = RefreshingKeys.start(base + "/jwks", Duration.ofHours(1), background, METER)) {
        assertEquals(1, keys.current().size());
      }
      for (String path : new String[] {"/gone", "/huge"}) {
        assertThrows(UnusableKeysException.class, () -> RefreshingKeys.start(base + path, Duration.ofHours(1), background, METER));
      }
    } finally {
      server.stop(0);
    }
  }

  @Test
  void an_address_that_anybody_on_the_way_can_alter_is_refused() {
    var failure = assertThrows(UnusableKeysException.class, () -> JwksLoader.of("http://192.0.2.1/jwks"));
    assertTrue(failure.getMessage().contains("https"), failure.getMessage());
  }

  private static void answer(HttpServer server, String path, int code, String body) {
    server.createContext(path, exchange -> {
      byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
      try (exchange) {
        exchange.sendResponseHeaders(code, bytes.length);
        exchange.getResponseBody().write(bytes);
      } catch (IOException readerGone) {
        // The reader had enough.
      }
    });
  }
}
