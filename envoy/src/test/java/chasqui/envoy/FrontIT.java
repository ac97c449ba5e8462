package chasqui.envoy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import chasqui.discovery.NodeState;
import chasqui.testkit.envoy.EnvoyServer;
import chasqui.testkit.process.Await;
import chasqui.testkit.process.FreePorts;
import io.grpc.ManagedChannel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// People chat through a real Envoy, at either layer, and edges come and go without a reload.
class FrontIT {

  private static final String CONNECT = "cluster.edges.grpc.chasqui.edge.v1.EdgeService.Connect.";

  @TempDir
  private Path folder;

  @BeforeEach
  void needs_envoy() {
    Front.program();
  }

  @Test
  void two_people_on_two_edges_chat_and_each_hop_counts_it() {
    try (Town town = Town.start(folder.resolve("data")); Front front = Front.l7(folder.resolve("front"), Map.of())) {
      front.announce("edge-1", town.edge(0).address(), NodeState.READY);
      try (Town.Person alice = town.person("alice", front)) {
        town.awaitSessions(0, 1);
        front.announce("edge-2", town.edge(1).address(), NodeState.READY);
        front.announce("edge-1", town.edge(0).address(), NodeState.DRAINING);
        try (Town.Person bob = town.person("bob", front)) {
          town.awaitSessions(1, 1);
          assertEquals(1, town.edge(0).sessions(), "who was there stays; who comes goes elsewhere");
          String conversation = alice.direct("bob");
          double appended = town.metric("chasqui_mailbox_appended_total");
          long in = front.envoy().stat(CONNECT + "request_message_count");
          long out = front.envoy().stat(CONNECT + "response_message_count");
          alice.say(conversation, "hello bob");
          bob.hear("hello bob");
          bob.say(conversation, "hello alice");
          alice.hear("hello alice");
          assertEquals(2, town.metric("chasqui_mailbox_appended_total") - appended);
          assertTrue(front.envoy().stat(CONNECT + "request_message_count") >= in + 2, "two sends, and acks");
          assertTrue(front.envoy().stat(CONNECT + "response_message_count") >= out + 4, "two answers, two deliveries");
          String hosts = front.envoy().get("/clusters");
          for (int edge = 0; edge < 2; edge++) {
            assertTrue(hosts.contains("edges::" + town.edge(edge).address() + "::rq_active::1\n"), hosts);
          }
        }
      }
    }
  }

  @Test
  void tls_goes_on_to_the_edge_or_ends_only_there() {
    Certificate edges = Certificate.in(folder);
    Map<String, String> tls = Map.of("tls.certificate", edges.chain().toString(), "tls.key", edges.key().toString());
    try (Town town = Town.start(folder.resolve("data"), tls);
        Front l7 = Front.encrypted(folder.resolve("l7"), edges);
        Front l4 = Front.l4(folder.resolve("l4"))) {
      for (Front front : List.of(l7, l4)) {
        front.announce("edge-1", town.edge(0).address(), NodeState.READY);
        front.announce("edge-2", town.edge(1).address(), NodeState.READY);
      }
      try (Town.Person alice = town.person("alice", l7); Town.Person bob = town.person("bob", l4)) {
        String conversation = alice.direct("bob");
        alice.say(conversation, "from layer 7");
        bob.hear("from layer 7");
        bob.say(conversation, "from layer 4");
        alice.hear("from layer 4");
      }
      assertTrue(l7.envoy().stat("cluster.edges.ssl.handshake") >= 1);
      assertEquals(0, l7.envoy().stat("cluster.edges.plaintext.total_match_count"));
      assertTrue(l4.envoy().stat("tcp.clients.downstream_cx_total") >= 1);
      assertEquals(0, l4.envoy().stat("cluster.edges.ssl.handshake"), "at layer 4 Envoy sees nothing of it");
      assertTrue(!l4.accessLog().isEmpty());
    }
  }

  @Test
  void edges_come_drain_and_die_without_a_reload() {
    try (Town town = Town.start(folder.resolve("data")); Front front = Front.l7(folder.resolve("front"), Map.of())) {
      front.announce("edge-1", town.edge(0).address(), NodeState.READY);
      List<Town.Person> people = new ArrayList<>();
      try {
        for (int i = 0; i < 6; i++) {
          people.add(town.person("early-" + i, front));
        }
        town.awaitSessions(0, 6);
        front.announce("edge-2", town.edge(1).address(), NodeState.READY);
        for (int i = 0; i < 6; i++) {
          people.add(town.person("late-" + i, front));
        }
        Await.until(Front.PATIENCE, "the new edge takes its share", () -> town.edge(1).sessions() >= 1
            && town.edge(0).sessions() + town.edge(1).sessions() == 12);
        // It says so in the membership first; only then are its streams asked to move.
        front.announce("edge-1", town.edge(0).address(), NodeState.DRAINING);
        var drained = town.edge(0).drain(Duration.ofSeconds(2));
        town.awaitSessions(1, 12);
        drained.join();
        // It dies, and the membership does not know yet: what is dead gets nothing anyway.
        town.edge(0).close();
        int nobody = FreePorts.one();
        front.announce("edge-3", "127.0.0.1:" + nobody, NodeState.READY);
        for (int i = 0; i < 4; i++) {
          people.add(town.person("last-" + i, front));
        }
        town.awaitSessions(1, 16);
        front.awaitStat("cluster.edges.outlier_detection.ejections_enforced_consecutive_local_origin_failure", 1);
        front.withdraw("edge-1");
        String conversation = people.getFirst().direct("late-5");
        people.getFirst().say(conversation, "still here");
        people.get(11).hear("still here");
        assertEquals(0, front.envoy().stat("cluster.edges.update_rejected"));
        assertEquals(0, front.envoy().stat("listener_manager.listener_modified"));
      } finally {
        people.forEach(Town.Person::close);
      }
    }
  }

  @Test
  void a_renewed_certificate_is_taken_while_streams_live_on() {
    try (EchoEdge edge = EchoEdge.start(); Front front = Front.l7(folder.resolve("front"), Map.of())) {
      front.announce("edge-1", edge.address(), NodeState.READY);
      ManagedChannel channel = EchoEdge.channel(front);
      try {
        EchoStream stream = new EchoStream(channel, "chasqui.edge.v1.EdgeService/Connect");
        stream.ping();
        front.renewCertificate();
        // Who trusts the new one alone gets in as soon as Envoy shows it.
        Await.until(Front.PATIENCE, "the new certificate is shown", () -> RawHttp2.canConnect(front));
        stream.ping();
      } finally {
        channel.shutdownNow();
      }
    }
  }

  @Test
  void what_is_rendered_is_valid() throws IOException {
    EnvoyServer.validate(Front.program(), Bootstrap.EDGE_L7.render(folder.resolve("l7"), Map.of(
        "certificate", Certificate.in(folder).chain().toString(), "certificate_key", Certificate.in(folder).key().toString(),
        "endpoints", folder.resolve("edges").toString())));
    EnvoyServer.validate(Front.program(), Bootstrap.EDGE_L4.render(folder.resolve("l4"), Map.of(
        "endpoints", folder.resolve("edges").toString())));
    Path broken = folder.resolve("l4/broken.yaml");
    Files.writeString(broken, Files.readString(folder.resolve("l4/bootstrap.yaml")).replace("idle_timeout", "idel_timeout"));
    String told = assertThrows(AssertionError.class, () -> EnvoyServer.validate(Front.program(), broken)).getMessage();
    assertTrue(told.contains("idel_timeout"), told);
  }
}
