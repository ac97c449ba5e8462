package chasqui.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import chasqui.conversation.v1.ConversationServiceGrpc;
import chasqui.conversation.v1.CreateDirectRequest;
import chasqui.edge.v1.ServerFrame.FrameCase;
import chasqui.node.mesh.MeshFixture;
import chasqui.node.mesh.RawDevice;
import chasqui.node.ops.Json;
import chasqui.testkit.process.JavaCommand;
import chasqui.testkit.process.JavaProcess;
import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The node as a process: its one line, its port for operators, its end.
class NodeProcessIT {

  private static final Duration PATIENCE = Duration.ofSeconds(90);
  private static final String[] JVM = {
    "--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow", "-Xmx256m"
  };

  @TempDir
  private Path folder;

  private final List<JavaProcess> processes = new ArrayList<>();
  private final List<ManagedChannel> channels = new ArrayList<>();

  @AfterEach
  void endAll() {
    channels.forEach(ManagedChannel::shutdownNow);
    processes.forEach(JavaProcess::close);
  }

  @Test
  void a_node_says_one_line_answers_operators_and_ends_in_good_order() throws Exception {
    Path data = folder.resolve("data");
    JavaProcess node = start(data, Map.of());
    String ready = node.awaitLine("READY ", PATIENCE);
    assertTrue(ready.matches("READY edge=127\\.0\\.0\\.1:\\d+ ops=127\\.0\\.0\\.1:\\d+"), ready);
    DataFolder.Addresses addresses = new DataFolder(data).addresses().orElseThrow();
    assertEquals(ready, "READY edge=" + addresses.edge() + " ops=" + addresses.ops());
    assertEquals(node.pid() + "\n", Files.readString(data.resolve("node.pid")));

    assertEquals("alive\n", get(addresses.ops(), "/healthz"));
    assertEquals(true, Json.read(get(addresses.ops(), "/readyz")).get("ready"));
    assertTrue(get(addresses.ops(), "/metrics").contains("chasqui_memory_heap_used_bytes"));
    CommandRun status = CommandRun.of("status", "--json", "--data", data.toString());
    assertEquals(0, status.exit(), status.err());
    assertEquals(node.pid(), ((Number) Json.read(status.out()).get("pid")).longValue());

    RawDevice device = connect(addresses.edge(), token(data, "alice"), 1);
    node.terminate();
    device.await(FrameCase.DRAIN);
    device.close();
    assertEquals(143, node.awaitEnd(PATIENCE), node.errors().toString());
    assertEquals(1, node.output().size(), node.output().toString());
    assertTrue(new DataFolder(data).addresses().isEmpty(), "the addresses of a node that is gone are still told");
    assertFalse(Files.exists(data.resolve("node.pid")));
  }

  @Test
  void a_second_node_on_the_data_or_the_port_is_told_who_is_there() {
    Path data = folder.resolve("data");
    JavaProcess node = start(data, Map.of());
    node.awaitLine("READY ", PATIENCE);
    JavaProcess second = start(data, Map.of());
    assertEquals(1, second.awaitEnd(PATIENCE));
    assertTrue(last(second).contains("in use by process " + node.pid()), last(second));

    String edge = new DataFolder(data).addresses().orElseThrow().edge();
    JavaProcess other = start(folder.resolve("other"), Map.of("CHASQUI_EDGE_PORT", edge.substring(edge.indexOf(':') + 1)));
    assertEquals(1, other.awaitEnd(PATIENCE));
    assertTrue(last(other).startsWith("chasqui: the port " + edge + " is in use by pid " + node.pid()), last(other));
  }

  @Test
  void beyond_loopback_a_node_without_tls_and_real_keys_does_not_start() {
    JavaProcess node = start(folder.resolve("data"), Map.of("CHASQUI_EDGE_HOST", "0.0.0.0"));
    assertEquals(1, node.awaitEnd(PATIENCE));
    assertTrue(last(node).startsWith("chasqui: refusing to listen on 0.0.0.0"), last(node));
    assertEquals(List.of(), node.output());
  }

  @Test
  void bodies_and_tokens_are_nowhere_in_logs_and_operators_pages() throws Exception {
    Path data = folder.resolve("data");
    String marker = "marker-7b1f";
    JavaProcess node = start(data, Map.of("CHASQUI_LOG_LEVEL", "debug"));
    node.awaitLine("READY ", PATIENCE);
    DataFolder.Addresses addresses = new DataFolder(data).addresses().orElseThrow();
    String alice = token(data, "alice");
    String bob = token(data, "bob");
    String conversation = ConversationServiceGrpc.newBlockingStub(channel(addresses.edge()))
        .withCallCredentials(MeshFixture.bearer(alice))
        .createDirect(CreateDirectRequest.newBuilder().setPeerUserId("bob").build()).getConversation().getConversationId();
    RawDevice sender = connect(addresses.edge(), alice, 1);
    RawDevice receiver = connect(addresses.edge(), bob, 1);
    sender.say(conversation, marker);
    receiver.hear(marker);
    RawDevice.hello(channel(addresses.edge()), alice + marker, "phone", 2).end();
    String pages = get(addresses.ops(), "/metrics") + get(addresses.ops(), "/status") + get(addresses.ops(), "/config")
        + get(addresses.ops(), "/readyz");
    sender.close();
    receiver.close();
    node.terminate();
    node.awaitEnd(PATIENCE);

    String logs = String.join("\n", node.errors());
    assertTrue(logs.lines().anyMatch(line -> line.contains("\"formattedMessage\":\"serving\"")), logs);
    assertTrue(logs.lines().allMatch(line -> line.startsWith("{")), logs);
    for (String secret : List.of(marker, signature(alice), signature(bob))) {
      assertFalse(logs.contains(secret), "in the logs: " + secret);
      assertFalse(pages.contains(secret), "on a page: " + secret);
    }
  }

  @Test
  void what_was_acked_survives_a_kill() throws Exception {
    Path data = folder.resolve("data");
    JavaProcess node = start(data, Map.of());
    node.awaitLine("READY ", PATIENCE);
    String edge = new DataFolder(data).addresses().orElseThrow().edge();
    connect(edge, token(data, "bob"), 1).close();
    String conversation = ConversationServiceGrpc.newBlockingStub(channel(edge))
        .withCallCredentials(MeshFixture.bearer(token(data, "alice")))
        .createDirect(CreateDirectRequest.newBuilder().setPeerUserId("bob").build()).getConversation().getConversationId();
    RawDevice alice = connect(edge, token(data, "alice"), 1);
    alice.say(conversation, "acked");
    node.kill();
    assertEquals(3, CommandRun.of("status", "--data", data.toString()).exit(), "addresses of the dead are not believed");

    JavaProcess next = start(data, Map.of());
    next.awaitLine("READY ", PATIENCE);
    String edgeNow = new DataFolder(data).addresses().orElseThrow().edge();
    assertEquals(List.of("acked"), connect(edgeNow, token(data, "bob"), 2).texts());
  }

  @Test
  void a_backup_is_made_while_the_node_runs_and_holds_what_was_acked() throws Exception {
    Path data = folder.resolve("data");
    JavaProcess node = start(data, Map.of());
    node.awaitLine("READY ", PATIENCE);
    String edge = new DataFolder(data).addresses().orElseThrow().edge();
    String conversation = ConversationServiceGrpc.newBlockingStub(channel(edge))
        .withCallCredentials(MeshFixture.bearer(token(data, "alice")))
        .createDirect(CreateDirectRequest.newBuilder().setPeerUserId("bob").build()).getConversation().getConversationId();
    connect(edge, token(data, "bob"), 1).close();
    RawDevice alice = connect(edge, token(data, "alice"), 1);
    alice.say(conversation, "acked");
    // The other is registered by then, so it is owed what was acked.
    Path backup = folder.resolve("backup");
    CommandRun backedUp = CommandRun.of("backup", "--data", data.toString(), "--out", backup.toString());
    assertEquals(0, backedUp.exit(), backedUp.err());
    assertTrue(backedUp.out().contains("while the node ran"), backedUp.out());
    alice.say(conversation, "later");
    node.kill();

    Path restored = folder.resolve("restored");
    CommandRun run = CommandRun.of("restore", "--data", restored.toString(), "--from", backup.toString());
    assertEquals(0, run.exit(), run.err());
    JavaProcess next = start(restored, Map.of());
    next.awaitLine("READY ", PATIENCE);
    String edgeNow = new DataFolder(restored).addresses().orElseThrow().edge();
    assertEquals(List.of("acked"), connect(edgeNow, token(restored, "bob"), 2).texts());
  }

  private JavaProcess start(Path data, Map<String, String> environment) {
    JavaCommand command = new JavaCommand("chasqui.node.Main").jvm(JVM).arguments("run", "--data", data.toString())
        .environment("CHASQUI_EDGE_PORT", "0").environment("CHASQUI_OPS_PORT", "0");
    environment.forEach(command::environment);
    JavaProcess process = command.start();
    processes.add(process);
    return process;
  }

  private static String last(JavaProcess process) {
    return process.errors().isEmpty() ? "" : process.errors().getLast();
  }

  private static String token(Path data, String user) {
    return CommandRun.of("token", "--data", data.toString(), "--user", user).out().strip();
  }

  private static String signature(String token) {
    return token.substring(token.lastIndexOf('.') + 1);
  }

  private RawDevice connect(String edge, String token, long connectNumber) {
    return RawDevice.connect(channel(edge), token, "phone", connectNumber);
  }

  private ManagedChannel channel(String edge) {
    ManagedChannel channel = NettyChannelBuilder.forTarget(edge).usePlaintext().build();
    channels.add(channel);
    return channel;
  }

  private static String get(String address, String path) throws Exception {
    try (HttpClient client = HttpClient.newHttpClient()) {
      return client.send(HttpRequest.newBuilder(URI.create("http://" + address + path)).build(),
          HttpResponse.BodyHandlers.ofString()).body();
    }
  }
}
