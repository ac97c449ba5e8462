package chasqui.edge.server;

import chasqui.discovery.NodeRecord;
import chasqui.link.KeptLink;
import chasqui.link.Link;
import chasqui.link.LinkKinds;
import chasqui.link.LinkLimits;
import chasqui.link.LinkListener;
import chasqui.link.LinkOpener;
import chasqui.link.RequestTable;
import chasqui.presence.v1.FromPresence;
import chasqui.presence.v1.FromPresenceItem;
import chasqui.presence.v1.Here;
import chasqui.presence.v1.Left;
import chasqui.presence.v1.Look;
import chasqui.presence.v1.PresenceHello;
import chasqui.presence.v1.Seen;
import chasqui.presence.v1.ToPresence;
import chasqui.presence.v1.ToPresenceItem;
import chasqui.presence.v1.Unwatch;
import chasqui.presence.v1.UserPresence;
import chasqui.presence.v1.Watch;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/// The link to the presence of one registry node. Thread-safe but for its backlog. What is said is queued;
/// {@link #flush} writes it.
final class PresenceLink implements PeerLink {

  /// What the link tells.
  interface Events {
    /// It opened, was answered or broke.
    void changed();

    /// It is open again: that node knows nothing of what was said to it.
    void opened(PresenceLink link);

    void told(PresenceLink link, UserPresence presence);
  }

  /// Looks that wait for their answers; beyond, one more is answered at once: it is not known.
  static final int LOOKS_MAX = 8_192;
  private static final long LOOK_NANOS = Duration.ofSeconds(2).toNanos();

  private final NodeRecord node;
  private final ManagedChannel channel;
  private final PresenceHello hello;
  private final Events events;
  private final LinkLimits limits;
  private final KeptLink<ToPresenceItem, ToPresence, FromPresence> kept;
  private final PresenceBacklog backlog = new PresenceBacklog(this);
  private final RequestTable<Optional<Boolean>> looks = new RequestTable<>(LOOKS_MAX);
  private final LongSupplier nanoTime;

  PresenceLink(
      NodeRecord node, ManagedChannel channel, PresenceHello hello, Events events, LinkLimits limits, LinkTimers timers) {
    this.node = node;
    this.channel = channel;
    this.hello = hello;
    this.events = events;
    this.limits = limits;
    this.nanoTime = timers.nanoTime();
    this.kept = new KeptLink<>(
        LinkKinds.PRESENCE, node.nodeId(), channel, limits, timers.scheduler(), timers.random(), new Opener());
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
    looks.failAll(id -> Optional.empty());
  }

  PresenceBacklog backlog() {
    return backlog;
  }

  /// How many things may be said that can wait: a few frames, so that changes do not stand behind much.
  int room() {
    return kept.isOpen() ? Math.max(0, limits.itemsEphemeralMax() - kept.depth()) : 0;
  }

  void here(String userId, long sessionId) {
    say(ToPresenceItem.newBuilder().setHere(Here.newBuilder().setUserId(userId).setSessionId(sessionId)));
  }

  void left(String userId, long sessionId, long silentMillis) {
    say(ToPresenceItem.newBuilder().setLeft(
        Left.newBuilder().setUserId(userId).setSessionId(sessionId).setSilentMs(silentMillis)));
  }

  void watch(String userId) {
    say(ToPresenceItem.newBuilder().setWatch(Watch.newBuilder().setUserId(userId)));
  }

  void unwatch(String userId) {
    say(ToPresenceItem.newBuilder().setUnwatch(Unwatch.newBuilder().setUserId(userId)));
  }

  void flush() {
    kept.flush();
  }

  /// Whether a user is online now; empty where the node cannot tell, or does not in time. Answered exactly once, perhaps at
  /// once.
  ///
  /// @param ownedMillis for how long the node has owned the user's slot
  void look(String userId, long ownedMillis, Consumer<Optional<Boolean>> answer) {
    long id = looks.add(nanoTime.getAsLong() + LOOK_NANOS, answer);
    if (id == 0) {
      answer.accept(Optional.empty());
      return;
    }
    Link.Offer offer = kept.offer(ToPresenceItem.newBuilder().setLook(
        Look.newBuilder().setRequestId(id).setUserId(userId).setOwnedMs(ownedMillis)).build());
    if (offer != Link.Offer.ACCEPTED) {
      looks.complete(id, Optional.empty());
    }
  }

  void expire(long nowNanos) {
    looks.expire(nowNanos, id -> Optional.empty());
  }

  int looksWaiting() {
    return looks.depth();
  }

  private void say(ToPresenceItem.Builder item) {
    kept.current().ifPresent(link -> {
      if (link.enqueue(item.build()) == Link.Offer.FULL) {
        // What is left out would be missed; once it is open again all is said again.
        link.failLater(Status.RESOURCE_EXHAUSTED.withDescription("the link's queue is full"));
      }
    });
  }

  private final class Opener implements LinkOpener<ToPresenceItem, ToPresence, FromPresence> {

    @Override
    public LinkListener<FromPresence> opening(Link<ToPresenceItem, ToPresence> link) {
      link.offer(ToPresenceItem.newBuilder().setHello(hello).build());
      return new Inbound();
    }

    @Override
    public void opened(Link<ToPresenceItem, ToPresence> link) {
      if (link.isOpen()) {
        events.opened(PresenceLink.this);
      }
      events.changed();
    }

    @Override
    public void answered(Link<ToPresenceItem, ToPresence> link) {
      events.changed();
    }
  }

  private final class Inbound implements LinkListener<FromPresence> {

    @Override
    public void onFrame(FromPresence frame) {
      for (FromPresenceItem item : frame.getItemsList()) {
        switch (item.getItemCase()) {
          case TOLD -> events.told(PresenceLink.this, item.getTold());
          case SEEN -> seen(item.getSeen());
          case ITEM_NOT_SET -> { }
        }
      }
    }

    private void seen(Seen seen) {
      looks.complete(seen.getRequestId(), seen.hasOnline() ? Optional.of(seen.getOnline()) : Optional.empty());
    }

    @Override
    public void onBroken(Status why) {
      looks.failAll(id -> Optional.empty());
      events.changed();
    }
  }
}
