package chasqui.drills.sim.mesh;

import chasqui.discovery.Membership;
import chasqui.discovery.NodeRecord;
import chasqui.discovery.Role;
import chasqui.edge.session.Push;
import chasqui.edge.session.RegistryPort;
import chasqui.edge.session.RouterPort;
import chasqui.edge.session.SessionEvent;
import chasqui.edge.session.Signal;
import chasqui.error.v1.Reason;
import chasqui.link.Link;
import chasqui.link.LinkListener;
import chasqui.link.LinkLimits;
import chasqui.link.LinkRuntime;
import chasqui.link.NodeLinks;
import chasqui.link.RequestTable;
import chasqui.mailbox.v1.MailboxRequest;
import chasqui.mailbox.v1.MailboxResponse;
import chasqui.mailbox.v1.Refusal;
import chasqui.registry.v1.Announce;
import chasqui.registry.v1.Announced;
import chasqui.registry.v1.FromRegistry;
import chasqui.registry.v1.LinkHello;
import chasqui.registry.v1.Opener;
import chasqui.registry.v1.RegistryLinkServiceGrpc;
import chasqui.registry.v1.ToRegistry;
import chasqui.registry.v1.ToRegistryItem;
import chasqui.registry.v1.Withdraw;
import chasqui.router.v1.EdgeHello;
import chasqui.router.v1.Fanout;
import chasqui.router.v1.FromRouter;
import chasqui.router.v1.NotHere;
import chasqui.router.v1.RouterLinkServiceGrpc;
import chasqui.router.v1.ToRouter;
import chasqui.router.v1.ToRouterItem;
import io.grpc.Channel;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/// The edge's links to routers and registries.
final class SimEdgeLinks implements RouterPort, RegistryPort {
  private static final long DEADLINE_NANOS = 10_000_000_000L;
  private static final long ANNOUNCE_NANOS = 5_000_000_000L;

  private final SimEdge edge;
  private final NodeRecord self;
  private final NodeLinks<ToRouterItem, ToRouter, FromRouter> routers;
  private final NodeLinks<ToRegistryItem, ToRegistry, FromRegistry> registries;
  private final RequestTable<MailboxResponse> requests = new RequestTable<>(10_000);
  private final RequestTable<Announced> announces = new RequestTable<>(10_000);
  private final TreeMap<Long, Card> confirmed = new TreeMap<>();
  private boolean routerBroke;

  SimEdgeLinks(SimEdge edge, NodeRecord self, Membership membership, LinkRuntime runtime) {
    this.edge = edge;
    this.self = self;
    this.routers = new NodeLinks<>(membership, Role.ROUTER, runtime, LinkLimits.DEFAULT, new ToRouters());
    this.registries = new NodeLinks<>(membership, Role.REGISTRY, runtime, LinkLimits.DEFAULT, new ToRegistries());
  }

  void start() {
    routers.start();
    registries.start();
  }

  void tick() {
    long now = edge.node().clock().nanoTime();
    requests.expire(now, _ -> refused(Reason.REASON_DEADLINE_EXCEEDED));
    announces.expire(now, _ -> Announced.newBuilder().setRefused(Reason.REASON_UNAVAILABLE).build());
  }

  Collection<Card> cards() {
    return confirmed.values();
  }

  private static MailboxResponse refused(Reason reason) {
    return MailboxResponse.newBuilder().setRefusal(Refusal.newBuilder().setReason(reason)).build();
  }

  @Override
  public Taken request(MailboxRequest.Builder request, RouterPort.Answer answer) {
    String routedBy = request.hasAppend() ? request.getAppend().getConversationId()
        : request.hasReadRange() ? request.getReadRange().getConversationId()
        : request.getCaller().getUserId();
    NodeRecord router = edge.owner(Role.ROUTER, routedBy);
    Optional<Link<ToRouterItem, ToRouter>> link = router == null ? Optional.empty() : routers.to(router);
    if (link.isEmpty()) {
      return Taken.UNREACHABLE;
    }
    long id = requests.add(edge.node().clock().nanoTime() + DEADLINE_NANOS,
        response -> edge.node().execute(() -> answer.answered(response, edge.nowMillis())));
    if (id == 0) {
      return Taken.FULL;
    }
    link.get().offer(ToRouterItem.newBuilder().setRequest(request.setRequestId(id)).build());
    return Taken.TAKEN;
  }

  @Override
  public int slotOf(String conversationId) {
    return edge.slots().of(conversationId);
  }

  @Override
  public void announce(Card card, RegistryPort.Answer answer) {
    NodeRecord registry = edge.owner(Role.REGISTRY, card.userId());
    Optional<Link<ToRegistryItem, ToRegistry>> link = registry == null ? Optional.empty() : registries.to(registry);
    long id = announces.add(edge.node().clock().nanoTime() + ANNOUNCE_NANOS, announced -> edge.node().execute(() -> {
      if (announced.getRefused() == Reason.REASON_UNSPECIFIED) {
        confirmed.put(card.sessionId(), card);
      }
      answer.answered(announced, edge.nowMillis());
    }));
    link.ifPresentOrElse(
        open -> open.offer(announceItem(card, id, false)),
        () -> announces.complete(id, Announced.newBuilder().setRefused(Reason.REASON_UNAVAILABLE).build()));
  }

  private static ToRegistryItem announceItem(Card card, long id, boolean again) {
    return ToRegistryItem.newBuilder().setAnnounce(Announce.newBuilder()
        .setRequestId(id).setUserId(card.userId()).setDeviceId(card.deviceId()).setSessionId(card.sessionId())
        .setConnectNumber(card.connectNumber()).setAgain(again)).build();
  }

  @Override
  public void withdraw(Card card) {
    confirmed.remove(card.sessionId());
    NodeRecord registry = edge.owner(Role.REGISTRY, card.userId());
    if (registry != null) {
      registries.to(registry).ifPresent(link -> link.offer(ToRegistryItem.newBuilder().setWithdraw(
          Withdraw.newBuilder().setUserId(card.userId()).setSessionId(card.sessionId())).build()));
    }
  }

  private void end(long session, Reason reason) {
    SimStream stream = edge.stream(session);
    if (stream != null) {
      stream.handle(new SessionEvent.EndWanted(reason));
    }
  }

  private final class ToRouters implements NodeLinks.Protocol<ToRouterItem, ToRouter, FromRouter> {
    @Override
    public StreamObserver<ToRouter> attach(Channel channel, StreamObserver<FromRouter> responses) {
      return RouterLinkServiceGrpc.newStub(channel).attach(responses);
    }

    @Override
    public ToRouter frame(List<ToRouterItem> items) {
      return ToRouter.newBuilder().addAllItems(items).build();
    }

    @Override
    public LinkListener<FromRouter> opened(NodeRecord node, Link<ToRouterItem, ToRouter> link) {
      link.offer(ToRouterItem.newBuilder().setHello(
          EdgeHello.newBuilder().setNodeId(self.nodeId()).setIncarnation(self.incarnation())).build());
      if (routerBroke) {
        edge.compareAll();
      }
      return new LinkListener<>() {
        @Override
        public void onFrame(FromRouter frame) {
          received(frame, link);
        }

        @Override
        public void onBroken(Status why) {
          routerBroke = true;
          requests.failAll(_ -> refused(Reason.REASON_OUTCOME_UNKNOWN));
        }
      };
    }

    private void received(FromRouter frame, Link<ToRouterItem, ToRouter> link) {
      Set<SimStream> touched = new LinkedHashSet<>();
      frame.getItemsList().forEach(item -> {
        switch (item.getItemCase()) {
          case RESPONSE -> requests.complete(item.getResponse().getRequestId(), item.getResponse());
          case FANOUT -> fanout(item.getFanout(), touched, link);
          case COMPARE_ALL -> edge.compareAll();
          case ITEM_NOT_SET -> {}
        }
      });
      touched.forEach(stream -> stream.handle(Signal.END_OF_BATCH));
    }

    private void fanout(Fanout fanout, Set<SimStream> touched, Link<ToRouterItem, ToRouter> link) {
      Push push = new Push(fanout);
      NotHere.Builder missing = NotHere.newBuilder().setConversationId(fanout.getConversationId()).setHead(fanout.getHead());
      for (long session : fanout.getSessionIdsList()) {
        SimStream stream = edge.stream(session);
        if (stream == null) {
          missing.addSessionIds(session);
        } else {
          stream.handle(new SessionEvent.Pushed(push));
          touched.add(stream);
        }
      }
      if (missing.getSessionIdsCount() > 0) {
        link.offer(ToRouterItem.newBuilder().setNotHere(missing).build());
      }
    }
  }

  private final class ToRegistries implements NodeLinks.Protocol<ToRegistryItem, ToRegistry, FromRegistry> {
    @Override
    public StreamObserver<ToRegistry> attach(Channel channel, StreamObserver<FromRegistry> responses) {
      return RegistryLinkServiceGrpc.newStub(channel).attach(responses);
    }

    @Override
    public ToRegistry frame(List<ToRegistryItem> items) {
      return ToRegistry.newBuilder().addAllItems(items).build();
    }

    @Override
    public LinkListener<FromRegistry> opened(NodeRecord node, Link<ToRegistryItem, ToRegistry> link) {
      link.offer(ToRegistryItem.newBuilder().setHello(LinkHello.newBuilder()
          .setNodeId(self.nodeId()).setIncarnation(self.incarnation()).setOpener(Opener.OPENER_EDGE)).build());
      confirmed.values().forEach(card -> link.offer(announceItem(card, announces.add(
          edge.node().clock().nanoTime() + ANNOUNCE_NANOS, announced -> {
            if (announced.getRefused() == Reason.REASON_STALE_CONNECT_NUMBER) {
              end(card.sessionId(), Reason.REASON_SUPERSEDED);
            } else if (announced.getRefused() == Reason.REASON_DEVICE_CAP) {
              end(card.sessionId(), Reason.REASON_DEVICE_CAP);
            }
          }), true)));
      return new LinkListener<>() {
        @Override
        public void onFrame(FromRegistry frame) {
          frame.getItemsList().forEach(item -> {
            switch (item.getItemCase()) {
              case ANNOUNCED -> announces.complete(item.getAnnounced().getRequestId(), item.getAnnounced());
              case END_SESSION -> end(item.getEndSession().getSessionId(), item.getEndSession().getReason());
              case REVOCATION_STORED, SESSIONS, NOTICE, ITEM_NOT_SET -> {}
            }
          });
        }

        @Override
        public void onBroken(Status why) {}
      };
    }
  }
}
