package chasqui.drills.mesh;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import chasqui.discovery.InMemoryMembership;
import chasqui.discovery.NodeRecord;
import chasqui.discovery.NodeState;
import chasqui.discovery.Role;
import chasqui.discovery.Slots;
import chasqui.link.Link;
import chasqui.link.LinkLimits;
import chasqui.link.LinkListener;
import chasqui.link.LinkRuntime;
import chasqui.log.v1.Entry;
import chasqui.log.v1.Member;
import chasqui.mailbox.v1.FromMailbox;
import chasqui.mailbox.v1.MailboxEvent;
import chasqui.mailbox.v1.MailboxLinkServiceGrpc;
import chasqui.mailbox.v1.MailboxRequest;
import chasqui.mailbox.v1.MailboxResponse;
import chasqui.mailbox.v1.Push;
import chasqui.mailbox.v1.Roster;
import chasqui.mailbox.v1.ToMailbox;
import chasqui.registry.RegistryConfig;
import chasqui.registry.SessionRegistry;
import chasqui.registry.v1.Announce;
import chasqui.registry.v1.FromRegistry;
import chasqui.registry.v1.FromRegistryItem;
import chasqui.registry.v1.LinkHello;
import chasqui.registry.v1.Opener;
import chasqui.registry.v1.RegistryLinkServiceGrpc;
import chasqui.registry.v1.ToRegistry;
import chasqui.registry.v1.ToRegistryItem;
import chasqui.registry.v1.Withdraw;
import chasqui.router.MessageRouter;
import chasqui.router.RouterConfig;
import chasqui.router.v1.EdgeHello;
import chasqui.router.v1.Fanout;
import chasqui.router.v1.FromRouter;
import chasqui.router.v1.FromRouterItem;
import chasqui.router.v1.NotHere;
import chasqui.router.v1.RouterLinkServiceGrpc;
import chasqui.router.v1.ToRouter;
import chasqui.router.v1.ToRouterItem;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.Status;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.grpc.inprocess.InProcessServerBuilder;
import io.grpc.stub.StreamObserver;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.metrics.Meter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// The real router and the real registry between stand-ins for a mailbox and two edges, over in-process links with direct
/// executors: whatever is committed after a session was confirmed is told to it, while sessions come and go.
class RouterWithRegistryTest {

  private static final int USERS = 40;
  // Nothing is given up for lack of room or time, however slow the machine: what is told at all is told by a fan-out.
  private static final RouterConfig PATIENT = new RouterConfig(
      new RouterConfig.Forwarding(Duration.ofMinutes(2), 32_768, 16_384, Duration.ofMillis(200)),
      RouterConfig.Caches.DEFAULT,
      new RouterConfig.Holding(65_536, 256L << 20, 16_384, 32_768, 16_384, Duration.ofMinutes(2), Duration.ofMillis(200)),
      RouterConfig.Repair.DEFAULT);

  private final String name = "mesh-" + System.identityHashCode(this);
  private final NodeRecord self = new NodeRecord(
      "all", "all-1", name, Set.of(Role.ROUTER, Role.MAILBOX, Role.REGISTRY), NodeState.READY, "");
  private final Meter meter = OpenTelemetry.noop().getMeter("test");
  private final ScheduledExecutorService scheduler = Executors.newSingleThreadScheduledExecutor();
  private final InMemoryMembership membership = new InMemoryMembership();
  private final ManagedChannel channel = InProcessChannelBuilder.forName(name).directExecutor().build();
  private final Mailbox mailbox = new Mailbox();
  private final SessionRegistry registry =
      new SessionRegistry(RegistryConfig.DEFAULT, LinkLimits.DEFAULT, scheduler, System::nanoTime, meter);
  private final MessageRouter router = new MessageRouter(
      self,
      new Slots(64),
      PATIENT,
      membership,
      new LinkRuntime(
          node -> InProcessChannelBuilder.forName(node.address()).directExecutor().build(),
          scheduler,
          new Random(1),
          System::nanoTime),
      meter);
  private Server server;

  /// Conversation `i` has the members `user i` and `user i + 1`.
  private static final class Mailbox extends MailboxLinkServiceGrpc.MailboxLinkServiceImplBase {
    final Map<String, AtomicLong> heads = new ConcurrentHashMap<>();
    volatile Link<MailboxEvent, FromMailbox> link;

    long head(String conversation) {
      AtomicLong head = heads.get(conversation);
      return head == null ? 0 : head.get();
    }

    void commit(int conversation) {
      String id = "c" + conversation;
      AtomicLong head = heads.computeIfAbsent(id, c -> new AtomicLong());
      synchronized (head) {
        Entry entry = Entry.newBuilder().setSeq(head.incrementAndGet()).build();
        link.offer(MailboxEvent.newBuilder().setPush(Push.newBuilder()
            .setConversationId(id).setGeneration(1).setRosterSeq(1).setEntry(entry)).build());
      }
    }

    @Override
    public StreamObserver<ToMailbox> attach(StreamObserver<FromMailbox> responses) {
      return Link.<MailboxEvent, FromMailbox, ToMailbox>serve(
          responses, events -> FromMailbox.newBuilder().addAllEvents(events).build(), LinkLimits.DEFAULT, opened -> {
            link = opened;
            return new LinkListener<>() {
              @Override
              public void onFrame(ToMailbox frame) {
                frame.getRequestsList().stream().filter(MailboxRequest::hasReadRoster).forEach(Mailbox.this::roster);
              }

              @Override
              public void onBroken(Status why) {}
            };
          });
    }

    private void roster(MailboxRequest request) {
      String id = request.getReadRoster().getConversationId();
      int number = Integer.parseInt(id.substring(1));
      Roster.Builder roster = Roster.newBuilder().setConversationId(id).setRosterSeq(1);
      for (int user : new int[] {number, (number + 1) % USERS}) {
        roster.addMembers(Member.newBuilder().setUserId("user" + user).setJoinSeq(1));
      }
      link.offer(MailboxEvent.newBuilder()
          .setResponse(MailboxResponse.newBuilder().setRequestId(request.getRequestId()).setRoster(roster)).build());
    }
  }

  /// A session as an edge holds it: the newest head that it knows of each of its conversations.
  private static final class EdgeSession {
    final int user;
    final long id;
    final Map<String, Long> known = new ConcurrentHashMap<>();
    final AtomicBoolean confirmed = new AtomicBoolean();

    EdgeSession(int user, long id) {
      this.user = user;
      this.id = id;
    }

    List<String> conversations() {
      return List.of("c" + user, "c" + (user + USERS - 1) % USERS);
    }
  }

  private final class Edge {
    final Map<Long, EdgeSession> sessions = new ConcurrentHashMap<>();
    final AtomicInteger compared = new AtomicInteger();
    final Link<ToRouterItem, ToRouter> toRouter;
    final Link<ToRegistryItem, ToRegistry> toRegistry;
    private final AtomicLong ids = new AtomicLong();

    Edge(String nodeId) {
      toRouter = Link.<ToRouterItem, ToRouter, FromRouter>open(
          RouterLinkServiceGrpc.newStub(channel)::attach,
          items -> ToRouter.newBuilder().addAllItems(items).build(), LinkLimits.DEFAULT, link -> listener(this::fromRouter));
      toRegistry = Link.<ToRegistryItem, ToRegistry, FromRegistry>open(
          RegistryLinkServiceGrpc.newStub(channel)::attach,
          items -> ToRegistry.newBuilder().addAllItems(items).build(), LinkLimits.DEFAULT, link -> listener(this::fromRegistry));
      toRouter.offer(ToRouterItem.newBuilder()
          .setHello(EdgeHello.newBuilder().setNodeId(nodeId).setIncarnation(nodeId + "-1")).build());
      toRegistry.offer(ToRegistryItem.newBuilder()
          .setHello(LinkHello.newBuilder().setNodeId(nodeId).setIncarnation(nodeId + "-1").setOpener(Opener.OPENER_EDGE))
          .build());
    }

    EdgeSession connect(int user, String device, long connectNumber) {
      EdgeSession session = new EdgeSession(user, ids.incrementAndGet());
      sessions.put(session.id, session);
      toRegistry.offer(ToRegistryItem.newBuilder().setAnnounce(Announce.newBuilder()
          .setRequestId(session.id).setSessionId(session.id).setUserId("user" + user).setDeviceId(device)
          .setConnectNumber(connectNumber)).build());
      return session;
    }

    void disconnect(EdgeSession session) {
      sessions.remove(session.id);
      toRegistry.offer(ToRegistryItem.newBuilder()
          .setWithdraw(Withdraw.newBuilder().setUserId("user" + session.user).setSessionId(session.id)).build());
    }

    private void fromRegistry(FromRegistry frame) {
      for (FromRegistryItem item : frame.getItemsList()) {
        EdgeSession session = item.hasAnnounced() ? sessions.get(item.getAnnounced().getRequestId()) : null;
        if (session != null) {
          assertEquals(0, item.getAnnounced().getRefusedValue());
          // The sync: after the confirmation, the head that its owner tells.
          session.conversations().forEach(c -> session.known.merge(c, mailbox.head(c), Math::max));
          session.confirmed.set(true);
        }
      }
    }

    private void fromRouter(FromRouter frame) {
      for (FromRouterItem item : frame.getItemsList()) {
        if (item.hasFanout()) {
          told(item.getFanout());
        } else if (item.hasCompareAll()) {
          compared.incrementAndGet();
        }
      }
    }

    private void told(Fanout fanout) {
      NotHere.Builder gone = NotHere.newBuilder().setConversationId(fanout.getConversationId()).setHead(fanout.getHead());
      for (long id : fanout.getSessionIdsList()) {
        EdgeSession session = sessions.get(id);
        if (session == null) {
          gone.addSessionIds(id);
        } else {
          session.known.merge(fanout.getConversationId(), fanout.getHead(), Math::max);
        }
      }
      if (gone.getSessionIdsCount() > 0) {
        toRouter.offer(ToRouterItem.newBuilder().setNotHere(gone).build());
      }
    }
  }

  private static <R> LinkListener<R> listener(java.util.function.Consumer<R> frames) {
    return new LinkListener<>() {
      @Override
      public void onFrame(R frame) {
        frames.accept(frame);
      }

      @Override
      public void onBroken(Status why) {}
    };
  }

  @BeforeEach
  void start() throws Exception {
    server = InProcessServerBuilder.forName(name).directExecutor()
        .addService(mailbox).addService(registry.service()).addService(router.service()).build().start();
    registry.start();
    membership.announce(self);
    router.start();
    await(() -> mailbox.link != null);
  }

  @AfterEach
  void stop() {
    channel.shutdownNow();
    router.close();
    registry.close();
    server.shutdownNow();
    scheduler.shutdownNow();
  }

  private static void await(BooleanSupplier condition) {
    long deadline = System.nanoTime() + Duration.ofSeconds(30).toNanos();
    while (!condition.getAsBoolean()) {
      assertTrue(System.nanoTime() - deadline < 0, "not within 30 s");
      Thread.onSpinWait();
    }
  }

  @Test
  void what_is_committed_after_a_session_was_confirmed_is_told_to_it() throws Exception {
    List<Edge> edges = List.of(new Edge("e1"), new Edge("e2"));
    List<Thread> threads = new ArrayList<>();
    for (int t = 0; t < 2; t++) {
      int seed = t;
      threads.add(Thread.ofPlatform().start(() -> comeAndGo(edges.get(seed), "device" + seed, new Random(seed))));
      threads.add(Thread.ofPlatform().start(() -> {
        Random random = new Random(100 + seed);
        for (int i = 0; i < 8_000; i++) {
          mailbox.commit(random.nextInt(USERS));
        }
      }));
    }
    for (Thread thread : threads) {
      thread.join();
    }
    for (Edge edge : edges) {
      assertTrue(edge.sessions.size() > 10, edge.sessions.size() + " sessions are left");
      for (EdgeSession session : edge.sessions.values()) {
        await(session.confirmed::get);
        for (String conversation : session.conversations()) {
          await(() -> session.known.getOrDefault(conversation, 0L) == mailbox.head(conversation));
        }
      }
      assertEquals(0, edge.compared.get(), "told by comparing would be too easy");
    }
  }

  private static void comeAndGo(Edge edge, String device, Random random) {
    EdgeSession[] byUser = new EdgeSession[USERS];
    for (int i = 1; i <= 4_000; i++) {
      int user = random.nextInt(USERS);
      if (byUser[user] == null) {
        byUser[user] = edge.connect(user, device, i);
      } else if (byUser[user].confirmed.get()) {
        edge.disconnect(byUser[user]);
        byUser[user] = null;
      }
    }
  }
}
