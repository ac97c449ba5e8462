package chasqui.edge.server;

import chasqui.discovery.NodeRecord;
import chasqui.error.v1.Reason;
import chasqui.link.KeptLink;
import chasqui.link.Link;
import chasqui.link.LinkKinds;
import chasqui.link.LinkLimits;
import chasqui.link.LinkListener;
import chasqui.link.LinkOpener;
import chasqui.link.RequestTable;
import chasqui.registry.v1.Announce;
import chasqui.registry.v1.Announced;
import chasqui.registry.v1.EndSession;
import chasqui.registry.v1.FromRegistry;
import chasqui.registry.v1.FromRegistryItem;
import chasqui.registry.v1.LinkHello;
import chasqui.registry.v1.RevocationStored;
import chasqui.registry.v1.ToRegistry;
import chasqui.registry.v1.ToRegistryItem;
import chasqui.registry.v1.VisibilityStored;
import chasqui.registry.v1.Withdraw;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/// The link to one registry node. Thread-safe.
final class RegistryLink implements PeerLink {

  private static final Announced UNAVAILABLE = Announced.newBuilder().setRefused(Reason.REASON_UNAVAILABLE).build();

  /// What the link tells.
  interface Events {
    /// It opened, was answered or broke.
    void changed();

    /// It is open again: this node knows nothing of the sessions announced to it.
    void opened(RegistryLink link);

    void endSession(EndSession end);

    void revoked(RevocationStored revocation);

    void visibilityStored(VisibilityStored visibility);
  }

  private final NodeRecord node;
  private final ManagedChannel channel;
  private final LinkHello hello;
  private final Events events;
  private final RequestTable<Announced> announces;
  private final long deadlineNanos;
  private final LongSupplier nanoTime;
  private final KeptLink<ToRegistryItem, ToRegistry, FromRegistry> kept;

  RegistryLink(
      NodeRecord node, ManagedChannel channel, LinkHello hello, Events events, EdgeConfig.Links limits, LinkTimers timers) {
    this.node = node;
    this.channel = channel;
    this.hello = hello;
    this.events = events;
    this.announces = new RequestTable<>(limits.requestsMax());
    this.deadlineNanos = limits.announceDeadline().toNanos();
    this.nanoTime = timers.nanoTime();
    this.kept = new KeptLink<>(
        LinkKinds.REGISTRY, node.nodeId(), channel, LinkLimits.DEFAULT, timers.scheduler(), timers.random(), new Opener());
  }

  @Override
  public NodeRecord node() {
    return node;
  }

  @Override
  public KeptLink<?, ?, ?> kept() {
    return kept;
  }

  @Override
  public void close() {
    kept.close();
    channel.shutdown();
    announces.failAll(id -> UNAVAILABLE);
  }

  /// Announces a session. The callback is called exactly once, perhaps at once, where this returns true.
  boolean announce(Announce.Builder announce, Consumer<Announced> callback) {
    if (!kept.isOpen()) {
      return false;
    }
    long id = announces.add(nanoTime.getAsLong() + deadlineNanos, callback);
    if (id == 0) {
      return false;
    }
    if (kept.offer(ToRegistryItem.newBuilder().setAnnounce(announce.setRequestId(id)).build()) != Link.Offer.ACCEPTED) {
      announces.complete(id, UNAVAILABLE);
    }
    return true;
  }

  /// Takes a session out. Lost where the link is down: the registry forgets the sessions of a broken link by itself.
  void withdraw(String userId, long sessionId) {
    kept.offer(ToRegistryItem.newBuilder()
        .setWithdraw(Withdraw.newBuilder().setUserId(userId).setSessionId(sessionId)).build());
  }

  void expire(long nowNanos) {
    announces.expire(nowNanos, id -> UNAVAILABLE);
  }

  int announcesWaiting() {
    return announces.depth();
  }

  private final class Opener implements LinkOpener<ToRegistryItem, ToRegistry, FromRegistry> {

    @Override
    public LinkListener<FromRegistry> opening(Link<ToRegistryItem, ToRegistry> link) {
      link.offer(ToRegistryItem.newBuilder().setHello(hello).build());
      return new Inbound();
    }

    @Override
    public void opened(Link<ToRegistryItem, ToRegistry> link) {
      if (link.isOpen()) {
        events.opened(RegistryLink.this);
      }
      events.changed();
    }

    @Override
    public void answered(Link<ToRegistryItem, ToRegistry> link) {
      events.changed();
    }
  }

  private final class Inbound implements LinkListener<FromRegistry> {

    @Override
    public void onFrame(FromRegistry frame) {
      for (FromRegistryItem item : frame.getItemsList()) {
        switch (item.getItemCase()) {
          case ANNOUNCED -> announces.complete(item.getAnnounced().getRequestId(), item.getAnnounced());
          case END_SESSION -> events.endSession(item.getEndSession());
          case REVOCATION_STORED -> events.revoked(item.getRevocationStored());
          case VISIBILITY_STORED -> events.visibilityStored(item.getVisibilityStored());
          // For routers.
          case SESSIONS, NOTICE, ITEM_NOT_SET -> { }
        }
      }
    }

    @Override
    public void onBroken(Status why) {
      announces.failAll(id -> UNAVAILABLE);
      events.changed();
    }
  }
}
