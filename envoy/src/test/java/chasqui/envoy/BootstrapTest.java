package chasqui.envoy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import chasqui.conversation.v1.ConversationServiceGrpc;
import chasqui.device.v1.DeviceServiceGrpc;
import chasqui.edge.server.EdgeConfig;
import chasqui.edge.v1.EdgeServiceGrpc;
import chasqui.history.v1.HistoryServiceGrpc;
import chasqui.message.v1.MessageServiceGrpc;
import chasqui.people.v1.PresenceServiceGrpc;
import io.grpc.MethodDescriptor;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// S27: what the safety of clients and of Envoy rests on is in the rendered configurations, key by key.
class BootstrapTest {

  private static final String HCM = "static_resources.listeners.0.filter_chains.0.filters.0.typed_config.";
  private static final String CLUSTER = "static_resources.clusters.0.";
  private static final String UPSTREAM = CLUSTER
      + "typed_extension_protocol_options.envoy\\.extensions\\.upstreams\\.http\\.v3\\.HttpProtocolOptions.";
  private static final String TLS = "static_resources.listeners.0.filter_chains.0.transport_socket.typed_config.common_tls_context.";

  @TempDir
  private Path folder;

  private Yaml l7() {
    return Yaml.read(Bootstrap.EDGE_L7.render(folder, Map.of(
        "certificate", "/c.pem", "certificate_key", "/k.pem", "endpoints", folder.resolve("eds").toString())));
  }

  private Yaml l4() {
    return Yaml.read(Bootstrap.EDGE_L4.render(folder, Map.of("endpoints", folder.resolve("eds").toString())));
  }

  @Test
  void no_timeout_ends_a_stream_that_lives() {
    Yaml l7 = l7();
    assertEquals("0s", l7.at(HCM + "route_config.virtual_hosts.0.routes.0.route.timeout"));
    assertEquals("/chasqui.edge.v1.EdgeService/", l7.at(HCM + "route_config.virtual_hosts.0.routes.0.match.prefix"));
    assertEquals("90s", l7.at(HCM + "stream_idle_timeout"));
    assertEquals("0s", l7.at(HCM + "request_timeout"));
    assertFalse(l7.hasKey("max_stream_duration") || l7.hasKey("max_connection_duration"));
    assertFalse(l7.hasKey("retry_policy"), "Envoy repeats nothing");
    assertEquals(0, l7.at(CLUSTER + "circuit_breakers.thresholds.0.max_retries"));
    assertEquals(50_000, l7.at(CLUSTER + "circuit_breakers.thresholds.0.max_requests"));
    assertEquals("90s", l4().at(HCM + "idle_timeout"));
  }

  @Test
  void clients_meet_tls_with_aead_and_http_2_alone() {
    Yaml l7 = l7();
    assertEquals(List.of("h2"), l7.at(TLS + "alpn_protocols"));
    assertEquals("TLSv1_2", l7.at(TLS + "tls_params.tls_minimum_protocol_version"));
    List<?> ciphers = (List<?>) l7.at(TLS + "tls_params.cipher_suites");
    assertTrue(ciphers.stream().allMatch(cipher -> cipher.toString().matches("ECDHE-.*(GCM|POLY1305).*")), ciphers.toString());
    assertEquals("HTTP2", l7.at(HCM + "codec_type"));
    assertEquals("envoy.transport_sockets.tls", l7.at(CLUSTER + "transport_socket.name"), "what says nothing is met with TLS");
    assertFalse(l4().hasKey("transport_socket"), "at layer 4 Envoy has no key");
  }

  @Test
  void nothing_that_a_client_says_of_itself_is_believed() {
    Yaml l7 = l7();
    assertEquals(true, l7.at(HCM + "use_remote_address"));
    assertEquals(0, l7.at(HCM + "xff_num_trusted_hops"));
    assertEquals(List.of(Map.of("address_prefix", "240.0.0.0", "prefix_len", 32)),
        l7.at(HCM + "internal_address_config.cidr_ranges"), "an empty list means all private networks");
    assertEquals(true, l7.at(HCM + "normalize_path"));
    assertEquals(true, l7.at(HCM + "merge_slashes"));
    assertEquals("REJECT_REQUEST", l7.at(HCM + "path_with_escaped_slashes_action"));
    String mutations = l7.at(HCM + "early_header_mutation_extensions.0.typed_config.mutations").toString();
    for (String taken : List.of("prefix=x-chasqui-", "prefix=x-envoy-", "prefix=x-forwarded-", "remove=x-request-id",
        "remove=forwarded", "remove=x-real-ip")) {
      assertTrue(mutations.contains(taken), taken + " in " + mutations);
    }
  }

  @Test
  void only_public_services_have_a_route() {
    List<?> routes = (List<?>) l7().at(HCM + "route_config.virtual_hosts.0.routes");
    assertEquals(
        List.of("/chasqui.edge.v1.EdgeService/", "/chasqui.conversation.v1.ConversationService/",
            "/chasqui.message.v1.MessageService/", "/chasqui.history.v1.HistoryService/",
            "/chasqui.device.v1.DeviceService/", "/chasqui.people.v1.PresenceService/"),
        routes.stream().map(route -> ((Map<?, ?>) ((Map<?, ?>) route).get("match")).get("prefix")).toList());
    for (Object route : routes) {
      Map<?, ?> match = (Map<?, ?>) ((Map<?, ?>) route).get("match");
      assertEquals(Map.of(), match.get("grpc"));
      assertTrue(match.get("headers").toString().contains("POST"));
    }
  }

  @Test
  void what_is_counted_by_name_is_what_there_is() {
    List<?> services = (List<?>) l7().at(HCM + "http_filters.0.typed_config.individual_method_stats_allowlist.services");
    Map<Object, Object> counted = new HashMap<>();
    services.forEach(service -> counted.put(((Map<?, ?>) service).get("name"), ((Map<?, ?>) service).get("method_names")));
    Map<Object, Object> there = new HashMap<>();
    List.of(EdgeServiceGrpc.getServiceDescriptor(), ConversationServiceGrpc.getServiceDescriptor(),
            MessageServiceGrpc.getServiceDescriptor(), HistoryServiceGrpc.getServiceDescriptor(),
            DeviceServiceGrpc.getServiceDescriptor(), PresenceServiceGrpc.getServiceDescriptor())
        .forEach(service -> there.put(
            service.getName(), service.getMethods().stream().map(MethodDescriptor::getBareMethodName).toList()));
    assertEquals(there, counted);
  }

  @Test
  void floods_meet_limits() {
    Yaml l7 = l7();
    String http2 = HCM + "http2_protocol_options.";
    assertEquals(100, l7.at(http2 + "max_concurrent_streams"));
    assertEquals(65_536, l7.at(http2 + "initial_stream_window_size"));
    assertEquals(1_048_576, l7.at(http2 + "initial_connection_window_size"));
    assertEquals(true, l7.at(http2 + "override_stream_error_on_invalid_http_message"));
    assertEquals(1, l7.at(http2 + "max_consecutive_inbound_frames_with_empty_payload"));
    assertEquals("60s", l7.at(http2 + "connection_keepalive.interval"));
    assertEquals(6, l7.at(HCM + "max_request_headers_kb"));
    assertEquals(40, l7.at(HCM + "common_http_protocol_options.max_headers_count"));
    String runtime = "layered_runtime.layers.0.static_layer.";
    assertEquals(100, l7.at(runtime + "overload\\.premature_reset_total_stream_count"));
    assertEquals(1, l7.at(runtime + "overload\\.premature_reset_min_stream_lifetime_seconds"));
    assertEquals(8, l7.at(runtime + "http\\.max_requests_per_io_cycle"));
    assertEquals(65_536, l7.at("static_resources.listeners.0.per_connection_buffer_limit_bytes"));
    assertEquals(65_536, l7.at(CLUSTER + "per_connection_buffer_limit_bytes"));
  }

  @Test
  void headers_that_envoy_takes_are_taken_by_an_edge() {
    Yaml l7 = l7();
    int names = (Integer) l7.at(HCM + "common_http_protocol_options.max_headers_count");
    int bytes = (Integer) l7.at(HCM + "max_request_headers_kb") * 1024;
    int addedByEnvoy = 400;
    // Netty counts 32 bytes more a header, and ends the connection at a quarter above the limit.
    int edgeEndsConnection = EdgeConfig.DEFAULT.server().metadataBytesMax() * 5 / 4;
    assertTrue(bytes + 32 * names + addedByEnvoy < edgeEndsConnection, "the shared connection to an edge must not end");
  }

  @Test
  void clients_that_do_not_read_do_not_hold_up_their_neighbours() {
    Yaml l7 = l7();
    String http2 = UPSTREAM + "explicit_http_config.http2_protocol_options.";
    int streams = (Integer) l7.at(http2 + "max_concurrent_streams");
    int window = (Integer) l7.at(http2 + "initial_stream_window_size");
    int connection = (Integer) l7.at(http2 + "initial_connection_window_size");
    assertTrue(connection > streams * window, "all streams of a connection to an edge may be full");
    assertEquals("15s", l7.at(http2 + "connection_keepalive.interval"));
    assertEquals(true, l7.at(http2 + "override_stream_error_on_invalid_http_message"));
  }

  @Test
  void an_edge_that_fails_is_put_aside_and_clients_cannot_make_it_look_so() {
    for (Yaml any : List.of(l7(), l4())) {
      String outlier = CLUSTER + "outlier_detection.";
      assertEquals(true, any.at(outlier + "split_external_local_origin_errors"));
      assertEquals(3, any.at(outlier + "consecutive_local_origin_failure"));
      assertEquals(100, any.at(outlier + "enforcing_consecutive_local_origin_failure"));
      assertEquals(0, any.at(outlier + "enforcing_consecutive_5xx"));
      assertEquals(0, any.at(outlier + "enforcing_success_rate"));
      assertEquals(50, any.at(outlier + "max_ejection_percent"));
      assertEquals(Map.of("value", 0), any.at(CLUSTER + "common_lb_config.healthy_panic_threshold"));
      assertEquals("LEAST_REQUEST", any.at(CLUSTER + "lb_policy"));
      assertEquals("EDS", any.at(CLUSTER + "type"));
    }
  }

  @Test
  void overload_refuses_before_memory_ends_and_the_operator_still_gets_in() {
    for (Yaml any : List.of(l7(), l4())) {
      String monitors = any.at("overload_manager.resource_monitors").toString();
      assertTrue(monitors.contains("max_heap_size_bytes=1073741824"), monitors);
      assertTrue(monitors.contains("max_active_downstream_connections="), monitors);
      String actions = any.at("overload_manager.actions").toString();
      assertTrue(actions.contains("reject_incoming_connections") && actions.contains("stop_accepting_connections"), actions);
      assertEquals("127.0.0.1", any.at("admin.address.socket_address.address"));
      assertEquals(true, any.at("admin.ignore_global_conn_limit"));
    }
  }

  @Test
  void the_access_log_has_no_header_but_the_path_without_its_query() {
    for (Yaml any : List.of(l7(), l4())) {
      String format = any.at(HCM + "access_log.0.typed_config.log_format.json_format").toString();
      assertFalse(format.contains("%REQ") || format.contains("%RESP(") || format.contains("TRAILER"), format);
      assertFalse(format.replace("%PATH(NQ:PATH):100%", "").contains("PATH"), format);
    }
  }

  @Test
  void a_list_of_edges_that_is_there_is_left_alone() throws IOException {
    l7();
    Path list = folder.resolve("eds/edges.json");
    assertTrue(Files.exists(list));
    Files.writeString(list, "what was known");
    l7();
    assertEquals("what was known", Files.readString(list));
  }

  @Test
  void the_command_says_what_is_wrong_and_writes_nothing() throws IOException {
    Path into = folder.resolve("new");
    assertThrows(Refusal.class, () -> Bootstrap.EDGE_L4.render(into, Map.of("endpoints", "/e", "lisen_port", "1")));
    assertThrows(Refusal.class, () -> Bootstrap.EDGE_L7.render(into, Map.of("endpoints", "/e")));
    assertTrue(Files.notExists(into));
    StringWriter said = new StringWriter();
    int code = Main.commandLine().setErr(new PrintWriter(said)).execute("envoy", "edge-l9", "--into", into.toString());
    assertEquals(1, code);
    assertTrue(said.toString().startsWith("chasqui: there is no configuration edge-l9"), said.toString());
    said.getBuffer().setLength(0);
    assertEquals(1, Main.commandLine().setErr(new PrintWriter(said))
        .execute("endpoints", "--etcd", "nowhere", "--into", into.toString()));
    assertTrue(said.toString().startsWith("chasqui: etcd's endpoints must be HOST:PORT"), said.toString());
    assertTrue(Files.notExists(into));
    StringWriter out = new StringWriter();
    assertEquals(0, Main.commandLine().setOut(new PrintWriter(out))
        .execute("envoy", "edge-l4", "--into", into.toString(), "listen_port=7400", "endpoints=" + folder));
    assertTrue(out.toString().startsWith("envoy -c " + into), out.toString());
    assertTrue(Files.readString(into.resolve(Bootstrap.FILE)).contains("port_value: 7400"));
  }
}
