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
import chasqui.testkit.etcd.EtcdServer;
import chasqui.testkit.process.FetchedTool;
import chasqui.testkit.process.JavaCommand;
import chasqui.testkit.process.JavaProcess;
import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A process for each role, that find each other by a real etcd and prove to each other who they are.
class ProcessesIT {

  private static final Duration PATIENCE = Duration.ofSeconds(120);

  private static Path program;

  @TempDir
  private Path folder;

  private final List<JavaProcess> processes = new ArrayList<>();
  private final List<ManagedChannel> channels = new ArrayList<>();
  private EtcdServer etcd;

  @BeforeAll
  static void find() {
    switch (FetchedTool.find("etcd")) {
      case FetchedTool.Here here -> program = here.program();
      case FetchedTool.Missing missing -> Assumptions.abort(missing.reason());
    }
  }

  @AfterEach
  void endAll() {
    channels.forEach(ManagedChannel::shutdownNow);
    processes.reversed().forEach(JavaProcess::close);
    if (etcd != null) {
      etcd.close();
    }
  }

  @Test
  void people_chat_through_processes_of_one_role_each_even_without_etcd() throws Exception {
    etcd = EtcdServer.start(program, folder.resolve("etcd"), 1);
    assertEquals(0, CommandRun.of("certs", folder.resolve("certs").toString()).exit());
    // The edge's development key; all others have to believe it too.
    assertFalse(token("anybody").isEmpty());
    JavaProcess edge = start("edge-1", "edge");
    JavaProcess router = start("router-1", "router");
    JavaProcess registry = start("registry-1", "registry");
    JavaProcess mailbox = start("mailbox-1", "mailbox");
    String ready = edge.awaitLine("READY ", PATIENCE);
    for (JavaProcess other : List.of(router, registry, mailbox)) {
      assertTrue(other.awaitLine("READY ", PATIENCE).matches("READY edge= ops=127\\.0\\.0\\.1:\\d+"), other.toString());
    }
    String address = ready.replaceAll("READY edge=(\\S+) .*", "$1");
    RawDevice bob = connect(address, "bob");
    RawDevice alice = connect(address, "alice");
    String conversation = ConversationServiceGrpc.newBlockingStub(channel(address))
        .withCallCredentials(MeshFixture.bearer(token("alice")))
        .createDirect(CreateDirectRequest.newBuilder().setPeerUserId("bob").build()).getConversation().getConversationId();
    alice.say(conversation, "through four processes");
    bob.hear("through four processes");

    etcd.close();
    etcd = null;
    alice.say(conversation, "etcd is gone");
    bob.hear("etcd is gone");

    Map<String, Object> status = Json.read(CommandRun.of("status", "--json", "--data", data("mailbox-1")).out());
    assertEquals(List.of("mailbox"), status.get("roles"));
    assertEquals("ready", status.get("state"));
    edge.terminate();
    alice.await(FrameCase.DRAIN);
    alice.close();
    bob.close();
    for (JavaProcess process : List.of(edge, router, registry, mailbox)) {
      process.terminate();
      assertEquals(143, process.awaitEnd(PATIENCE), process.errors().toString());
    }
  }

  private String data(String id) {
    return folder.resolve(id).toString();
  }

  private JavaProcess start(String id, String role) {
    Path certs = folder.resolve("certs");
    JavaProcess process = new JavaCommand("chasqui.node.Main")
        .jvm("--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow", "-Xmx256m",
            "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1")
        .arguments("run", "--data", data(id))
        .environment("CHASQUI_EDGE_PORT", "0").environment("CHASQUI_OPS_PORT", "0").environment("CHASQUI_INTERNAL_PORT", "0")
        .environment("CHASQUI_NODE_ID", id).environment("CHASQUI_NODE_ROLES", role)
        .environment("CHASQUI_CLUSTER_ETCD", String.join(",", etcd.endpoints()))
        .environment("CHASQUI_INTERNAL_CERTIFICATE", certs.resolve(role + ".crt").toString())
        .environment("CHASQUI_INTERNAL_KEY", certs.resolve(role + ".key").toString())
        .environment("CHASQUI_INTERNAL_AUTHORITY", certs.resolve("authority.pem").toString())
        .environment("CHASQUI_AUTH_JWKS", folder.resolve("edge-1").resolve("auth").resolve("dev-jwks.json").toString())
        .environment("CHASQUI_NODE_DRAIN_DEADLINE", "3s")
        .start();
    processes.add(process);
    return process;
  }

  private String token(String user) {
    return CommandRun.of("token", "--data", data("edge-1"), "--user", user).out().strip();
  }

  private RawDevice connect(String edge, String user) {
    return RawDevice.connect(channel(edge), token(user), "phone", 1);
  }

  private ManagedChannel channel(String edge) {
    ManagedChannel channel = NettyChannelBuilder.forTarget(edge).usePlaintext().build();
    channels.add(channel);
    return channel;
  }
}
