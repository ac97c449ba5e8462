package chasqui.router;

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
import chasqui.log.v1.Created;
import chasqui.log.v1.Entry;
import chasqui.log.v1.Member;
import chasqui.mailbox.v1.Append;
import chasqui.mailbox.v1.Appended;
import chasqui.mailbox.v1.FromMailbox;
import chasqui.mailbox.v1.MailboxEvent;
import chasqui.mailbox.v1.MailboxLinkServiceGrpc;
import chasqui.mailbox.v1.MailboxRequest;
import chasqui.mailbox.v1.MailboxResponse;
import chasqui.mailbox.v1.Push;
import chasqui.mailbox.v1.ToMailbox;
import chasqui.registry.v1.FromRegistry;
import chasqui.registry.v1.FromRegistryItem;
import chasqui.registry.v1.RegistryLinkServiceGrpc;
import chasqui.registry.v1.Session;
import chasqui.registry.v1.ToRegistry;
import chasqui.registry.v1.ToRegistryItem;
import chasqui.registry.v1.UserSessions;
import chasqui.router.v1.EdgeHello;
import chasqui.router.v1.FromRouter;
import chasqui.router.v1.FromRouterItem;
import chasqui.router.v1.RouterLinkServiceGrpc;
import chasqui.router.v1.ToRouter;
import chasqui.router.v1.ToRouterItem;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.Status;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.grpc.inprocess.InProcessServerBuilder;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import io.grpc.stub.StreamObserver;
import io.opentelemetry.api.OpenTelemetry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// The router behind real in-process links with direct executors, as one process wires it; mailbox, registry and edges
/// are stand-ins that answer from within a frame.
class MessageRouterTest {

  private final String name = "router-" + System.identityHashCode(this);
  private final NodeRecord self = new NodeRecord(
      "all", "all-1", name, Set.of(Role.ROUTER, Role.MAILBOX, Role.REGISTRY), NodeState.READY, "");
  private final InMemoryMembership membership = new InMemoryMembership();
  private final ScheduledExecutorService scheduler = Executors.newSingleThreadScheduledExecutor();
  private final FakeMailbox mailbox = new FakeMailbox();
  private final FakeRegistry registry = new FakeRegistry();
  private final ManagedChannel channel = InProcessChannelBuilder.forName(name).directExecutor().build();
  private final MessageRouter router = new MessageRouter(
      self,
      new Slots(64),
      RouterConfig.DEFAULT,
      membership,
      new LinkRuntime(
          node -> InProcessChannelBuilder.forName(node.address()).directExecutor().build(),
          scheduler,
          new Random(1),
          System::nanoTime),
      OpenTelemetry.noop().getMeter("test"));
  private Server server;

  /// Commits at once: answers an append and pushes its entry, to alice alone.
  private static final class FakeMailbox extends MailboxLinkServiceGrpc.MailboxLinkServiceImplBase {
    final AtomicInteger links = new AtomicInteger();
    volatile Link<MailboxEvent, FromMailbox> link;
    volatile boolean answering = true;

    @Override
    public StreamObserver<ToMailbox> attach(StreamObserver<FromMailbox> responses) {
      return Link.<MailboxEvent, FromMailbox, ToMailbox>serve(
          responses, events -> FromMailbox.newBuilder().addAllEvents(events).build(), LinkLimits.DEFAULT, opened -> {
            link = opened;
            links.incrementAndGet();
            return new LinkListener<>() {
              @Override
              public void onFrame(ToMailbox frame) {
                frame.getRequestsList().forEach(FakeMailbox.this::append);
              }

              @Override
              public void onBroken(Status why) {}
            };
          });
    }

    private void append(MailboxRequest request) {
      if (!answering) {
        return;
      }
      link.offer(MailboxEvent.newBuilder().setResponse(MailboxResponse.newBuilder()
          .setRequestId(request.getRequestId()).setAppended(Appended.newBuilder().setSeq(1))).build());
      push(request.getAppend().getConversationId());
    }

    void push(String conversation) {
      Created created = Created.newBuilder().addMembers(Member.newBuilder().setUserId("alice").setJoinSeq(1)).build();
      link.offer(MailboxEvent.newBuilder().setPush(Push.newBuilder()
          .setConversationId(conversation).setGeneration(1).setRosterSeq(1)
          .setEntry(Entry.newBuilder().setSeq(1).setCreated(created))).build());
    }
  }

  /// Says that alice is at edge `e`, session 7.
  private static final class FakeRegistry extends RegistryLinkServiceGrpc.RegistryLinkServiceImplBase {
    final AtomicInteger lookups = new AtomicInteger();

    @Override
    public StreamObserver<ToRegistry> attach(StreamObserver<FromRegistry> responses) {
      return Link.<FromRegistryItem, FromRegistry, ToRegistry>serve(
          responses, items -> FromRegistry.newBuilder().addAllItems(items).build(), LinkLimits.DEFAULT, link ->
              new LinkListener<>() {
                @Override
                public void onFrame(ToRegistry frame) {
                  frame.getItemsList().stream().filter(ToRegistryItem::hasLookup).forEach(item -> {
                    lookups.incrementAndGet();
                    link.offer(FromRegistryItem.newBuilder().setSessions(UserSessions.newBuilder()
                        .setRequestId(item.getLookup().getRequestId()).setUserId("alice").setVersion(1)
                        .addSessions(Session.newBuilder()
                            .setEdgeNodeId("e").setEdgeIncarnation("e-1").setSessionId(7).setDeviceId("phone"))).build());
                  });
                }

                @Override
                public void onBroken(Status why) {}
              });
    }
  }

  private static final class Edge implements LinkListener<FromRouter> {
    final Queue<FromRouterItem> got = new ConcurrentLinkedQueue<>();
    final Link<ToRouterItem, ToRouter> link;

    Edge(ManagedChannel channel) {
      link = Link.<ToRouterItem, ToRouter, FromRouter>open(
          RouterLinkServiceGrpc.newStub(channel)::attach,
          items -> ToRouter.newBuilder().addAllItems(items).build(),
          LinkLimits.DEFAULT,
          opening -> this);
      link.offer(hello());
    }

    void append(long id, String conversation) {
      link.offer(ToRouterItem.newBuilder().setRequest(MailboxRequest.newBuilder()
          .setRequestId(id).setAppend(Append.newBuilder().setConversationId(conversation))).build());
    }

    @Override
    public void onFrame(FromRouter frame) {
      got.addAll(frame.getItemsList());
    }

    @Override
    public void onBroken(Status why) {}

    long count(FromRouterItem.ItemCase kind) {
      return got.stream().filter(item -> item.getItemCase() == kind).count();
    }
  }

  private static ToRouterItem hello() {
    return ToRouterItem.newBuilder().setHello(EdgeHello.newBuilder().setNodeId("e").setIncarnation("e-1")).build();
  }

  @BeforeEach
  void start() throws Exception {
    server = InProcessServerBuilder.forName(name).directExecutor()
        .addService(mailbox).addService(registry).addService(router.service()).build().start();
    membership.announce(self);
    router.start();
    await(() -> mailbox.link != null);
  }

  @AfterEach
  void stop() {
    channel.shutdownNow();
    router.close();
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

  @Test
  void a_request_is_answered_and_its_entry_comes_after_the_answer() {
    Edge edge = new Edge(channel);
    edge.append(5, "c");
    await(() -> edge.got.size() == 2);
    List<FromRouterItem> got = List.copyOf(edge.got);
    assertEquals(5, got.get(0).getResponse().getRequestId());
    assertEquals(List.of(7L), got.get(1).getFanout().getSessionIdsList());
  }

  @Test
  void a_mailbox_that_is_lost_leaves_the_outcome_open_and_is_reached_again() {
    Edge edge = new Edge(channel);
    mailbox.answering = false;
    edge.append(5, "c");
    mailbox.link.fail(Status.UNAVAILABLE);
    await(() -> edge.count(FromRouterItem.ItemCase.RESPONSE) == 1);
    assertEquals("REASON_OUTCOME_UNKNOWN", edge.got.peek().getResponse().getRefusal().getReason().name());
    await(() -> edge.count(FromRouterItem.ItemCase.COMPARE_ALL) == 1);
    await(() -> mailbox.links.get() == 2);
    mailbox.answering = true;
    edge.append(6, "c");
    await(() -> edge.count(FromRouterItem.ItemCase.FANOUT) == 1);
  }

  @Test
  void edges_on_several_threads_and_pushes_meet_without_deadlock_and_all_is_answered() throws Exception {
    List<Edge> edges = List.of(new Edge(channel), new Edge(channel));
    List<Thread> threads = new ArrayList<>();
    for (Edge edge : edges) {
      threads.add(Thread.ofPlatform().start(() -> {
        for (int i = 0; i < 5_000; i++) {
          edge.append(i, "c" + i % 100);
        }
      }));
    }
    threads.add(Thread.ofPlatform().start(() -> {
      for (int i = 0; i < 5_000; i++) {
        mailbox.push("d" + i % 100);
      }
    }));
    for (Thread thread : threads) {
      thread.join();
    }
    await(() -> edges.stream().allMatch(edge -> edge.count(FromRouterItem.ItemCase.RESPONSE) == 5_000));
    // The second link took the place of the first: both are node `e`.
    await(() -> edges.stream().mapToLong(edge -> edge.count(FromRouterItem.ItemCase.FANOUT)).sum() >= 5_000);
    assertTrue(registry.lookups.get() < 100, "looked up " + registry.lookups.get() + " times");
    assertTrue(edges.stream().flatMap(edge -> edge.got.stream()).noneMatch(item -> item.getResponse().hasRefusal()));
  }

  @Test
  void a_slow_edge_costs_a_bounded_queue_and_is_told_to_compare_when_it_takes_items_again() {
    SlowEdge edge = new SlowEdge(channel);
    int pushed = 80_000;
    for (int i = 0; i < pushed; i++) {
      mailbox.push("c");
    }
    await(() -> registry.lookups.get() > 0);
    assertTrue(edge.got.size() <= LinkLimits.DEFAULT.itemsPerFrameMax());
    edge.call.request(Integer.MAX_VALUE);
    await(() -> edge.got.stream().anyMatch(FromRouterItem::hasCompareAll));
    long copies = edge.got.stream().filter(FromRouterItem::hasFanout).count();
    assertTrue(copies < pushed, "nothing was dropped: the queue has no bound");
    assertTrue(copies > LinkLimits.DEFAULT.itemsQueuedMax() / 2, copies + " copies");
  }

  /// Takes one frame, and the others when it is told to.
  private static final class SlowEdge implements ClientResponseObserver<ToRouter, FromRouter> {
    final Queue<FromRouterItem> got = new ConcurrentLinkedQueue<>();
    volatile ClientCallStreamObserver<ToRouter> call;

    SlowEdge(ManagedChannel channel) {
      RouterLinkServiceGrpc.newStub(channel).attach(this).onNext(ToRouter.newBuilder().addItems(hello()).build());
    }

    @Override
    public void beforeStart(ClientCallStreamObserver<ToRouter> starting) {
      starting.disableAutoRequestWithInitial(1);
      call = starting;
    }

    @Override
    public void onNext(FromRouter frame) {
      got.addAll(frame.getItemsList());
    }

    @Override
    public void onError(Throwable failure) {}

    @Override
    public void onCompleted() {}
  }
}
