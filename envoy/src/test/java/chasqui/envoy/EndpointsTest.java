package chasqui.envoy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import chasqui.discovery.InMemoryMembership;
import chasqui.discovery.MembershipView;
import chasqui.discovery.NodeRecord;
import chasqui.discovery.NodeState;
import chasqui.discovery.Role;
import chasqui.testkit.process.Await;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The membership as Envoy's list of edges.
class EndpointsTest {

  private static final Duration PATIENCE = Duration.ofSeconds(20);

  @TempDir
  private Path folder;

  private final Map<String, String> names = new HashMap<>();
  private final EdgeList edges = new EdgeList(host -> {
    if (host.matches("[0-9a-f.:]+")) {
      return host;
    }
    return Optional.ofNullable(names.get(host)).orElseThrow(() -> new UnknownHostException(host));
  });

  private static NodeRecord edge(String id, String address, NodeState state) {
    return new NodeRecord(id, "life-1", "internal:1", Set.of(Role.EDGE), state, "a").withEdgeAt(address);
  }

  private static MembershipView view(NodeRecord... nodes) {
    return new MembershipView(1, List.of(nodes));
  }

  @Test
  void edges_that_serve_are_given_and_nothing_else() {
    List<Endpoint> list = edges.of(view(
        edge("b", "10.0.0.2:443", NodeState.READY),
        edge("c", "10.0.0.3:443", NodeState.DRAINING),
        edge("d", "10.0.0.4:443", NodeState.STARTING),
        edge("e", "", NodeState.READY),
        new NodeRecord("r", "life-1", "10.0.0.9:1", Set.of(Role.ROUTER), NodeState.READY, "").withEdgeAt("10.0.0.9:443")))
        .orElseThrow();
    assertEquals(List.of(
        new Endpoint("b", "a", "10.0.0.2", 443, false), new Endpoint("c", "a", "10.0.0.3", 443, true)), list);
  }

  @Test
  void a_view_without_an_edge_is_not_believed() {
    assertTrue(edges.of(view()).isEmpty());
    assertTrue(edges.of(view(edge("d", "10.0.0.4:443", NodeState.STARTING))).isEmpty());
  }

  @Test
  void a_name_that_cannot_be_resolved_now_means_what_it_meant() {
    names.put("edge-1", "10.0.0.7");
    MembershipView view = view(edge("one", "edge-1:443", NodeState.READY), edge("two", "edge-2:443", NodeState.READY),
        edge("three", "nonsense", NodeState.READY), edge("four", "10.0.0.8:99999", NodeState.READY),
        edge("six", "[fd00:0:0:0:0:0:0:6]:443", NodeState.READY));
    List<Endpoint> first = edges.of(view).orElseThrow();
    assertEquals(List.of("10.0.0.7", "fd00:0:0:0:0:0:0:6"), first.stream().map(Endpoint::address).sorted().toList(),
        "what cannot be used is left out alone");
    names.clear();
    assertEquals(first, edges.of(view).orElseThrow());
  }

  @Test
  void the_same_edges_give_the_same_document_and_others_another() {
    Endpoint one = new Endpoint("one", "a", "127.0.0.1", 1, false);
    Endpoint two = new Endpoint("two\"\\\u00e9", "", "10.0.0.1", 2, true);
    String text = Assignment.of(List.of(one, two), Transport.PLAINTEXT).text();
    assertEquals(text, Assignment.of(List.of(two, one), Transport.PLAINTEXT).text());
    assertNotEquals(text, Assignment.of(List.of(one), Transport.PLAINTEXT).text());
    assertTrue(text.contains("\"two\\\"\\\\\\u00e9\""), text);
    assertTrue(text.contains("{\"health_status\":\"HEALTHY\",\"endpoint\":{\"address\":{\"socket_address\":"
        + "{\"address\":\"127.0.0.1\",\"port_value\":1}}},\"metadata\":{\"filter_metadata\":"
        + "{\"envoy.transport_socket_match\":{\"transport\":\"plaintext\"}"), text);
    assertTrue(text.contains("\"DRAINING\",\"endpoint\":{\"address\":{\"socket_address\":{\"address\":\"10.0.0.1\","
        + "\"port_value\":2}}},\"metadata\":{\"filter_metadata\":{\"envoy.transport_socket_match\":{\"transport\":\"tls\"}"),
        "nothing goes to another machine in the clear: " + text);
  }

  @Test
  void the_file_follows_the_membership_and_keeps_what_it_knew() throws IOException {
    Path file = folder.resolve("deep/edges.json");
    try (InMemoryMembership membership = new InMemoryMembership();
        EndpointsFeed _ = EndpointsFeed.start(membership, file.getParent(), Transport.PLAINTEXT)) {
      assertFalse(Files.readString(file).contains("port_value"), "there is a file that Envoy can start with");
      membership.announce(edge("one", "127.0.0.1:7001", NodeState.READY));
      awaitText(file, "7001");
      membership.announce(edge("two", "127.0.0.1:7002", NodeState.READY));
      awaitText(file, "7002");
      membership.announce(edge("one", "127.0.0.1:7001", NodeState.DRAINING));
      awaitText(file, "DRAINING");
      membership.withdraw("one");
      Await.until(PATIENCE, "the first is out", () -> !text(file).contains("7001"));
      membership.withdraw("two");
      membership.announce(edge("three", "127.0.0.1:7003", NodeState.STARTING));
      assertTrue(text(file).contains("7002"), "nobody is left, which is not believed");
    }
    try (InMemoryMembership empty = new InMemoryMembership();
        EndpointsFeed _ = EndpointsFeed.start(empty, file.getParent(), Transport.PLAINTEXT)) {
      assertTrue(text(file).contains("7002"), "a new process without its source keeps the file");
    }
    try (var left = Files.list(file.getParent())) {
      assertEquals(List.of(file), left.toList(), "nothing half-written stays");
    }
  }

  private static void awaitText(Path file, String part) {
    Await.until(PATIENCE, part + " is in the file", () -> text(file).contains(part));
  }

  private static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
