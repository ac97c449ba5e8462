package chasqui.node.mesh;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import chasqui.conversation.v1.ConversationServiceGrpc;
import chasqui.conversation.v1.CreateDirectRequest;
import chasqui.conversation.v1.ListConversationsRequest;
import chasqui.edge.v1.EdgeServiceGrpc;
import chasqui.error.v1.Reason;
import chasqui.history.v1.FetchHistoryRequest;
import chasqui.history.v1.HistoryServiceGrpc;
import chasqui.log.v1.Entry;
import chasqui.log.v1.Message;
import chasqui.log.v1.TextContent;
import chasqui.message.v1.MessageServiceGrpc;
import chasqui.message.v1.SendMessageRequest;
import chasqui.node.StartException;
import chasqui.node.TestAuthority;
import chasqui.node.TestCertificate;
import chasqui.people.v1.GetPresenceRequest;
import chasqui.people.v1.GetPresenceVisibilityRequest;
import chasqui.people.v1.PresenceServiceGrpc;
import chasqui.people.v1.PresenceServiceGrpc.PresenceServiceBlockingStub;
import chasqui.people.v1.PresenceState;
import chasqui.people.v1.UserPresence;
import chasqui.status.Statuses;
import com.google.protobuf.ByteString;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.NettyChannelBuilder;
import io.netty.handler.ssl.SslContextBuilder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Internal services, over TLS with certificates of their own.
class ServicesIT {

  private static final String BILLING = "uri:spiffe://chasqui/service/billing";

  @TempDir
  static Path folder;

  private static final List<ManagedChannel> CHANNELS = new ArrayList<>();
  private static TestCertificate node;
  private static TestAuthority house;
  private static TestAuthority stranger;
  private static MeshFixture mesh;

  @BeforeAll
  static void start() throws Exception {
    node = TestCertificate.in(folder, "node");
    house = new TestAuthority(folder, "house");
    stranger = new TestAuthority(folder, "stranger");
    mesh = MeshFixture.start(folder.resolve("data"), 1, settings(
        "billing:MessageService/*, billing:ConversationService/CreateDirect, billing:PresenceService/GetPresence"));
  }

  private static Map<String, String> settings(String allow) {
    return Map.of(
        "services.port", "0", "services.certificate", node.certificate().toString(), "services.key", node.key().toString(),
        "services.authority", house.certificate().toString(), "services.allow", allow);
  }

  @AfterAll
  static void stop() {
    CHANNELS.forEach(ManagedChannel::shutdownNow);
    mesh.close();
  }

  /// A connection to the services' port; without a certificate where there is none.
  private static ManagedChannel channel(TestCertificate certificate) throws Exception {
    SslContextBuilder tls = GrpcSslContexts.forClient().trustManager(node.certificate().toFile());
    if (certificate != null) {
      tls.keyManager(certificate.certificate().toFile(), certificate.key().toFile());
    }
    ManagedChannel channel = NettyChannelBuilder.forTarget(mesh.mesh().edges().getFirst().servicesAddress().orElseThrow())
        .sslContext(tls.build()).build();
    CHANNELS.add(channel);
    return channel;
  }

  private static String createDirect(ManagedChannel channel, String peer) {
    return ConversationServiceGrpc.newBlockingStub(channel).withDeadlineAfter(60, TimeUnit.SECONDS)
        .createDirect(CreateDirectRequest.newBuilder().setPeerUserId(peer).build()).getConversation().getConversationId();
  }

  private static StatusRuntimeException refused(ManagedChannel channel) {
    return assertThrows(StatusRuntimeException.class, () -> createDirect(channel, "anybody"));
  }

  private static Reason reason(StatusRuntimeException failure) {
    return Statuses.reasonOf(failure).orElseThrow(() -> new AssertionError("no reason in " + failure));
  }

  @Test
  void a_service_sends_as_the_system_user_of_its_certificate() throws Exception {
    ManagedChannel billing = channel(house.issue("good", BILLING));
    RawDevice alice = mesh.connect("alice", "phone", 1);
    String conversation = createDirect(billing, "alice");
    var _ = MessageServiceGrpc.newBlockingStub(billing).sendMessage(SendMessageRequest.newBuilder()
        .setConversationId(conversation).setClientMessageId(ByteString.copyFromUtf8("invoice-2026-11"))
        .setMessage(Message.newBuilder().setText(TextContent.newBuilder().setText("your invoice"))).build());
    Entry entry = HistoryServiceGrpc.newBlockingStub(mesh.channel(0)).withCallCredentials(MeshFixture.bearer(mesh.token("alice")))
        .fetchHistory(FetchHistoryRequest.newBuilder().setConversationId(conversation).setPageSize(1)
            .setView(chasqui.history.v1.HistoryView.HISTORY_VIEW_RAW).build())
        .getEntries(0);
    assertEquals("service.billing", entry.getSenderUser());
    assertEquals("your invoice", entry.getMessage().getText().getText());
    alice.close();
  }

  @Test
  void a_service_is_told_of_the_presence_of_those_it_talks_with_and_of_nobody_else() throws Exception {
    ManagedChannel billing = channel(house.issue("asking", BILLING));
    PresenceServiceBlockingStub presence = PresenceServiceGrpc.newBlockingStub(billing).withDeadlineAfter(60, TimeUnit.SECONDS);
    RawDevice customer = mesh.connect("customer", "phone", 1);
    RawDevice other = mesh.connect("other", "phone", 1);
    createDirect(billing, "customer");
    var asked = GetPresenceRequest.newBuilder().addUserIds("customer").addUserIds("other").addUserIds("nobody").build();
    assertEquals(
        List.of(PresenceState.PRESENCE_STATE_ONLINE, PresenceState.PRESENCE_STATE_UNKNOWN, PresenceState.PRESENCE_STATE_UNKNOWN),
        presence.getPresence(asked).getPresencesList().stream().map(UserPresence::getState).toList());
    assertEquals(Reason.REASON_PERMISSION_DENIED, reason(assertThrows(StatusRuntimeException.class,
        () -> presence.getPresenceVisibility(GetPresenceVisibilityRequest.getDefaultInstance()))));
    customer.close();
    other.close();
  }

  @Test
  void what_was_not_granted_is_refused() throws Exception {
    ManagedChannel billing = channel(house.issue("narrow", BILLING));
    StatusRuntimeException failure = assertThrows(StatusRuntimeException.class,
        () -> ConversationServiceGrpc.newBlockingStub(billing).listConversations(ListConversationsRequest.getDefaultInstance()));
    assertEquals(Status.Code.PERMISSION_DENIED, failure.getStatus().getCode());
    assertEquals(Reason.REASON_PERMISSION_DENIED, reason(failure));
  }

  @Test
  void a_certificate_of_no_known_service_opens_nothing_with_or_without_a_token() throws Exception {
    ManagedChannel unknown = channel(house.issue("unknown", "uri:spiffe://chasqui/service/nobody"));
    assertEquals(Reason.REASON_UNAUTHENTICATED, reason(refused(unknown)));
    assertEquals(Reason.REASON_UNAUTHENTICATED, reason(refused(channel(house.issue("dns", "dns:billing")))));
    assertEquals(Reason.REASON_UNAUTHENTICATED, reason(refused(channel(house.issue("elsewhere", "uri:spiffe://elsewhere/service/billing")))));
    assertEquals(Reason.REASON_UNAUTHENTICATED, reason(assertThrows(StatusRuntimeException.class,
        () -> ConversationServiceGrpc.newBlockingStub(unknown).withCallCredentials(MeshFixture.bearer(mesh.token("alice")))
            .createDirect(CreateDirectRequest.newBuilder().setPeerUserId("bob").build()))));
  }

  @Test
  void without_a_good_certificate_no_connection_comes_about() throws Exception {
    for (TestCertificate bad : new TestCertificate[] {
        null, stranger.issue("forged", BILLING), house.expired("late", BILLING)}) {
      StatusRuntimeException failure = refused(channel(bad));
      assertEquals(Status.Code.UNAVAILABLE, failure.getStatus().getCode(), "with " + bad + ": " + failure);
    }
    String address = mesh.mesh().edges().getFirst().servicesAddress().orElseThrow();
    ManagedChannel plain = NettyChannelBuilder.forTarget(address).usePlaintext().build();
    CHANNELS.add(plain);
    assertEquals(Status.Code.UNAVAILABLE, refused(plain).getStatus().getCode());
  }

  @Test
  void there_are_no_streams_for_services() throws Exception {
    ManagedChannel billing = channel(house.issue("streaming", BILLING));
    StatusRuntimeException failure = assertThrows(StatusRuntimeException.class, () -> io.grpc.stub.ClientCalls.blockingServerStreamingCall(
        billing, EdgeServiceGrpc.getConnectMethod().toBuilder().setType(io.grpc.MethodDescriptor.MethodType.SERVER_STREAMING).build(),
        io.grpc.CallOptions.DEFAULT, chasqui.edge.v1.ClientFrame.getDefaultInstance()).hasNext());
    assertEquals(Status.Code.UNIMPLEMENTED, failure.getStatus().getCode());
  }

  @Test
  void a_grant_that_means_nothing_stops_the_start() {
    StartException refused = assertThrows(StartException.class,
        () -> MeshFixture.start(folder.resolve("other"), 1, settings("billing:MessageService/SendMesage")));
    assertTrue(refused.getMessage().contains("SendMesage"), refused.getMessage());
  }
}
