package chasqui.registry;

import chasqui.link.Link.Offer;
import chasqui.link.LinkCore;
import chasqui.link.LinkOutbound;
import chasqui.registry.v1.FromRegistryItem;
import chasqui.registry.v1.LinkHello;
import chasqui.registry.v1.RevocationStored;
import chasqui.registry.v1.Session;
import chasqui.registry.v1.ToRegistry;
import chasqui.registry.v1.ToRegistryItem;
import chasqui.registry.v1.VisibilityStored;
import io.grpc.Status;
import io.opentelemetry.api.metrics.Meter;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;

/// Which sessions a user has: the registry's thinking part, without threads, clock or transport of its own.
///
/// Thread-safe: one lock guards all; what is said to others is queued under it, so that each link carries events in their
/// order, and written after it. Driven by one thread it is deterministic. Links are named by numbers above 0, given by
/// whoever drives it, never used twice.
public final class SessionDirectory implements LinkCore<ToRegistry> {

  private final ReentrantLock lock = new ReentrantLock();
  private final RegistryConfig config;
  private final LinkOutbound<FromRegistryItem> out;
  private final RegistryMetrics metrics;
  private final Users users = new Users();
  private final Edges edges;
  private final Sessions sessions;
  private final Interests interests;
  private final Revocations revocations;

  public SessionDirectory(RegistryConfig config, LinkOutbound<FromRegistryItem> out, Meter meter) {
    this.config = config;
    this.out = out;
    this.metrics = new RegistryMetrics(meter);
    this.edges = new Edges(config, out);
    this.sessions = new Sessions(config, users, edges, out, metrics);
    this.interests = sessions.interests();
    this.revocations = new Revocations(config);
  }

  /// How much is held now, for gauges.
  ///
  /// @param sessions sessions of all users
  /// @param users users of whom anything is known
  /// @param interests pairs of user and router
  /// @param notices notices not confirmed by the router that is furthest behind
  /// @param devicesRemembered devices whose connect number is remembered
  public record Size(int sessions, int users, int interests, int notices, int devicesRemembered) {}

  /// What came in on a link. The first item names its opener.
  @Override
  public void received(long link, ToRegistry frame, long nowNanos) {
    lock.lock();
    try {
      sessions.clock(nowNanos);
      for (ToRegistryItem item : frame.getItemsList()) {
        if (!on(link, item, nowNanos)) {
          metrics.impossible.increment();
          edges.broken(link, nowNanos);
          interests.broken(link);
          out.end(link, Status.FAILED_PRECONDITION.withDescription("unexpected " + item.getItemCase()));
          break;
        }
      }
    } finally {
      lock.unlock();
    }
    out.flush();
  }

  /// The link is no more.
  @Override
  public void broken(long link, long nowNanos) {
    lock.lock();
    try {
      sessions.clock(nowNanos);
      edges.broken(link, nowNanos);
      interests.broken(link);
    } finally {
      lock.unlock();
    }
    out.flush();
  }

  /// Time has passed. Called every 100 ms or so.
  @Override
  public void tick(long nowNanos) {
    lock.lock();
    try {
      sessions.clock(nowNanos);
      sessions.tick();
      edges.lost(nowNanos, config.bounds().removalsPerTickMax()).forEach(sessions::removeAndTell);
      edges.forgetEmpty();
      revocations.expire(nowNanos);
    } finally {
      lock.unlock();
    }
    out.flush();
  }

  /// The sessions of a user now, confirmed or about to be; empty where nobody is here.
  public List<Session> sessionsOf(String userId) {
    lock.lock();
    try {
      UserEntry user = users.get(userId);
      return user == null ? List.of() : user.describe(0).getSessionsList();
    } finally {
      lock.unlock();
    }
  }

  public Size size() {
    lock.lock();
    try {
      return new Size(
          sessions.count(), users.size(), interests.size(), interests.noticesOutstanding(), sessions.remembered());
    } finally {
      lock.unlock();
    }
  }

  private boolean on(long link, ToRegistryItem item, long nowNanos) {
    EdgePeer edge = edges.byLink(link);
    RouterPeer router = interests.router(link);
    return switch (item.getItemCase()) {
      case HELLO -> edge == null && router == null && hello(link, item.getHello(), nowNanos);
      case ANNOUNCE -> ifThere(edge, () -> sessions.announce(edge, item.getAnnounce()));
      case WITHDRAW -> ifThere(edge, () -> sessions.withdraw(edge, item.getWithdraw()));
      case LOOKUP -> ifThere(router, () -> interests.lookup(router, item.getLookup(), nowNanos));
      case NOTICE_TAKEN -> ifThere(router, () -> interests.noticeTaken(router, item.getNoticeTaken().getNoticeId()));
      case REVOCATION_STORED -> ifThere(router, () -> revoked(item.getRevocationStored(), nowNanos));
      case VISIBILITY_STORED -> ifThere(router, () -> chosen(item.getVisibilityStored(), nowNanos));
      // Checked before it came here; and a newer opener's item: skipped, like an unknown field.
      case VOUCH, ITEM_NOT_SET -> true;
    };
  }

  private static boolean ifThere(Object opener, Runnable action) {
    if (opener == null) {
      return false;
    }
    action.run();
    return true;
  }

  private boolean hello(long link, LinkHello hello, long nowNanos) {
    return switch (hello.getOpener()) {
      case OPENER_EDGE -> {
        EdgePeer edge = edges.attached(link, hello, nowNanos);
        revocations.all().forEach(revocation -> tell(edge, item(revocation), nowNanos));
        yield true;
      }
      case OPENER_ROUTER -> {
        interests.attached(link, hello.getNodeId());
        yield true;
      }
      case OPENER_UNSPECIFIED, UNRECOGNIZED -> false;
    };
  }

  private void revoked(RevocationStored revocation, long nowNanos) {
    metrics.revocations.increment();
    revocations.add(revocation, nowNanos);
    edges.attached().forEach(edge -> tell(edge, item(revocation), nowNanos));
  }

  private static FromRegistryItem item(RevocationStored revocation) {
    return FromRegistryItem.newBuilder().setRevocationStored(revocation).build();
  }

  /// Not kept: an edge that attaches reads anew what its sessions may be told.
  private void chosen(VisibilityStored visibility, long nowNanos) {
    metrics.visibilities.increment();
    FromRegistryItem item = FromRegistryItem.newBuilder().setVisibilityStored(visibility).build();
    edges.attached().forEach(edge -> tell(edge, item, nowNanos));
  }

  private void tell(EdgePeer edge, FromRegistryItem item, long nowNanos) {
    long link = edge.link;
    if (link == EdgePeer.NO_LINK) {
      return;
    }
    if (out.enqueue(link, item) == Offer.FULL) {
      // It attaches again, and is told then, or reads anew.
      edges.broken(link, nowNanos);
      out.end(link, Status.RESOURCE_EXHAUSTED.withDescription("the link's queue is full"));
    }
  }
}
