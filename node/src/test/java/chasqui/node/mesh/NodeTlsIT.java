package chasqui.node.mesh;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import chasqui.cluster.v1.ProbeRequest;
import chasqui.cluster.v1.ProbeServiceGrpc;
import chasqui.conversation.v1.ConversationServiceGrpc;
import chasqui.conversation.v1.CreateDirectRequest;
import chasqui.discovery.NodeRecord;
import chasqui.discovery.NodeState;
import chasqui.discovery.Role;
import chasqui.mailbox.v1.MailboxLinkServiceGrpc;
import chasqui.node.StartException;
import chasqui.node.TestAuthority;
import chasqui.node.TestCertificate;
import chasqui.node.certs.DevAuthority;
import chasqui.node.mesh.ClusterFixture.Node;
import chasqui.presence.v1.PresenceLinkServiceGrpc;
import chasqui.registry.v1.RegistryLinkServiceGrpc;
import chasqui.router.v1.RouterLinkServiceGrpc;
import chasqui.testkit.process.Await;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientInterceptors;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.MetadataUtils;
import io.grpc.stub.StreamObserver;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Who gets in at the internal port, by real sockets.
class NodeTlsIT {

  private static final String ROLE = "spiffe://chasqui/role/";
  private static final List<MethodDescriptor<?, ?>> LINKS = List.of(
      MailboxLinkServiceGrpc.getAttachMethod(), RouterLinkServiceGrpc.getAttachMethod(),
      RegistryLinkServiceGrpc.getAttachMethod(), PresenceLinkServiceGrpc.getAttachMethod());
  private static final List<String> STRONG = List.of("TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256");
  private static final List<String> WEAK = List.of("TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA");

  @TempDir
  static Path folder;

  private static final List<ManagedChannel> CHANNELS = new ArrayList<>();
  private static DevAuthority authority;
  private static TestAuthority house;
  private static ClusterFixture cluster;
  private static Node node;
  private static Node edge;

  @BeforeAll
  static void start() throws Exception {
    authority = DevAuthority.in(folder.resolve("certs"));
    // Issues what the development authority does not: both are believed.
    house = new TestAuthority(folder, "house");
    Path both = folder.resolve("both.pem");
    Files.writeString(both,
        Files.readString(authority.certificate()) + Files.readString(house.certificate()));
    cluster = new ClusterFixture(folder);
    node = cluster.start("node-1", "router, mailbox, registry", settings(both, "router", "mailbox", "registry"));
    edge = cluster.start("edge-1", "edge", settings(both, "edge"));
  }

  @AfterAll
  static void stop() {
    CHANNELS.forEach(ManagedChannel::shutdownNow);
    cluster.close();
  }

  private static DevAuthority.Issued issue(String... roles) {
    return authority.issue(String.join("-", roles), List.of(roles).stream().map(ROLE::concat).toList());
  }

  private static Map<String, String> settings(Path believed, String... roles) {
    DevAuthority.Issued issued = issue(roles);
    return new HashMap<>(Map.of(
        "internal.certificate", issued.certificate().toString(), "internal.key", issued.key().toString(),
        "internal.authority", believed.toString()));
  }

  private static ManagedChannel channel(SslContextBuilder tls) throws Exception {
    ManagedChannel channel = NettyChannelBuilder.forTarget(node.internal()).sslContext(tls.build()).build();
    CHANNELS.add(channel);
    return channel;
  }

  private static SslContextBuilder client(Path certificate, Path key) {
    SslContextBuilder tls = GrpcSslContexts.forClient().trustManager(authority.certificate().toFile());
    return certificate == null ? tls : tls.keyManager(certificate.toFile(), key.toFile());
  }

  private static ManagedChannel channel(DevAuthority.Issued issued) throws Exception {
    return channel(client(issued.certificate(), issued.key()));
  }

  private static Status.Code probe(Channel channel) {
    try {
      var _ = ProbeServiceGrpc.newBlockingStub(channel).withDeadlineAfter(20, TimeUnit.SECONDS)
          .probe(ProbeRequest.getDefaultInstance());
      return Status.Code.OK;
    } catch (StatusRuntimeException refused) {
      return refused.getStatus().getCode();
    }
  }

  /// How a link ends that is opened and closed at once.
  private static <Q, R> Status.Code attach(Channel channel, MethodDescriptor<Q, R> method) throws Exception {
    CompletableFuture<Status.Code> end = new CompletableFuture<>();
    StreamObserver<Q> call = ClientCalls.asyncBidiStreamingCall(channel.newCall(method, CallOptions.DEFAULT), new StreamObserver<R>() {
      @Override
      public void onNext(R frame) {}

      @Override
      public void onError(Throwable failure) {
        end.complete(Status.fromThrowable(failure).getCode());
      }

      @Override
      public void onCompleted() {
        end.complete(Status.Code.OK);
      }
    });
    call.onCompleted();
    return end.get(20, TimeUnit.SECONDS);
  }

  private static Set<String> opened(Channel channel) throws Exception {
    Set<String> opened = new TreeSet<>();
    for (MethodDescriptor<?, ?> method : LINKS) {
      Status.Code end = attach(channel, method);
      assertTrue(Set.of(Status.Code.OK, Status.Code.PERMISSION_DENIED, Status.Code.UNAUTHENTICATED).contains(end), method.getFullMethodName() + ": " + end);
      if (end == Status.Code.OK) {
        opened.add(method.getServiceName().replaceAll("chasqui\\.([a-z]+)\\..*", "$1"));
      }
    }
    return opened;
  }

  private static long refusals(Node at, String reason) {
    return at.telemetry().text().lines()
        .filter(line -> line.startsWith("chasqui_internal_refusals_total") && line.contains("\"" + reason + "\""))
        .mapToLong(line -> (long) Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1))).sum();
  }

  @Test
  void nodes_that_prove_their_roles_work_together() throws Exception {
    String conversation = cluster.direct(edge, "alice", "bob");
    RawDevice alice = cluster.connect(edge, "alice", 1);
    RawDevice bob = cluster.connect(edge, "bob", 1);
    alice.say(conversation, "encrypted");
    bob.hear("encrypted");
    alice.close();
    bob.close();
  }

  @Test
  void each_role_opens_what_it_needs_and_nothing_else() throws Exception {
    assertEquals(Set.of("router", "registry", "presence"), opened(channel(issue("edge"))));
    assertEquals(Set.of("mailbox", "registry"), opened(channel(issue("router"))));
    assertEquals(Set.of(), opened(channel(issue("mailbox"))));
    assertEquals(Set.of(), opened(channel(issue("registry"))));
    assertEquals(Set.of(), opened(channel(issue("gateway"))));
    assertEquals(Set.of("mailbox", "router", "registry", "presence"), opened(channel(issue("edge", "router"))));
    for (String role : List.of("edge", "router", "mailbox", "registry")) {
      assertEquals(Status.Code.OK, probe(channel(issue(role))), role + " may ask who is alive");
    }
    assertTrue(refusals(node, "role") >= 12, node.telemetry().text());
  }

  @Test
  void services_strangers_and_clients_open_nothing() throws Exception {
    TestCertificate service = house.issue("billing", "uri:spiffe://chasqui/service/billing");
    TestCertificate mixed = house.issue("mixed", "uri:spiffe://chasqui/service/billing,uri:" + ROLE + "router");
    TestCertificate nobody = house.issue("nobody", "dns:router");
    TestCertificate elsewhere = house.issue("elsewhere", "uri:spiffe://elsewhere/role/router");
    for (TestCertificate bad : List.of(service, mixed, nobody, elsewhere)) {
      ManagedChannel channel = channel(client(bad.certificate(), bad.key()));
      assertEquals(Set.of(), opened(channel), bad.toString());
      assertEquals(Status.Code.UNAUTHENTICATED, probe(channel), bad.toString());
      // What a call claims in its headers changes nothing.
      Metadata forged = new Metadata();
      forged.put(Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER), "Bearer " + cluster.token("alice"));
      forged.put(Metadata.Key.of("x-forwarded-client-cert", Metadata.ASCII_STRING_MARSHALLER), "URI=" + ROLE + "router");
      forged.put(Metadata.Key.of("x-chasqui-role", Metadata.ASCII_STRING_MARSHALLER), "router");
      Channel forger = ClientInterceptors.intercept(channel, MetadataUtils.newAttachHeadersInterceptor(forged));
      assertEquals(Set.of(), opened(forger), bad.toString());
    }
    assertTrue(refusals(node, "no-role") >= 4 * 9, node.telemetry().text());
  }

  @Test
  void without_a_good_certificate_no_connection_comes_about() throws Exception {
    long before = refusals(node, "certificate");
    TestCertificate stranger = new TestAuthority(folder, "stranger").issue("router", "uri:" + ROLE + "router");
    TestCertificate late = house.expired("late", "uri:" + ROLE + "router");
    TestCertificate self = TestCertificate.in(folder, "self");
    assertEquals(Status.Code.UNAVAILABLE, probe(channel(client(null, null))), "no certificate");
    for (TestCertificate bad : List.of(stranger, late, self)) {
      SslContextBuilder tls = client(null, null).keyManager(new InsistentKey(bad));
      assertEquals(Status.Code.UNAVAILABLE, probe(channel(tls)), bad.toString());
    }
    assertTrue(refusals(node, "certificate") >= before + 3, node.telemetry().text());
    ManagedChannel plain = NettyChannelBuilder.forTarget(node.internal()).usePlaintext().build();
    CHANNELS.add(plain);
    assertEquals(Status.Code.UNAVAILABLE, probe(plain), "plaintext");
  }

  @Test
  void old_protocols_and_weak_ciphers_are_refused() throws Exception {
    assertEquals(Status.Code.OK, probe(channel(speaking("TLSv1.3", null))));
    assertEquals(Status.Code.OK, probe(channel(speaking("TLSv1.2", STRONG))));
    assertNotEquals(Status.Code.OK, probe(channel(speaking("TLSv1.2", WEAK))));
    assertNotEquals(Status.Code.OK, probe(channel(speaking("TLSv1.1", WEAK))));
    assertNotEquals(Status.Code.OK, probe(channel(speaking("TLSv1", WEAK))));
  }

  private static SslContextBuilder speaking(String protocol, List<String> ciphers) {
    DevAuthority.Issued router = issue("router");
    SslContextBuilder tls = GrpcSslContexts.configure(client(router.certificate(), router.key()), SslProvider.OPENSSL).protocols(protocol);
    return ciphers == null ? tls : tls.ciphers(ciphers);
  }

  @Test
  void bytes_that_are_no_handshake_get_no_answer() throws Exception {
    int port = Integer.parseInt(node.internal().substring(node.internal().lastIndexOf(':') + 1));
    try (Socket socket = new Socket("127.0.0.1", port)) {
      socket.setSoTimeout(20_000);
      socket.getOutputStream().write("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
      byte[] answer = socket.getInputStream().readAllBytes();
      assertFalse(new String(answer, StandardCharsets.ISO_8859_1).contains("HTTP"), "at most an alert");
    }
  }

  @Test
  void a_node_is_not_believed_to_be_what_it_only_says() {
    long before = refusals(edge, "role");
    cluster.membership().announce(new NodeRecord(
        "forged", "one", node.internal(), Set.of(Role.ROUTER, Role.EDGE), NodeState.READY, ""));
    try {
      Await.until(ClusterFixture.PATIENCE, "the edge looks at its certificate", () -> refusals(edge, "role") > before);
    } finally {
      cluster.membership().withdraw("forged");
    }
  }

  @Test
  void what_a_client_claims_in_its_headers_counts_for_nothing() throws Exception {
    Metadata forged = new Metadata();
    forged.put(Metadata.Key.of("x-forwarded-client-cert", Metadata.ASCII_STRING_MARSHALLER), "URI=spiffe://chasqui/service/billing");
    forged.put(Metadata.Key.of("x-chasqui-user", Metadata.ASCII_STRING_MARSHALLER), "service.billing");
    forged.put(Metadata.Key.of("x-chasqui-role", Metadata.ASCII_STRING_MARSHALLER), "router");
    Channel forger = ClientInterceptors.intercept(
        cluster.channel(edge.edge()), MetadataUtils.newAttachHeadersInterceptor(forged));
    CreateDirectRequest request = CreateDirectRequest.newBuilder().setPeerUserId("peer").build();
    StatusRuntimeException refused = assertThrows(StatusRuntimeException.class,
        () -> ConversationServiceGrpc.newBlockingStub(forger).createDirect(request));
    assertEquals(Status.Code.UNAUTHENTICATED, refused.getStatus().getCode());
    String own = ConversationServiceGrpc.newBlockingStub(forger)
        .withCallCredentials(MeshFixture.bearer(cluster.token("mallory"))).createDirect(request)
        .getConversation().getConversationId();
    assertEquals(cluster.direct(edge, "mallory", "peer"), own, "it is the token's user who has called");
    for (MethodDescriptor<?, ?> method : LINKS) {
      assertEquals(Status.Code.UNIMPLEMENTED, attach(forger, method), method.getFullMethodName());
    }
  }

  @Test
  void a_node_whose_certificate_lacks_its_role_does_not_start() {
    StartException refused = assertThrows(StartException.class,
        () -> cluster.begin("wrong", "registry", settings(authority.certificate(), "edge")));
    assertTrue(refused.getMessage().contains("registry"), refused.getMessage());
  }
}
