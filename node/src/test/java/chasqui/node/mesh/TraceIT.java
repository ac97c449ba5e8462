package chasqui.node.mesh;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import chasqui.conversation.v1.RemoveMemberRequest;
import chasqui.edge.v1.ClientFrame;
import chasqui.edge.v1.Credit;
import chasqui.edge.v1.Heartbeat;
import chasqui.edge.v1.ServerFrame.FrameCase;
import chasqui.node.TestAuthority;
import chasqui.node.TestCertificate;
import chasqui.testkit.process.Await;
import chasqui.trace.v1.DeliveryOutcome;
import chasqui.trace.v1.DeviceTrace;
import chasqui.trace.v1.StreamTrace;
import chasqui.trace.v1.StreamWait;
import chasqui.trace.v1.TraceDeliveryRequest;
import chasqui.trace.v1.TraceDeliveryResponse;
import chasqui.trace.v1.TraceServiceGrpc;
import chasqui.trace.v1.TraceServiceGrpc.TraceServiceBlockingStub;
import com.google.protobuf.ByteString;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.NettyChannelBuilder;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What became of an entry: asked by an internal service, answered by the whole mesh. Two edges.
class TraceIT {

  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Set<DeliveryOutcome> GOT = Set.of(
      DeliveryOutcome.DELIVERY_OUTCOME_WRITTEN, DeliveryOutcome.DELIVERY_OUTCOME_ACKED_ON_STREAM,
      DeliveryOutcome.DELIVERY_OUTCOME_ACKED);

  @TempDir
  private Path folder;

  private TestCertificate node;
  private TestAuthority house;
  private MeshFixture mesh;
  private ManagedChannel channel;
  private TraceServiceBlockingStub traces;

  @BeforeEach
  void start() throws Exception {
    node = TestCertificate.in(folder, "node");
    house = new TestAuthority(folder, "house");
    mesh = MeshFixture.start(folder.resolve("data"), 2, Map.of(
        "services.port", "0", "services.certificate", node.certificate().toString(), "services.key", node.key().toString(),
        "services.authority", house.certificate().toString(),
        "services.allow", "support:TraceService/TraceDelivery, billing:MessageService/*"));
    TestCertificate support = house.issue("support", "uri:spiffe://chasqui/service/support");
    channel = services(support);
    traces = TraceServiceGrpc.newBlockingStub(channel);
  }

  private ManagedChannel services(TestCertificate own) throws Exception {
    return NettyChannelBuilder.forTarget(mesh.mesh().edges().getFirst().servicesAddress().orElseThrow())
        .sslContext(GrpcSslContexts.forClient().trustManager(node.certificate().toFile())
            .keyManager(own.certificate().toFile(), own.key().toFile()).build())
        .build();
  }

  @AfterEach
  void stop() {
    channel.shutdownNow();
    mesh.close();
  }

  private TraceDeliveryResponse trace(String conversation, long seq) {
    return traces.withDeadlineAfter(30, TimeUnit.SECONDS)
        .traceDelivery(TraceDeliveryRequest.newBuilder().setConversationId(conversation).setSeq(seq).build());
  }

  /// A trace for which every node answered in the short time that it is given.
  private TraceDeliveryResponse whole(String conversation, long seq) {
    return Await.value(PATIENCE, "a trace of which no node was silent",
        () -> Optional.of(trace(conversation, seq)).filter(trace -> trace.getSilentNodesCount() == 0));
  }

  private static DeviceTrace device(TraceDeliveryResponse trace, String user, String device) {
    return trace.getDevicesList().stream()
        .filter(each -> each.getUserId().equals(user) && each.getDeviceId().equals(device)).findFirst()
        .orElseThrow(() -> new AssertionError(user + "/" + device + " is not in " + trace));
  }

  /// From now on the device holds one entry at a time; it acks what it is asked to hear alone.
  private static void holdOne(RawDevice device) {
    device.send(ClientFrame.newBuilder().setCredit(Credit.newBuilder().setUnackedEntries(1)).build());
    device.send(ClientFrame.newBuilder().setHeartbeat(Heartbeat.newBuilder().setNonce(4)).build());
    device.await(frame -> frame.getFrameCase() == FrameCase.HEARTBEAT && frame.getHeartbeat().getNonce() == 4);
  }

  @Test
  void of_every_device_it_is_told_how_far_the_entry_got_and_why_not_further() {
    RawDevice alice = mesh.connect("alice", "phone", 1);
    RawDevice bob = RawDevice.connect(mesh.channel(1), mesh.token("bob"), "phone", 1);
    mesh.connect("bob", "tablet", 1).close();
    RawDevice carol = mesh.connect("carol", "phone", 1);
    mesh.connect("dave", "phone", 1).close();
    String group = mesh.group("alice", "friends", "bob", "carol", "dave");
    var _ = mesh.conversations("alice").removeMember(RemoveMemberRequest.newBuilder().setConversationId(group).setUserId("dave")
        .setClientMessageId(ByteString.copyFromUtf8("dave is removed")).build());
    alice.say(group, "begin");
    carol.hear("begin");
    holdOne(carol);
    long first = alice.say(group, "secret one").getSeq();
    long second = alice.say(group, "secret two").getSeq();
    bob.hear("secret two");
    Await.until(PATIENCE, "bob's cursor is stored",
        () -> device(trace(group, second), "bob", "phone").getOutcome() == DeliveryOutcome.DELIVERY_OUTCOME_ACKED);
    RawDevice late = mesh.connect("bob", "late", 1);

    TraceDeliveryResponse trace = whole(group, first);
    assertEquals("alice", trace.getCommitted().getSenderUserId());
    assertEquals(second, trace.getCommitted().getHead());
    assertEquals(1, trace.getRoutedCount());
    assertEquals(2, trace.getRouted(0).getCopiesCount(), "one copy for each edge: " + trace);
    assertFalse(trace.getRouted(0).getMailboxIncarnation().isEmpty());
    assertEquals(0, trace.getForgetfulNodesCount(), trace.toString());
    StreamTrace stream = device(trace, "bob", "phone").getStreams(0);
    assertTrue(stream.getOpen() && stream.hasWrittenTime() && stream.hasAckedTime(), stream.toString());
    assertEquals(trace.getRouted(0).getCopiesList().stream().filter(copy -> copy.getEdgeNodeId().endsWith("edge-2"))
        .findFirst().orElseThrow().getEdgeNodeId(), stream.getEdgeNodeId());
    assertEquals(DeliveryOutcome.DELIVERY_OUTCOME_NO_STREAM, device(trace, "bob", "tablet").getOutcome());
    assertEquals(DeliveryOutcome.DELIVERY_OUTCOME_WRITTEN, device(trace, "carol", "phone").getOutcome());
    assertEquals(DeliveryOutcome.DELIVERY_OUTCOME_NOT_A_MEMBER, device(trace, "dave", "").getOutcome());
    // A new device is sent what is younger than two hours; its ack may have come by now, and be stored.
    DeliveryOutcome lateGot = device(trace, "bob", "late").getOutcome();
    assertTrue(GOT.contains(lateGot), lateGot.toString());
    DeviceTrace slow = device(whole(group, second), "carol", "phone");
    assertEquals(DeliveryOutcome.DELIVERY_OUTCOME_BEHIND, slow.getOutcome());
    assertEquals(StreamWait.STREAM_WAIT_ACKS, slow.getStreams(0).getWait());
    assertFalse(trace.toString().contains("secret"), "a trace tells what was said");

    carol.hear("secret two");
    Await.until(PATIENCE, "the slow one has caught up",
        () -> device(trace(group, second), "carol", "phone").getOutcome() == DeliveryOutcome.DELIVERY_OUTCOME_ACKED);
    late.close();
    carol.close();
    bob.close();
    alice.close();
  }

  @Test
  void who_was_not_granted_traces_nothing_and_clients_do_not_find_it() throws Exception {
    String conversation = mesh.direct("alice", "bob");
    StatusRuntimeException nobody = assertThrows(StatusRuntimeException.class, () -> trace("no such conversation", 1));
    assertEquals(Status.Code.NOT_FOUND, nobody.getStatus().getCode());
    ManagedChannel billing = services(house.issue("billing", "uri:spiffe://chasqui/service/billing"));
    StatusRuntimeException refused = assertThrows(StatusRuntimeException.class,
        () -> TraceServiceGrpc.newBlockingStub(billing).withDeadlineAfter(30, TimeUnit.SECONDS).traceDelivery(
            TraceDeliveryRequest.newBuilder().setConversationId(conversation).setSeq(1).build()));
    billing.shutdownNow();
    assertEquals(Status.Code.PERMISSION_DENIED, refused.getStatus().getCode());
    TraceServiceBlockingStub client =
        TraceServiceGrpc.newBlockingStub(mesh.channel(0)).withCallCredentials(MeshFixture.bearer(mesh.token("alice")));
    StatusRuntimeException hidden = assertThrows(StatusRuntimeException.class, () -> client.withDeadlineAfter(30, TimeUnit.SECONDS)
        .traceDelivery(TraceDeliveryRequest.newBuilder().setConversationId(conversation).setSeq(1).build()));
    assertEquals(Status.Code.UNIMPLEMENTED, hidden.getStatus().getCode());
  }
}
