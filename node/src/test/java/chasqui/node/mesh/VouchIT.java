package chasqui.node.mesh;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import chasqui.discovery.NodeRecord;
import chasqui.edge.v1.ClientFrame;
import chasqui.edge.v1.PresenceSubscription;
import chasqui.edge.v1.ServerFrame.FrameCase;
import chasqui.edge.v1.TokenRefresh;
import chasqui.error.v1.Reason;
import chasqui.log.v1.Message;
import chasqui.log.v1.TextContent;
import chasqui.mailbox.v1.Append;
import chasqui.mailbox.v1.IdKind;
import chasqui.mailbox.v1.MailboxRequest;
import chasqui.mailbox.v1.MailboxResponse;
import chasqui.mailbox.v1.ReadRange;
import chasqui.mailbox.v1.RegisterDevice;
import chasqui.node.StartException;
import chasqui.node.certs.DevAuthority;
import chasqui.node.mesh.ClusterFixture.Node;
import chasqui.presence.v1.FromPresence;
import chasqui.presence.v1.Here;
import chasqui.presence.v1.Look;
import chasqui.presence.v1.PresenceHello;
import chasqui.presence.v1.PresenceLinkServiceGrpc;
import chasqui.presence.v1.ToPresence;
import chasqui.presence.v1.ToPresenceItem;
import chasqui.presence.v1.Watch;
import chasqui.registry.v1.Announce;
import chasqui.registry.v1.Announced;
import chasqui.registry.v1.FromRegistry;
import chasqui.registry.v1.LinkHello;
import chasqui.registry.v1.Lookup;
import chasqui.registry.v1.Opener;
import chasqui.registry.v1.RegistryLinkServiceGrpc;
import chasqui.registry.v1.ToRegistry;
import chasqui.registry.v1.ToRegistryItem;
import chasqui.router.v1.EdgeHello;
import chasqui.router.v1.FromRouter;
import chasqui.router.v1.FromRouterItem;
import chasqui.router.v1.RouterLinkServiceGrpc;
import chasqui.router.v1.ToRouter;
import chasqui.router.v1.ToRouterItem;
import chasqui.router.v1.TypingSignalled;
import chasqui.testkit.process.Await;
import chasqui.trace.v1.TraceEntry;
import chasqui.trace.v1.TraceQuery;
import com.google.protobuf.ByteString;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.NettyChannelBuilder;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/// Row S17: what an edge with a good certificate gets in the names of users whom it does not hold, over real sockets and
/// TLS; and that edges which hold them are not in the way.
class VouchIT {

  private static final String ROLE = "spiffe://chasqui/role/";
  private static final String UNVOUCHED = "chasqui_internal_unvouched_total";

  @TempDir
  private Path folder;

  private final List<ManagedChannel> channels = new ArrayList<>();
  private final ListAppender<ILoggingEvent> audited = new ListAppender<>();
  private DevAuthority authority;
  private ClusterFixture cluster;
  private Node core;
  private Node router;
  private Node edge;

  @BeforeEach
  void start() throws Exception {
    audited.start();
    ((Logger) LoggerFactory.getLogger("chasqui.audit")).addAppender(audited);
    authority = DevAuthority.in(folder.resolve("certs"));
    cluster = new ClusterFixture(folder);
    core = cluster.start("core-1", "mailbox, registry", settings("mailbox", "registry"));
    router = cluster.start("router-1", "router", settings("router"));
    edge = cluster.start("edge-1", "edge", settings("edge"));
  }

  @AfterEach
  void stop() {
    channels.forEach(ManagedChannel::shutdownNow);
    cluster.close();
    ((Logger) LoggerFactory.getLogger("chasqui.audit")).detachAppender(audited);
  }

  private DevAuthority.Issued issue(String... roles) {
    return authority.issue(String.join("-", roles), Stream.of(roles).map(ROLE::concat).toList());
  }

  private Map<String, String> settings(String... roles) {
    DevAuthority.Issued issued = issue(roles);
    return Map.of("internal.certificate", issued.certificate().toString(), "internal.key", issued.key().toString(),
        "internal.authority", authority.certificate().toString());
  }

  /// Into a node, with an edge's certificate.
  private ManagedChannel rogue(Node into) throws Exception {
    DevAuthority.Issued issued = issue("edge");
    ManagedChannel channel = NettyChannelBuilder.forTarget(into.internal()).sslContext(GrpcSslContexts.forClient()
        .trustManager(authority.certificate().toFile())
        .keyManager(issued.certificate().toFile(), issued.key().toFile()).build()).build();
    channels.add(channel);
    return channel;
  }

  private static long count(Node at, String metric, String... values) {
    return at.telemetry().text().lines()
        .filter(line -> line.startsWith(metric) && Stream.of(values).allMatch(value -> line.contains("\"" + value + "\"")))
        .mapToLong(line -> (long) Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1))).sum();
  }

  private String audit() {
    return List.copyOf(audited.list).stream()
        .map(event -> event.getFormattedMessage() + " " + event.getKeyValuePairs()).collect(Collectors.joining("\n"));
  }

  private static ToRouter hello(String nodeId, String incarnation) {
    return router(ToRouterItem.newBuilder().setHello(EdgeHello.newBuilder().setNodeId(nodeId).setIncarnation(incarnation)));
  }

  private static ToRouter router(ToRouterItem.Builder item) {
    return ToRouter.newBuilder().addItems(item).build();
  }

  private static ToRouter asking(String user, MailboxRequest.Builder request) {
    request.getCallerBuilder().setUserId(user).setDeviceId("phone");
    return router(ToRouterItem.newBuilder().setRequest(request.setRequestId(1)));
  }

  private static MailboxResponse answer(RogueLink<ToRouter, FromRouter> link) {
    FromRouterItem item = link.next().getItems(0);
    return item.hasResponse() ? item.getResponse() : answer(link);
  }

  private static MailboxRequest.Builder history(String conversation) {
    return MailboxRequest.newBuilder().setReadRange(ReadRange.newBuilder()
        .setConversationId(conversation).setUpto(100).setEntriesMax(100).setBytesMax(65_536));
  }

  private static MailboxRequest.Builder message(String conversation) {
    return MailboxRequest.newBuilder().setAppend(Append.newBuilder().setConversationId(conversation)
        .setClientMessageId(ByteString.copyFromUtf8("forged")).setIdKind(IdKind.ID_KIND_ANY)
        .setMessage(Message.newBuilder().setText(TextContent.newBuilder().setText("forged"))));
  }

  /// Until it is accepted: a router that has just ended is noticed at the next attempt.
  private static void say(RawDevice device, String conversation, String text) {
    Await.until(ClusterFixture.PATIENCE, text + " is committed", () -> {
      try {
        return device.say(conversation, text).getSeq() > 0;
      } catch (AssertionError refused) {
        return false;
      }
    });
  }

  @Test
  void people_chat_through_an_edge_that_vouches_for_them_over_a_refresh_and_a_new_router() {
    String conversation = cluster.direct(edge, "alice", "bob");
    RawDevice alice = cluster.connect(edge, "alice", 1);
    RawDevice bob = cluster.connect(edge, "bob", 1);
    alice.say(conversation, "vouched for");
    bob.hear("vouched for");
    bob.send(ClientFrame.newBuilder().setPresenceSubscription(PresenceSubscription.newBuilder().addUserIds("alice")).build());
    assertTrue(bob.await(FrameCase.PRESENCE).getPresence().getOnline());
    long known = count(core, "chasqui_internal_vouches_total", "registry", "taken");
    alice.send(ClientFrame.newBuilder()
        .setTokenRefresh(TokenRefresh.newBuilder().setToken(cluster.token("alice", Duration.ofHours(2)))).build());
    Await.until(ClusterFixture.PATIENCE, "the registry gets the fresh token, unasked",
        () -> count(core, "chasqui_internal_vouches_total", "registry", "taken") > known);
    cluster.stop(router);
    router = cluster.start("router-2", "router", settings("router"));
    say(alice, conversation, "by another router");
    bob.hear("by another router");
    say(bob, conversation, "and back");
    alice.hear("and back");
    alice.close();
    bob.close();
    for (Node node : List.of(core, router)) {
      assertEquals(0, count(node, UNVOUCHED), node.telemetry().text());
      assertEquals(0, count(node, "chasqui_internal_vouches_total", "refused"), node.telemetry().text());
    }
  }

  @Test
  void a_rogue_edge_reads_and_writes_nothing_in_the_names_of_others() throws Exception {
    String conversation = cluster.direct(edge, "alice", "bob");
    RawDevice bob = cluster.connect(edge, "bob", 1);
    cluster.connect(edge, "alice", 1).say(conversation, "secret");
    bob.hear("secret");
    RogueLink<ToRouter, FromRouter> link = new RogueLink<>(rogue(router), RouterLinkServiceGrpc.getAttachMethod());
    link.say(hello("rogue", "one"));
    List<Supplier<MailboxRequest.Builder>> wishes = List.of(
        () -> history(conversation), () -> message(conversation),
        () -> MailboxRequest.newBuilder().setRegisterDevice(RegisterDevice.newBuilder().setDeviceName("stolen")),
        () -> MailboxRequest.newBuilder().setTraceEntry(TraceEntry.newBuilder().setConversationId(conversation).setSeq(2)));
    String mallory = cluster.token("mallory");
    for (String token : List.of("", "garbage", mallory)) {
      if (!token.isEmpty()) {
        link.say(router(ToRouterItem.newBuilder().setVouch(token)));
      }
      for (Supplier<MailboxRequest.Builder> wish : wishes) {
        for (String user : List.of("alice", "bob", "service.billing", "")) {
          link.say(asking(user, wish.get()));
          MailboxResponse answer = answer(link);
          assertEquals(Reason.REASON_PERMISSION_DENIED, answer.getRefusal().getReason(), answer.toString());
        }
      }
    }
    link.say(router(ToRouterItem.newBuilder().setTyping(
        TypingSignalled.newBuilder().setUserId("alice").setConversationId(conversation).setTyping(true))));
    link.say(router(ToRouterItem.newBuilder().setTrace(TraceQuery.newBuilder().setQueryId(1).setConversationId(conversation).setSeq(2))));
    link.say(asking("mallory", history(conversation)));
    assertEquals(Reason.REASON_NOT_FOUND, answer(link).getRefusal().getReason(), "in its own name it is asked who it is");
    RawDevice alice = cluster.connect(edge, "alice", 2);
    alice.say(conversation, "nobody was here");
    bob.hear("nobody was here");
    assertEquals(List.of("secret", "nobody was here"), bob.texts());
    assertEquals(List.of(), link.rest().stream().filter(frame -> frame.getItemsCount() > 0).toList(), "neither trace nor copy");
    assertTrue(count(router, UNVOUCHED, "router", "unvouched") >= 25, router.telemetry().text());
    assertTrue(count(router, UNVOUCHED, "router", "not-services") >= 10, router.telemetry().text());
    link.close();
    Await.until(ClusterFixture.PATIENCE, "the audit tells the rest", () -> audit().lines().count() >= 2);
    assertTrue(audit().contains("not-vouched") && audit().contains("node=\"rogue\""), audit());
    assertFalse(audit().contains(mallory) || audit().contains("garbage") || audit().contains("alice"), audit());
  }

  @Test
  void a_rogue_edge_is_brought_nothing() throws Exception {
    String conversation = cluster.direct(edge, "alice", "bob");
    RawDevice alice = cluster.connect(edge, "alice", 1);
    RawDevice bob = cluster.connect(edge, "bob", 1);
    RogueLink<ToRouter, FromRouter> copies = new RogueLink<>(rogue(router), RouterLinkServiceGrpc.getAttachMethod());
    copies.say(hello("rogue", "one"));
    // By what everybody knows of the edge who reads etcd.
    NodeRecord known = cluster.membership().view().node("edge-1").orElseThrow();
    RogueLink<ToRouter, FromRouter> posing = new RogueLink<>(rogue(router), RouterLinkServiceGrpc.getAttachMethod());
    posing.say(hello(known.nodeId(), known.incarnation()));
    RogueLink<ToRegistry, FromRegistry> link = new RogueLink<>(rogue(core), RegistryLinkServiceGrpc.getAttachMethod());
    link.say(registry(ToRegistryItem.newBuilder().setHello(
        LinkHello.newBuilder().setNodeId("rogue").setIncarnation("one").setOpener(Opener.OPENER_EDGE))));
    link.say(registry(ToRegistryItem.newBuilder().setVouch(cluster.token("mallory"))));
    link.say(registry(ToRegistryItem.newBuilder().setAnnounce(Announce.newBuilder()
        .setRequestId(7).setUserId("bob").setDeviceId("phone").setSessionId(1).setConnectNumber(9))));
    Announced announced = link.next().getItems(0).getAnnounced();
    assertEquals(Reason.REASON_PERMISSION_DENIED, announced.getRefused());
    assertEquals(7, announced.getRequestId());
    alice.say(conversation, "for bob alone");
    bob.hear("for bob alone");
    alice.say(conversation, "and again");
    bob.hear("and again");
    for (RogueLink<ToRouter, FromRouter> rogue : List.of(copies, posing)) {
      assertFalse(rogue.rest().toString().contains("fanout"), "nothing is brought to it");
    }
    assertEquals(1, count(core, UNVOUCHED, "registry", "unvouched"));
    alice.close();
    bob.close();
  }

  private static ToRegistry registry(ToRegistryItem.Builder item) {
    return ToRegistry.newBuilder().addItems(item).build();
  }

  @Test
  void an_edge_is_no_router_by_saying_so() throws Exception {
    RawDevice alice = cluster.connect(edge, "alice", 1);
    RogueLink<ToRegistry, FromRegistry> link = new RogueLink<>(rogue(core), RegistryLinkServiceGrpc.getAttachMethod());
    link.say(registry(ToRegistryItem.newBuilder().setHello(
        LinkHello.newBuilder().setNodeId("rogue").setIncarnation("one").setOpener(Opener.OPENER_ROUTER))));
    link.say(registry(ToRegistryItem.newBuilder().setLookup(Lookup.newBuilder().setRequestId(1).setUserId("alice"))));
    assertEquals(Status.Code.PERMISSION_DENIED, link.end().getCode());
    assertEquals(List.of(), link.rest());
    assertEquals(1, count(core, UNVOUCHED, "registry", "wrong-role"));
    alice.close();
  }

  @Test
  void who_holds_nobody_is_not_told_who_is_online() throws Exception {
    RawDevice alice = cluster.connect(edge, "alice", 1);
    RogueLink<ToPresence, FromPresence> link = new RogueLink<>(rogue(core), PresenceLinkServiceGrpc.getAttachMethod());
    link.say(presence(ToPresenceItem.newBuilder().setHello(PresenceHello.newBuilder().setNodeId("rogue").setIncarnation("one"))));
    link.say(presence(ToPresenceItem.newBuilder().setHere(Here.newBuilder().setUserId("bob").setSessionId(1))));
    link.say(presence(ToPresenceItem.newBuilder().setWatch(Watch.newBuilder().setUserId("alice"))));
    link.say(presence(ToPresenceItem.newBuilder().setLook(
        Look.newBuilder().setRequestId(1).setUserId("alice").setOwnedMs(3_600_000))));
    FromPresence answer = link.next();
    assertTrue(answer.getItems(0).hasSeen() && !answer.getItems(0).getSeen().hasOnline(), answer.toString());
    assertEquals(3, count(core, UNVOUCHED, "presence", "unvouched"));
    assertEquals(List.of(), link.rest().stream().filter(frame -> frame.getItemsCount() > 0).toList());
    alice.close();
  }

  private static ToPresence presence(ToPresenceItem.Builder item) {
    return ToPresence.newBuilder().addItems(item).build();
  }

  @Test
  void an_edge_that_serves_services_has_to_prove_that_it_may() {
    Map<String, String> services = new HashMap<>(settings("edge"));
    services.putAll(Map.of(
        "services.port", "0", "services.certificate", services.get("internal.certificate"),
        "services.key", services.get("internal.key"), "services.authority", services.get("internal.authority")));
    StartException refused = assertThrows(StartException.class, () -> cluster.begin("edge-2", "edge", services));
    assertTrue(refused.getMessage().contains("services"), refused.getMessage());
  }
}
