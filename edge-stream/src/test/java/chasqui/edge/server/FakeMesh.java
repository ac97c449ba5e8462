package chasqui.edge.server;

import chasqui.discovery.InMemoryMembership;
import chasqui.discovery.NodeRecord;
import chasqui.discovery.NodeState;
import chasqui.discovery.Placement;
import chasqui.discovery.Role;
import chasqui.discovery.Slots;
import chasqui.error.v1.Reason;
import chasqui.link.Link;
import chasqui.link.LinkLimits;
import chasqui.link.LinkListener;
import chasqui.log.v1.Entry;
import chasqui.mailbox.v1.MailboxRequest;
import chasqui.mailbox.v1.MailboxResponse;
import chasqui.mailbox.v1.Refusal;
import chasqui.registry.v1.Announce;
import chasqui.registry.v1.Announced;
import chasqui.registry.v1.EndSession;
import chasqui.registry.v1.FromRegistry;
import chasqui.registry.v1.FromRegistryItem;
import chasqui.registry.v1.RegistryLinkServiceGrpc;
import chasqui.registry.v1.RevocationStored;
import chasqui.registry.v1.ToRegistry;
import chasqui.registry.v1.ToRegistryItem;
import chasqui.registry.v1.VisibilityStored;
import chasqui.router.v1.EdgeHello;
import chasqui.router.v1.Fanout;
import chasqui.router.v1.FromRouter;
import chasqui.router.v1.FromRouterItem;
import chasqui.router.v1.NotHere;
import chasqui.router.v1.RouterLinkServiceGrpc;
import chasqui.router.v1.ToRouter;
import chasqui.router.v1.ToRouterItem;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.grpc.Server;
import io.grpc.Status;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.grpc.inprocess.InProcessServerBuilder;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.Predicate;

/// A router and a registry on real in-process links, each in its own node, with an owner that the test supplies.
final class FakeMesh implements AutoCloseable {

  final InMemoryMembership membership = new InMemoryMembership();
  final FakePresence presence = new FakePresence();
  final List<EdgeHello> edges = new CopyOnWriteArrayList<>();
  final List<NotHere> notHere = new CopyOnWriteArrayList<>();
  final List<MailboxRequest> asked = new CopyOnWriteArrayList<>();
  final List<Announce> announces = new CopyOnWriteArrayList<>();
  final List<Long> withdrawn = new CopyOnWriteArrayList<>();
  /// Answers requests; a null answer leaves one unanswered.
  volatile Function<MailboxRequest, MailboxResponse> owner = request -> null;
  volatile Function<Announce, Announced> registry = announce -> Announced.getDefaultInstance();
  /// Requests kept unanswered, with those that follow on the same link: a router keeps their order.
  volatile Predicate<MailboxRequest> held = request -> false;
  /// Routers that do not reach the owner, and ask another node, which refuses.
  final Set<String> astray = ConcurrentHashMap.newKeySet();
  /// Which router was asked for each append.
  final Map<MailboxRequest, String> appendsAt = new ConcurrentHashMap<>();
  /// How often each node was called, there or not.
  final Map<String, AtomicInteger> calls = new ConcurrentHashMap<>();
  /// Routers that take links and say nothing.
  final Set<String> mute = ConcurrentHashMap.newKeySet();
  /// How many links those have taken.
  final AtomicInteger deaf = new AtomicInteger();

  private final String name = "mesh-" + System.identityHashCode(this);
  private final Map<String, Server> servers = new ConcurrentHashMap<>();
  private final List<ManagedChannel> channels = new CopyOnWriteArrayList<>();
  private volatile Link<FromRouterItem, FromRouter> toEdge;
  private volatile Link<FromRegistryItem, FromRegistry> fromRegistry;
  private final Map<String, Link<FromRegistryItem, FromRegistry>> registryLinks = new ConcurrentHashMap<>();
  private final List<Held> waiting = new CopyOnWriteArrayList<>();

  private record Held(Link<FromRouterItem, FromRouter> link, MailboxRequest request) {}

  FakeMesh() throws IOException {
    startRouter("router-1");
    startRegistry("registry-1");
  }

  void startRouter(String nodeId) throws IOException {
    servers.put(nodeId, InProcessServerBuilder.forName(name + nodeId).directExecutor().addService(new RouterService(nodeId)).build().start());
    announce(nodeId, Role.ROUTER);
  }

  void startRegistry(String nodeId) throws IOException {
    servers.put(nodeId, InProcessServerBuilder.forName(name + nodeId).directExecutor().addService(new RegistryService(nodeId)).addService(presence).build().start());
    announce(nodeId, Role.REGISTRY);
  }

  /// A registry that is in the view, and that this edge does not reach.
  void showRegistry(String nodeId) {
    announce(nodeId, Role.REGISTRY);
  }

  /// Answers what was held, in the order in which it came.
  void release() {
    held = request -> false;
    for (Held one : waiting) {
      waiting.remove(one);
      answer(one.link, one.request);
    }
  }

  /// Confirms an announcement that was left unanswered.
  void confirm(String nodeId, Announce announce) {
    registryLinks.get(nodeId).offer(FromRegistryItem.newBuilder()
        .setAnnounced(Announced.newBuilder().setRequestId(announce.getRequestId())).build());
  }

  int callsOf(String nodeId) {
    AtomicInteger count = calls.get(nodeId);
    return count == null ? 0 : count.get();
  }

  /// Whether of the two routers the second owns a conversation.
  boolean isOfSecondRouter(String conversationId) {
    List<NodeRecord> nodes = List.of(record("router-1", Role.ROUTER), record("router-2", Role.ROUTER));
    return Placement.owner(new Slots(1024).of(conversationId), nodes).orElseThrow() == nodes.getLast();
  }

  /// Kills a node without a word to the membership.
  void kill(String nodeId) throws InterruptedException {
    servers.remove(nodeId).shutdownNow().awaitTermination();
  }

  ManagedChannel channel(NodeRecord node) {
    AtomicInteger count = calls.computeIfAbsent(node.nodeId(), id -> new AtomicInteger());
    ManagedChannel channel = InProcessChannelBuilder.forName(node.address()).directExecutor()
        .intercept(new ClientInterceptor() {
          @Override
          public <Q, R> ClientCall<Q, R> interceptCall(MethodDescriptor<Q, R> method, CallOptions options, Channel next) {
            count.incrementAndGet();
            return next.newCall(method, options);
          }
        }).build();
    channels.add(channel);
    return channel;
  }

  void push(String conversationId, Entry entry, long... sessionIds) {
    Fanout.Builder fanout = Fanout.newBuilder()
        .setConversationId(conversationId).setGeneration(1).setHead(entry.getSeq()).setEntry(entry);
    for (long sessionId : sessionIds) {
      fanout.addSessionIds(sessionId);
    }
    toEdge.offer(FromRouterItem.newBuilder().setFanout(fanout).build());
  }

  void end(long sessionId, Reason reason) {
    fromRegistry.offer(FromRegistryItem.newBuilder()
        .setEndSession(EndSession.newBuilder().setSessionId(sessionId).setReason(reason)).build());
  }

  void revoke(String userId, String deviceId, long micros) {
    fromRegistry.offer(FromRegistryItem.newBuilder().setRevocationStored(
        RevocationStored.newBuilder().setUserId(userId).setDeviceId(deviceId).setRevokedMicros(micros)).build());
  }

  void visibilityStored(String userId) {
    fromRegistry.offer(FromRegistryItem.newBuilder()
        .setVisibilityStored(VisibilityStored.newBuilder().setUserId(userId)).build());
  }

  @Override
  public void close() {
    servers.values().forEach(Server::shutdownNow);
    channels.forEach(ManagedChannel::shutdownNow);
    membership.close();
  }

  /// Whether of the two registries the second owns a user.
  boolean isOfSecondRegistry(String userId) {
    List<NodeRecord> nodes = List.of(record("registry-1", Role.REGISTRY), record("registry-2", Role.REGISTRY));
    return Placement.owner(new Slots(1024).of(userId), nodes).orElseThrow() == nodes.getLast();
  }

  private void announce(String nodeId, Role role) {
    membership.announce(record(nodeId, role));
  }

  private NodeRecord record(String nodeId, Role role) {
    return new NodeRecord(nodeId, "one", name + nodeId, Set.of(role), NodeState.READY, "");
  }

  private final class RouterService extends RouterLinkServiceGrpc.RouterLinkServiceImplBase {
    private final String nodeId;

    RouterService(String nodeId) {
      this.nodeId = nodeId;
    }

    @Override
    public StreamObserver<ToRouter> attach(StreamObserver<FromRouter> responses) {
      if (mute.contains(nodeId)) {
        deaf.incrementAndGet();
        return new Deaf();
      }
      return Link.serve(
          responses, (List<FromRouterItem> items) -> FromRouter.newBuilder().addAllItems(items).build(), LinkLimits.DEFAULT,
          link -> {
            toEdge = link;
            return new LinkListener<ToRouter>() {
              @Override
              public void onFrame(ToRouter frame) {
                frame.getItemsList().forEach(item -> take(link, item));
              }

              @Override
              public void onBroken(Status why) {}
            };
          });
    }

    private void take(Link<FromRouterItem, FromRouter> link, ToRouterItem item) {
      switch (item.getItemCase()) {
        case HELLO -> edges.add(item.getHello());
        case NOT_HERE -> notHere.add(item.getNotHere());
        case REQUEST -> {
          asked.add(item.getRequest());
          if (item.getRequest().hasAppend()) {
            appendsAt.put(item.getRequest(), nodeId);
          }
          if (astray.contains(nodeId)) {
            link.offer(FromRouterItem.newBuilder().setResponse(
                refusal(Reason.REASON_UNAVAILABLE).toBuilder().setRequestId(item.getRequest().getRequestId())).build());
          } else if (held.test(item.getRequest()) || waiting.stream().anyMatch(one -> one.link == link && item.getRequest().hasAppend())) {
            waiting.add(new Held(link, item.getRequest()));
          } else {
            answer(link, item.getRequest());
          }
        }
        case VOUCH, ITEM_NOT_SET -> { }
      }
    }
  }

  private void answer(Link<FromRouterItem, FromRouter> link, MailboxRequest request) {
    MailboxResponse answer;
    synchronized (this) {
      answer = owner.apply(request);
    }
    if (answer != null) {
      link.offer(FromRouterItem.newBuilder().setResponse(answer.toBuilder().setRequestId(request.getRequestId())).build());
    }
  }

  /// What a paused process is for its peers.
  private static final class Deaf implements StreamObserver<ToRouter> {
    @Override
    public void onNext(ToRouter frame) {}

    @Override
    public void onError(Throwable failure) {}

    @Override
    public void onCompleted() {}
  }

  static MailboxResponse refusal(Reason reason) {
    return MailboxResponse.newBuilder().setRefusal(Refusal.newBuilder().setReason(reason).setMessage("refused")).build();
  }

  private final class RegistryService extends RegistryLinkServiceGrpc.RegistryLinkServiceImplBase {
    private final String nodeId;

    RegistryService(String nodeId) {
      this.nodeId = nodeId;
    }

    @Override
    public StreamObserver<ToRegistry> attach(StreamObserver<FromRegistry> responses) {
      return Link.serve(
          responses, (List<FromRegistryItem> items) -> FromRegistry.newBuilder().addAllItems(items).build(),
          LinkLimits.DEFAULT,
          link -> {
            fromRegistry = link;
            registryLinks.put(nodeId, link);
            return new LinkListener<ToRegistry>() {
              @Override
              public void onFrame(ToRegistry frame) {
                frame.getItemsList().forEach(item -> take(link, item));
              }

              @Override
              public void onBroken(Status why) {}
            };
          });
    }

    private void take(Link<FromRegistryItem, FromRegistry> link, ToRegistryItem item) {
      if (item.hasAnnounce()) {
        announces.add(item.getAnnounce());
        Announced answer = registry.apply(item.getAnnounce());
        if (answer != null) {
          link.offer(FromRegistryItem.newBuilder()
              .setAnnounced(answer.toBuilder().setRequestId(item.getAnnounce().getRequestId())).build());
        }
      } else if (item.hasWithdraw()) {
        withdrawn.add(item.getWithdraw().getSessionId());
      }
    }
  }
}
