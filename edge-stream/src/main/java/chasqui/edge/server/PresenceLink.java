package chasqui.edge.server;

import chasqui.discovery.NodeRecord;
import chasqui.link.Link;
import chasqui.link.LinkKeeper;
import chasqui.link.LinkLimits;
import chasqui.link.LinkListener;
import chasqui.presence.v1.FromPresence;
import chasqui.presence.v1.FromPresenceItem;
import chasqui.presence.v1.Here;
import chasqui.presence.v1.Left;
import chasqui.presence.v1.PresenceHello;
import chasqui.presence.v1.PresenceLinkServiceGrpc;
import chasqui.presence.v1.ToPresence;
import chasqui.presence.v1.ToPresenceItem;
import chasqui.presence.v1.Unwatch;
import chasqui.presence.v1.UserPresence;
import chasqui.presence.v1.Watch;
import io.grpc.Channel;
import io.grpc.Status;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The link to the presence of one registry node. Thread-safe. What is said is queued; {@link #flush} writes it.
final class PresenceLink implements PeerLink {

  private static final Logger LOG = LoggerFactory.getLogger(PresenceLink.class);

  /// What the link tells.
  interface Events {
    /// It opened or broke.
    void changed();

    /// It is open again: that node knows nothing of what was said to it.
    void opened(PresenceLink link);

    void told(UserPresence presence);
  }

  private final NodeRecord node;
  private final Channel channel;
  private final PresenceHello hello;
  private final Events events;
  private final LinkKeeper keeper;
  private volatile Link<ToPresenceItem, ToPresence> link;
  private volatile boolean closed;

  PresenceLink(NodeRecord node, Channel channel, PresenceHello hello, Events events, RouterLink.Timers timers) {
    this.node = node;
    this.channel = channel;
    this.hello = hello;
    this.events = events;
    this.keeper = new LinkKeeper(this::open, timers.scheduler(), timers.random());
  }

  @Override
  public NodeRecord node() {
    return node;
  }

  @Override
  public boolean isOpen() {
    Link<ToPresenceItem, ToPresence> now = link;
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
    Link<ToPresenceItem, ToPresence> now = link;
    if (now != null) {
      now.close();
    }
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
    Link<ToPresenceItem, ToPresence> now = link;
    if (now != null) {
      now.flush();
    }
  }

  private void say(ToPresenceItem.Builder item) {
    Link<ToPresenceItem, ToPresence> now = link;
    if (now != null && now.enqueue(item.build()) == Link.Offer.FULL) {
      // What is left out would be missed; once it is open again all is said again.
      now.failLater(Status.RESOURCE_EXHAUSTED.withDescription("the link's queue is full"));
    }
  }

  private void open(LinkKeeper keeping) {
    if (closed) {
      return;
    }
    Link<ToPresenceItem, ToPresence> next = Link.open(
        PresenceLinkServiceGrpc.newStub(channel)::attach, PresenceLink::frame, LinkLimits.DEFAULT, opened -> new Inbound());
    next.offer(ToPresenceItem.newBuilder().setHello(hello).build());
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

  private static ToPresence frame(Iterable<ToPresenceItem> items) {
    return ToPresence.newBuilder().addAllItems(items).build();
  }

  private final class Inbound implements LinkListener<FromPresence> {

    @Override
    public void onFrame(FromPresence frame) {
      keeper.works();
      for (FromPresenceItem item : frame.getItemsList()) {
        if (item.hasTold()) {
          events.told(item.getTold());
        }
      }
    }

    @Override
    public void onBroken(Status why) {
      if (!closed) {
        LOG.info("link to the presence of {} broke: {}", node.nodeId(), why.getCode());
      }
      events.changed();
      keeper.broken(why);
    }
  }
}
