package chasqui.envoy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import chasqui.discovery.NodeState;
import chasqui.testkit.process.Await;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/// Clients that keep to nothing, before a real Envoy with real edges behind: what they do ends at Envoy, and two people
/// who share the connections to the edges with them chat on, on the streams that they had.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class HostileClientsIT {

  private static final String CONNECT = "/chasqui.edge.v1.EdgeService/Connect";

  private Town town;
  private Front front;
  private Town.Person alice;
  private Town.Person bob;
  private String conversation;
  private int said;
  private int streams;

  @BeforeAll
  void start(@TempDir Path folder) {
    Front.program();
    town = Town.start(folder.resolve("data"));
    front = Front.l7(folder.resolve("front"), Map.of());
    front.announce("edge-1", town.edge(0).address(), NodeState.READY);
    front.announce("edge-2", town.edge(1).address(), NodeState.READY);
    alice = town.person("alice", front);
    bob = town.person("bob", front);
    conversation = alice.direct("bob");
    streams = 2;
    othersChatOn();
  }

  /// What one test did to them is not told of the next.
  @BeforeEach
  void count() {
    streams = alice.streams() + bob.streams();
  }

  @AfterAll
  void stop() {
    for (AutoCloseable any : new AutoCloseable[] {alice, bob, front, town}) {
      try {
        if (any != null) {
          any.close();
        }
      } catch (Exception failed) {
        throw new AssertionError(failed);
      }
    }
  }

  private void othersChatOn() {
    said++;
    alice.say(conversation, "to bob " + said);
    bob.hear("to bob " + said);
    bob.say(conversation, "to alice " + said);
    alice.hear("to alice " + said);
    assertEquals(streams, alice.streams() + bob.streams(), "on the streams that they had");
    assertEquals(0, front.envoy().stat("cluster.edges.upstream_cx_destroy_remote_with_active_rq"), "no edge cut a connection");
  }

  @Test
  void only_public_services_are_there() {
    for (String method : new String[] {
        "chasqui.router.v1.RouterLinkService/Attach", "chasqui.mailbox.v1.MailboxLinkService/Attach",
        "chasqui.registry.v1.RegistryLinkService/Attach", "chasqui.presence.v1.PresenceLinkService/Attach",
        "chasqui.cluster.v1.ProbeService/Probe", "grpc.health.v1.Health/Check",
        "grpc.reflection.v1.ServerReflection/ServerReflectionInfo", "chasqui.edge.v1.EdgeService2/Connect"}) {
      ManagedChannel channel = EchoEdge.channel(front);
      try {
        assertEquals(Status.Code.UNIMPLEMENTED, new EchoStream(channel, method).end().getCode(), method);
      } finally {
        channel.shutdownNow();
      }
    }
    long upstream = front.envoy().stat("cluster.edges.upstream_rq_total");
    try (RawHttp2 raw = RawHttp2.to(front)) {
      for (String path : new String[] {"/chasqui.edge.v1.EdgeService/../chasqui.router.v1.RouterLinkService/Attach",
          "/chasqui.edge.v1.EdgeService%2f..%2fchasqui.router.v1.RouterLinkService/Attach",
          "//chasqui.router.v1.RouterLinkService/Attach", "/"}) {
        int stream = raw.next();
        raw.request(stream, path);
        Await.until(Front.PATIENCE, path + " is answered", () -> raw.isAnswered(stream) || raw.isReset(stream));
      }
      assertFalse(raw.isEnded());
    }
    assertEquals(upstream, front.envoy().stat("cluster.edges.upstream_rq_total"), "nothing of it reached an edge");
    othersChatOn();
  }

  @Test
  void no_cipher_is_taken_that_is_not_aead() {
    assertTrue(RawHttp2.canShakeHands(front, "TLSv1.3", "TLS_AES_128_GCM_SHA256"));
    assertTrue(RawHttp2.canShakeHands(front, "TLSv1.2", "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256"));
    assertFalse(RawHttp2.canShakeHands(front, "TLSv1.2", "TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA256"));
    assertFalse(RawHttp2.canShakeHands(front, "TLSv1.2", "TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA"));
  }

  @Test
  void a_request_that_is_no_http_ends_alone() {
    try (RawHttp2 raw = RawHttp2.to(front)) {
      int good = raw.next();
      raw.request(good, CONNECT);
      int upperCase = raw.next();
      raw.request(upperCase, CONNECT, "X-Upper", "1");
      int noPath = raw.next();
      raw.frame(RawHttp2.HEADERS, RawHttp2.END_HEADERS, noPath, new byte[] {(byte) 0x83});
      Await.until(Front.PATIENCE, "both are reset", () -> raw.isReset(upperCase) && raw.isReset(noPath));
      assertFalse(raw.isReset(good), "the others of the connection live");
      assertFalse(raw.isEnded());
    }
    othersChatOn();
  }

  @Test
  void headers_that_are_too_large_end_their_stream_before_an_edge_sees_them() {
    long upstream = front.envoy().stat("cluster.edges.upstream_rq_total");
    try (RawHttp2 raw = RawHttp2.to(front)) {
      int large = raw.next();
      raw.request(large, CONNECT, "padding", "x".repeat(7 * 1024));
      Await.until(Front.PATIENCE, "it is refused", () -> raw.isAnswered(large) || raw.isReset(large) || raw.isEnded());
    }
    try (RawHttp2 raw = RawHttp2.to(front)) {
      int many = raw.next();
      String[] names = new String[120];
      for (int i = 0; i < names.length; i += 2) {
        names[i] = "n" + i;
        names[i + 1] = "v";
      }
      raw.request(many, CONNECT, names);
      Await.until(Front.PATIENCE, "it is refused", () -> raw.isAnswered(many) || raw.isReset(many) || raw.isEnded());
    }
    assertEquals(upstream, front.envoy().stat("cluster.edges.upstream_rq_total"));
    othersChatOn();
  }

  @Test
  void the_largest_headers_that_envoy_takes_do_not_end_the_connection_that_others_share() {
    long upstream = front.envoy().stat("cluster.edges.upstream_rq_total");
    for (int round = 0; round < 4; round++) {
      try (RawHttp2 raw = RawHttp2.to(front)) {
        String[] names = new String[60];
        for (int i = 0; i < names.length; i += 2) {
          names[i] = "n" + i;
          names[i + 1] = "v".repeat(170);
        }
        raw.request(raw.next(), CONNECT, names);
        long wanted = upstream + round + 1;
        front.awaitStat("cluster.edges.upstream_rq_total", wanted);
        raw.ping();
      }
    }
    othersChatOn();
  }

  @Test
  void rapid_reset_is_cut() {
    long cut = front.envoy().stat("http.clients.downstream_rq_too_many_premature_resets");
    try (RawHttp2 raw = RawHttp2.to(front)) {
      int opened = 0;
      while (opened < 5_000 && !raw.isEnded()) {
        int stream = raw.next();
        if (!raw.request(stream, CONNECT) || !raw.reset(stream)) {
          break;
        }
        opened++;
      }
      Await.until(Front.PATIENCE, "the connection is cut", raw::isEnded);
    }
    front.awaitStat("http.clients.downstream_rq_too_many_premature_resets", cut + 1);
    othersChatOn();
  }

  @Test
  void a_flood_of_headers_that_never_end_is_cut() {
    try (RawHttp2 raw = RawHttp2.to(front)) {
      int stream = raw.next();
      raw.frame(RawHttp2.HEADERS, 0, stream, RawHttp2.block(CONNECT));
      int frames = 0;
      while (frames < 20_000 && raw.frame(RawHttp2.CONTINUATION, 0, stream, RawHttp2.more("n" + frames, "x".repeat(200)))
          && !raw.isEnded()) {
        frames++;
      }
      Await.until(Front.PATIENCE, "the connection is cut", raw::isEnded);
      assertTrue(frames < 20_000, frames + " frames");
    }
    othersChatOn();
  }

  @Test
  void a_flood_of_empty_frames_is_cut() {
    try (RawHttp2 raw = RawHttp2.to(front)) {
      int stream = raw.next();
      raw.request(stream, CONNECT);
      int frames = 0;
      while (frames < 20_000 && raw.frame(RawHttp2.DATA, 0, stream, new byte[0]) && !raw.isEnded()) {
        frames++;
      }
      Await.until(Front.PATIENCE, "the connection is cut", raw::isEnded);
    }
    othersChatOn();
  }

  @Test
  void clients_that_vanish_do_not_make_an_edge_cut_those_who_stay() {
    // Over at most four connections to edges, so that each sees more than the 200 that it allows one client.
    for (int round = 0; round < 40; round++) {
      try (RawHttp2 raw = RawHttp2.to(front)) {
        for (int i = 0; i < 90; i++) {
          raw.request(raw.next(), CONNECT);
        }
        raw.ping();
      }
    }
    Await.until(Front.PATIENCE, "the edges know that they are gone",
        () -> town.edge(0).sessions() + town.edge(1).sessions() == 2);
    othersChatOn();
  }

  @Test
  void clients_that_take_no_answer_are_held_back_and_hold_nobody_up() {
    List<DeafDevice> deaf = new ArrayList<>();
    try {
      for (int i = 0; i < 4; i++) {
        deaf.add(new DeafDevice(front, town.token("deaf-" + i)));
      }
      // Until nobody takes anything from them for a second, because their answers have no more room anywhere.
      AtomicLong lastNanos = new AtomicLong(System.nanoTime());
      Await.until(Front.PATIENCE, "all are held back", () -> {
        deaf.stream().filter(device -> device.say(conversation)).forEach(_ -> lastNanos.set(System.nanoTime()));
        return System.nanoTime() - lastNanos.get() > 1_000_000_000;
      });
      othersChatOn();
      for (DeafDevice device : deaf) {
        assertTrue(device.end() == null && device.sentBytes() < 2 << 20, device.sentBytes() + " bytes went in, " + device.end());
      }
    } finally {
      deaf.forEach(DeafDevice::close);
    }
  }

  @Test
  void the_access_log_tells_of_streams_and_of_no_token() {
    String token = town.token("mallory");
    try (RawHttp2 raw = RawHttp2.to(front)) {
      int stream = raw.next();
      raw.request(stream, CONNECT + "?token=" + token, "authorization", "Bearer " + token, "cookie", "session=" + token);
      raw.reset(stream);
      int unknown = raw.next();
      raw.request(unknown, "/elsewhere?token=" + token);
      Await.until(Front.PATIENCE, "an answer", () -> raw.isAnswered(unknown));
    }
    Await.until(Front.PATIENCE, "both are in the log",
        () -> front.accessLog().contains("\"path\":\"/elsewhere\"") && front.accessLog().contains("\"path\":\"" + CONNECT + "\""));
    String log = front.accessLog();
    assertFalse(log.contains(token) || log.contains("Bearer") || log.contains("token") || log.contains("eyJ"), log);
  }
}
