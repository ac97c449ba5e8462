package chasqui.registry;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import chasqui.link.Link;
import chasqui.link.LinkLimits;
import chasqui.link.LinkListener;
import chasqui.registry.v1.Announce;
import chasqui.registry.v1.FromRegistry;
import chasqui.registry.v1.FromRegistryItem;
import chasqui.registry.v1.LinkHello;
import chasqui.registry.v1.Lookup;
import chasqui.registry.v1.NoticeTaken;
import chasqui.registry.v1.Opener;
import chasqui.registry.v1.RegistryLinkServiceGrpc;
import chasqui.registry.v1.Session;
import chasqui.registry.v1.ToRegistry;
import chasqui.registry.v1.ToRegistryItem;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.Status;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.grpc.inprocess.InProcessServerBuilder;
import io.opentelemetry.api.OpenTelemetry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// The registry behind real in-process links with direct executors, as one process wires it.
class SessionRegistryTest {

  // For what happens when a time is over.
  private static final RegistryConfig.Times HASTY = new RegistryConfig.Times(
      Duration.ofSeconds(30), Duration.ofSeconds(1), Duration.ofMillis(1500), Duration.ofSeconds(1), Duration.ofSeconds(1));
  // For what must happen before, on a machine that stands still now and then.
  private static final RegistryConfig.Times PATIENT = new RegistryConfig.Times(
      Duration.ofSeconds(60), Duration.ofSeconds(30), Duration.ofSeconds(40), Duration.ofSeconds(1), Duration.ofSeconds(1));

  private final ScheduledExecutorService scheduler = Executors.newSingleThreadScheduledExecutor();
  private final List<ManagedChannel> channels = new ArrayList<>();
  private final String name = "registry-" + System.identityHashCode(this);
  private SessionRegistry registry;
  private Server server;

  private final class Peer implements LinkListener<FromRegistry> {
    final Queue<FromRegistryItem> got = new ConcurrentLinkedQueue<>();
    final Queue<Status> broken = new ConcurrentLinkedQueue<>();
    final Link<ToRegistryItem, ToRegistry> link;
    volatile boolean takesNotices = true;

    Peer(String nodeId, Opener opener) {
      ManagedChannel channel = InProcessChannelBuilder.forName(name).directExecutor().build();
      channels.add(channel);
      link = Link.<ToRegistryItem, ToRegistry, FromRegistry>open(
          RegistryLinkServiceGrpc.newStub(channel)::attach,
          items -> ToRegistry.newBuilder().addAllItems(items).build(),
          LinkLimits.DEFAULT,
          opening -> this);
      link.offer(ToRegistryItem.newBuilder()
          .setHello(LinkHello.newBuilder().setNodeId(nodeId).setIncarnation(nodeId + "-1").setOpener(opener))
          .build());
    }

    void announce(String user, long session) {
      link.offer(ToRegistryItem.newBuilder()
          .setAnnounce(Announce.newBuilder()
              .setRequestId(session).setUserId(user).setDeviceId("phone").setSessionId(session).setConnectNumber(session))
          .build());
    }

    @Override
    public void onFrame(FromRegistry frame) {
      for (FromRegistryItem item : frame.getItemsList()) {
        got.add(item);
        if (item.hasNotice() && takesNotices) {
          // From within the frame, as a router does it.
          link.offer(ToRegistryItem.newBuilder()
              .setNoticeTaken(NoticeTaken.newBuilder().setNoticeId(item.getNotice().getNoticeId())).build());
        }
      }
    }

    @Override
    public void onBroken(Status why) {
      broken.add(why);
    }

    long confirmed() {
      return got.stream().filter(item -> item.hasAnnounced() && item.getAnnounced().getRefusedValue() == 0).count();
    }
  }

  private void start(RegistryConfig.Times times) throws Exception {
    registry = new SessionRegistry(
        new RegistryConfig(5, DeviceCapPolicy.EVICT_OLDEST, times, RegistryConfig.Bounds.DEFAULT),
        LinkLimits.DEFAULT, scheduler, System::nanoTime, OpenTelemetry.noop().getMeter("test"));
    server = InProcessServerBuilder.forName(name).directExecutor().addService(registry.service()).build().start();
    registry.start();
  }

  @AfterEach
  void stop() {
    registry.close();
    channels.forEach(ManagedChannel::shutdownNow);
    server.shutdownNow();
    scheduler.shutdownNow();
  }

  private static void await(BooleanSupplier condition) {
    long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
    while (!condition.getAsBoolean()) {
      assertTrue(System.nanoTime() - deadline < 0, "not within 20 s");
      Thread.onSpinWait();
    }
  }

  private static ToRegistryItem lookup(String user) {
    return ToRegistryItem.newBuilder().setLookup(Lookup.newBuilder().setRequestId(1).setUserId(user)).build();
  }

  @Test
  void a_router_that_asked_learns_of_a_session_before_its_edge_is_answered() throws Exception {
    start(PATIENT);
    Peer router = new Peer("r", Opener.OPENER_ROUTER);
    Peer edge = new Peer("e", Opener.OPENER_EDGE);
    router.link.offer(lookup("alice"));
    edge.announce("alice", 10);
    await(() -> edge.confirmed() == 1);
    assertEquals(2, router.got.size());
    assertTrue(router.got.stream().anyMatch(FromRegistryItem::hasNotice));
    assertEquals(List.of(10L), registry.sessionsOf("alice").stream().map(Session::getSessionId).toList());
  }

  @Test
  void a_silent_router_delays_the_answer_to_the_deadline_and_loses_its_link() throws Exception {
    start(HASTY);
    Peer router = new Peer("r", Opener.OPENER_ROUTER);
    router.takesNotices = false;
    Peer edge = new Peer("e", Opener.OPENER_EDGE);
    router.link.offer(lookup("alice"));
    edge.announce("alice", 10);
    await(() -> edge.confirmed() == 1);
    await(() -> !router.broken.isEmpty());
    assertEquals(Status.Code.RESOURCE_EXHAUSTED, router.broken.peek().getCode());
  }

  @Test
  void an_edge_that_is_gone_loses_its_sessions_after_the_grace() throws Exception {
    start(HASTY);
    Peer edge = new Peer("e", Opener.OPENER_EDGE);
    edge.announce("alice", 10);
    await(() -> edge.confirmed() == 1);
    edge.link.fail(Status.UNAVAILABLE);
    await(() -> registry.sessionsOf("alice").isEmpty());
  }

  @Test
  void edges_and_routers_on_many_threads_are_all_answered() throws Exception {
    start(PATIENT);
    Peer router = new Peer("r", Opener.OPENER_ROUTER);
    List<Peer> edges = List.of(new Peer("e1", Opener.OPENER_EDGE), new Peer("e2", Opener.OPENER_EDGE));
    List<Thread> threads = new ArrayList<>();
    for (Peer edge : edges) {
      threads.add(Thread.ofPlatform().start(() -> {
        for (int i = 1; i <= 2_000; i++) {
          edge.announce(edges.indexOf(edge) + "-user" + i, i);
        }
      }));
    }
    threads.add(Thread.ofPlatform().start(() -> {
      for (int i = 1; i <= 2_000; i++) {
        router.link.offer(lookup("0-user" + i));
        router.link.offer(lookup("1-user" + i));
      }
    }));
    for (Thread thread : threads) {
      thread.join();
    }
    await(() -> edges.stream().allMatch(edge -> edge.confirmed() == 2_000));
    assertEquals(List.of(), List.copyOf(router.broken));
    await(() -> router.got.stream().filter(FromRegistryItem::hasSessions).count() == 4_000);
  }
}
