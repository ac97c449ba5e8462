package chasqui.envoy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import chasqui.discovery.NodeState;
import chasqui.testkit.process.Await;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Status;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What Envoy does to streams and calls, between ends that do as they are told: no timeout of its own ends a stream, each
/// of them would if it were set, nothing is repeated, and nothing that a client says of itself arrives.
class LongStreamIT {

  private static final String STREAM = "chasqui.edge.v1.EdgeService/Connect";
  private static final String LINGER = "chasqui.edge.v1.EdgeService/Linger";
  private static final Duration LOWERED = Duration.ofSeconds(4);

  @TempDir
  private Path folder;

  private final EchoEdge edge = EchoEdge.start();
  private final Map<Front, ManagedChannel> channels = new HashMap<>();
  private final List<AutoCloseable> started = new ArrayList<>();

  @BeforeEach
  void needs_envoy() {
    Front.program();
  }

  @AfterEach
  void stop() throws Exception {
    for (AutoCloseable any : started.reversed()) {
      any.close();
    }
    edge.close();
  }

  private EchoStream open(Front front, String method, String... headers) {
    return new EchoStream(channels.computeIfAbsent(front, this::connect), method, headers);
  }

  private ManagedChannel connect(Front front) {
    started.add(front);
    front.announce("edge-1", edge.address(), NodeState.READY);
    ManagedChannel channel = EchoEdge.channel(front);
    started.add(channel::shutdownNow);
    return channel;
  }

  /// Lets a time go by in which every lowered timeout strikes, until all of these streams have ended, in which others give
  /// signs of life.
  private static void goBy(List<EchoStream> doomed, EchoStream... beating) {
    long end = System.nanoTime() + LOWERED.multipliedBy(2).toNanos();
    AtomicLong beat = new AtomicLong(System.nanoTime());
    Await.until(Front.PATIENCE, "the lowered timeouts strike", () -> {
      if (System.nanoTime() - beat.get() > 200_000_000) {
        List.of(beating).stream().filter(EchoStream::isOpen).forEach(EchoStream::pingOrEnd);
        beat.set(System.nanoTime());
      }
      return System.nanoTime() - end > 0 && doomed.stream().noneMatch(EchoStream::isOpen);
    });
  }

  @Test
  void no_timeout_ends_a_stream_that_lives_and_each_would_if_it_were_set() {
    String lowered = LOWERED.toSeconds() + "s";
    Front rendered = Front.l7(folder.resolve("rendered"), Map.of());
    Front idle = Front.l7(folder.resolve("idle"), Map.of("stream_idle_seconds", String.valueOf(LOWERED.toSeconds())));
    Front route = Front.edited(folder.resolve("route"), "cluster: edges, timeout: 0s", "cluster: edges, timeout: " + lowered);
    Front request = Front.edited(folder.resolve("request"), "request_timeout: 0s", "request_timeout: " + lowered);
    Front longest = Front.edited(folder.resolve("longest"), "cluster: edges, timeout: 0s",
        "cluster: edges, timeout: 0s, max_stream_duration: { max_stream_duration: " + lowered + " }");
    List.of(rendered, idle, route, request, longest).forEach(front -> channels.put(front, connect(front)));
    EchoStream silent = open(rendered, STREAM);
    EchoStream quietFromTheStart = open(rendered, STREAM);
    EchoStream halfClosed = open(rendered, LINGER);
    EchoStream routeTimeout = open(route, LINGER);
    List.of(silent, halfClosed, routeTimeout).forEach(EchoStream::ping);
    halfClosed.halfClose();
    routeTimeout.halfClose();
    EchoStream requestTimeout = open(request, STREAM);
    EchoStream duration = open(longest, STREAM);
    EchoStream fallenSilent = open(idle, STREAM);
    EchoStream beating = open(idle, STREAM);
    beating.ping();
    goBy(List.of(fallenSilent, routeTimeout, requestTimeout, duration), beating, duration);
    assertTrue(halfClosed.isOpen(), "rendered: what a client is still to get comes");
    List.of(silent, quietFromTheStart).forEach(EchoStream::ping);
    beating.ping();
    // That they ended was awaited: the idle timeout is what heartbeats keep away, the route's counts from the end of the
    // request, the request's until the first answer, the longest duration whatever is said.
    idle.awaitStat("http.clients.downstream_rq_idle_timeout", 1);
  }

  @Test
  void nothing_is_repeated_even_if_a_client_asks_for_it() {
    Front front = Front.l7(folder, Map.of());
    EchoStream refused = open(front, "chasqui.message.v1.MessageService/Refuse",
        "x-envoy-retry-on", "5xx,unavailable,retriable-headers", "x-envoy-retry-grpc-on", "unavailable", "x-envoy-max-retries", "5");
    assertEquals(Status.Code.UNAVAILABLE, refused.end().getCode());
    assertEquals(1, edge.asked().size());
    assertEquals(0, front.envoy().stat("cluster.edges.upstream_rq_retry"));
  }

  @Test
  void nothing_that_a_client_says_of_itself_arrives() {
    Front front = Front.l7(folder, Map.of());
    EchoStream stream = open(front, STREAM,
        "x-chasqui-user", "admin", "x-chasqui-internal", "1", "x-forwarded-for", "10.0.0.1", "x-forwarded-proto", "http",
        "x-forwarded-host", "inside", "forwarded", "for=10.0.0.1", "x-real-ip", "10.0.0.1", "x-envoy-internal", "true",
        "x-envoy-original-path", "/chasqui.router.v1.RouterLinkService/Attach", "x-envoy-upstream-rq-timeout-ms", "1",
        "x-request-id", "chosen", "traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");
    stream.ping();
    Metadata asked = edge.asked().getFirst();
    assertTrue(header(asked, "x-forwarded-for").matches("[0-9.]+") && !header(asked, "x-forwarded-for").equals("10.0.0.1"),
        "Envoy's word alone: " + header(asked, "x-forwarded-for"));
    assertEquals("https", header(asked, "x-forwarded-proto"));
    assertTrue(!header(asked, "x-request-id").equals("chosen"));
    assertTrue(header(asked, "traceparent").startsWith("00-0af7651916cd43dd"), "what clients may say goes through");
    for (String name : asked.keys()) {
      assertTrue(!name.startsWith("x-chasqui-") && !name.startsWith("x-envoy-internal") && !name.startsWith("x-envoy-original")
          && !name.startsWith("x-envoy-upstream") && !name.equals("forwarded") && !name.equals("x-real-ip")
          && !name.equals("x-forwarded-host"), name + " in " + asked.keys());
    }
    front.awaitStat("cluster.edges.external.upstream_rq_200", 1);
    assertEquals(0, front.envoy().stat("cluster.edges.internal.upstream_rq_200"), "nobody is internal by address");
  }

  private static String header(Metadata headers, String name) {
    return String.valueOf(headers.get(Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER)));
  }
}
