package chasqui.edge.server;

import chasqui.discovery.NodeRecord;
import chasqui.error.v1.Reason;
import chasqui.link.Link;
import chasqui.link.LinkKeeper;
import chasqui.link.LinkLimits;
import chasqui.link.LinkListener;
import chasqui.link.RequestTable;
import chasqui.registry.v1.Announce;
import chasqui.registry.v1.Announced;
import chasqui.registry.v1.EndSession;
import chasqui.registry.v1.FromRegistry;
import chasqui.registry.v1.FromRegistryItem;
import chasqui.registry.v1.LinkHello;
import chasqui.registry.v1.RegistryLinkServiceGrpc;
import chasqui.registry.v1.RevocationStored;
import chasqui.registry.v1.ToRegistry;
import chasqui.registry.v1.ToRegistryItem;
import chasqui.registry.v1.Withdraw;
import io.grpc.Channel;
import io.grpc.Status;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The link to one registry node. Thread-safe.
final class RegistryLink implements PeerLink {

  private static final Logger LOG = LoggerFactory.getLogger(RegistryLink.class);

  private static final Announced UNAVAILABLE = Announced.newBuilder().setRefused(Reason.REASON_UNAVAILABLE).build();

  /// What the link tells.
  interface Events {
    /// It opened or broke.
    void changed();

    /// It is open again: this node knows nothing of the sessions announced to it.
    void opened(RegistryLink link);

    void endSession(EndSession end);

    void revoked(RevocationStored revocation);
  }

  private final NodeRecord node;
  private final Channel channel;
  private final LinkHello hello;
  private final Events events;
  private final RequestTable<Announced> announces;
  private final long deadlineNanos;
  private final LongSupplier nanoTime;
  private final LinkKeeper keeper;
  private volatile Link<ToRegistryItem, ToRegistry> link;
  private volatile boolean closed;

  RegistryLink(
      NodeRecord node, Channel channel, LinkHello hello, Events events, EdgeConfig.Links limits, RouterLink.Timers timers) {
    this.node = node;
    this.channel = channel;
    this.hello = hello;
    this.events = events;
    this.announces = new RequestTable<>(limits.requestsMax());
    this.deadlineNanos = limits.announceDeadline().toNanos();
    this.nanoTime = timers.nanoTime();
    this.keeper = new LinkKeeper(this::open, timers.scheduler(), timers.random());
  }

  @Override
  public NodeRecord node() {
    return node;
  }

  @Override
  public boolean isOpen() {
    Link<ToRegistryItem, ToRegistry> now = link;
    return now != null && now.isOpen();
  }

  @Override
  public void start() {
    keeper.start();
  }

  @Override
  public void close() {
    closed = true;
    keeper.close();
    Link<ToRegistryItem, ToRegistry> now = link;
    if (now != null) {
      now.close();
    }
    announces.failAll(id -> UNAVAILABLE);
  }

  /// Announces a session. The callback is called exactly once, perhaps at once, where this returns true.
  boolean announce(Announce.Builder announce, Consumer<Announced> callback) {
    Link<ToRegistryItem, ToRegistry> now = link;
    if (now == null) {
      return false;
    }
    long id = announces.add(nanoTime.getAsLong() + deadlineNanos, callback);
    if (id == 0) {
      return false;
    }
    if (now.offer(ToRegistryItem.newBuilder().setAnnounce(announce.setRequestId(id)).build()) != Link.Offer.ACCEPTED) {
      announces.complete(id, UNAVAILABLE);
    }
    return true;
  }

  /// Takes a session out. Lost where the link is down: the registry forgets the sessions of a broken link by itself.
  void withdraw(String userId, long sessionId) {
    Link<ToRegistryItem, ToRegistry> now = link;
    if (now != null) {
      now.offer(ToRegistryItem.newBuilder()
          .setWithdraw(Withdraw.newBuilder().setUserId(userId).setSessionId(sessionId)).build());
    }
  }

  void expire(long nowNanos) {
    announces.expire(nowNanos, id -> UNAVAILABLE);
  }

  int announcesWaiting() {
    return announces.depth();
  }

  private void open(LinkKeeper keeping) {
    if (closed) {
      return;
    }
    Link<ToRegistryItem, ToRegistry> next = Link.open(
        RegistryLinkServiceGrpc.newStub(channel)::attach, RegistryLink::frame, LinkLimits.DEFAULT, opened -> new Inbound());
    next.offer(ToRegistryItem.newBuilder().setHello(hello).build());
    link = next;
    if (closed) {
      next.close();
      return;
    }
    if (next.isOpen()) {
      events.opened(this);
    }
    events.changed();
  }

  private void broken(Status why) {
    if (!closed) {
      LOG.info("link to registry {} broke: {}", node.nodeId(), why.getCode());
    }
    announces.failAll(id -> UNAVAILABLE);
    events.changed();
    keeper.broken(why);
  }

  private static ToRegistry frame(Iterable<ToRegistryItem> items) {
    return ToRegistry.newBuilder().addAllItems(items).build();
  }

  private final class Inbound implements LinkListener<FromRegistry> {

    @Override
    public void onFrame(FromRegistry frame) {
      keeper.works();
      for (FromRegistryItem item : frame.getItemsList()) {
        switch (item.getItemCase()) {
          case ANNOUNCED -> announces.complete(item.getAnnounced().getRequestId(), item.getAnnounced());
          case END_SESSION -> events.endSession(item.getEndSession());
          case REVOCATION_STORED -> events.revoked(item.getRevocationStored());
          // For routers.
          case SESSIONS, NOTICE, ITEM_NOT_SET -> { }
        }
      }
    }

    @Override
    public void onBroken(Status why) {
      broken(why);
    }
  }
}
