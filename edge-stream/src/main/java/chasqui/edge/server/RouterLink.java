package chasqui.edge.server;

import chasqui.discovery.NodeRecord;
import chasqui.edge.session.RouterPort.Taken;
import chasqui.edge.session.SessionEvent;
import chasqui.edge.v1.Typing;
import chasqui.error.v1.Reason;
import chasqui.link.Link;
import chasqui.link.LinkKeeper;
import chasqui.link.LinkLimits;
import chasqui.link.LinkListener;
import chasqui.link.RequestTable;
import chasqui.mailbox.v1.MailboxRequest;
import chasqui.mailbox.v1.MailboxResponse;
import chasqui.mailbox.v1.Refusal;
import chasqui.router.v1.EdgeHello;
import chasqui.router.v1.FromRouter;
import chasqui.router.v1.FromRouterItem;
import chasqui.router.v1.NotHere;
import chasqui.router.v1.RouterLinkServiceGrpc;
import chasqui.router.v1.ToRouter;
import chasqui.router.v1.ToRouterItem;
import chasqui.router.v1.TypingSignalled;
import chasqui.router.v1.TypingTold;
import io.grpc.Channel;
import io.grpc.Status;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The link to one router: requests with deadlines on the way out, answers and fan-outs on the way in. Thread-safe.
final class RouterLink implements PeerLink {

  private static final Logger LOG = LoggerFactory.getLogger(RouterLink.class);

  /// An answer, and the frame that brought it.
  ///
  /// @param dispatch gathers what one frame brings to a loop; null where no frame brought it
  /// @param response null where the request was not taken after all: nobody is told
  record Reply(Dispatch dispatch, MailboxResponse response) {}

  /// What the link tells.
  interface Events {
    /// It opened or broke.
    void changed();

    /// Heads may have been lost on it.
    void headsLost();

    /// Something ephemeral came for sessions that are not here.
    void missed(int sessions);
  }

  private final NodeRecord node;
  private final Channel channel;
  private final EdgeHello hello;
  private final SessionTable table;
  private final Events events;
  private final RequestTable<Reply> requests;
  private final long deadlineNanos;
  private final LongSupplier nanoTime;
  private final LinkKeeper keeper;
  private volatile Link<ToRouterItem, ToRouter> link;
  private volatile boolean closed;
  private boolean brokenBefore;

  RouterLink(
      NodeRecord node, Channel channel, EdgeHello hello, SessionTable table, Events events, EdgeConfig.Links limits,
      Timers timers) {
    this.node = node;
    this.channel = channel;
    this.hello = hello;
    this.table = table;
    this.events = events;
    this.requests = new RequestTable<>(limits.requestsMax());
    this.deadlineNanos = limits.requestDeadline().toNanos();
    this.nanoTime = timers.nanoTime();
    this.keeper = new LinkKeeper(this::open, timers.scheduler(), timers.random());
  }

  /// What reopens links.
  record Timers(ScheduledExecutorService scheduler, RandomGenerator random, LongSupplier nanoTime) {}

  @Override
  public NodeRecord node() {
    return node;
  }

  @Override
  public boolean isOpen() {
    Link<ToRouterItem, ToRouter> now = link;
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
    Link<ToRouterItem, ToRouter> now = link;
    if (now != null) {
      now.close();
    }
    failAll();
  }

  /// Hands in a request; the callback is called exactly once if it is taken.
  Taken request(MailboxRequest.Builder request, Consumer<Reply> callback) {
    Link<ToRouterItem, ToRouter> now = link;
    if (now == null || !now.isOpen()) {
      return Taken.UNREACHABLE;
    }
    long id = requests.add(nanoTime.getAsLong() + deadlineNanos, callback);
    if (id == 0) {
      return Taken.FULL;
    }
    Link.Offer offer = now.offer(ToRouterItem.newBuilder().setRequest(request.setRequestId(id)).build());
    if (offer == Link.Offer.ACCEPTED || !requests.complete(id, new Reply(null, null))) {
      // Where somebody else completed it, the answer was given: the link broke in between.
      return Taken.TAKEN;
    }
    return offer == Link.Offer.FULL ? Taken.FULL : Taken.UNREACHABLE;
  }

  /// Hands in a signal that may be dropped; false where it was.
  boolean typing(TypingSignalled signal) {
    Link<ToRouterItem, ToRouter> now = link;
    return now != null
        && now.offerEphemeral(ToRouterItem.newBuilder().setTyping(signal).build()) == Link.Offer.ACCEPTED;
  }

  /// Answers what waited too long.
  void expire(long nowNanos) {
    requests.expire(nowNanos, id -> refused(Reason.REASON_DEADLINE_EXCEEDED, "no answer came in time"));
  }

  int requestsWaiting() {
    return requests.depth();
  }

  int itemsQueued() {
    Link<ToRouterItem, ToRouter> now = link;
    return now == null ? 0 : now.depth();
  }

  private void open(LinkKeeper keeping) {
    if (closed) {
      return;
    }
    Link<ToRouterItem, ToRouter> next = Link.open(
        RouterLinkServiceGrpc.newStub(channel)::attach, RouterLink::frame, LinkLimits.DEFAULT, opened -> new Inbound(opened));
    next.offer(ToRouterItem.newBuilder().setHello(hello).build());
    link = next;
    if (closed) {
      next.close();
    }
    boolean again = brokenBefore;
    events.changed();
    if (again && next.isOpen()) {
      events.headsLost();
    }
  }

  private void broken(Status why) {
    if (!closed) {
      LOG.info("link to router {} broke: {}", node.nodeId(), why.getCode());
    }
    brokenBefore = true;
    failAll();
    events.changed();
    keeper.broken(why);
  }

  private void failAll() {
    requests.failAll(id -> refused(Reason.REASON_OUTCOME_UNKNOWN, "the link to the router broke"));
  }

  private static Reply refused(Reason reason, String message) {
    return new Reply(null, MailboxResponse.newBuilder()
        .setRefusal(Refusal.newBuilder().setReason(reason).setMessage(message)).build());
  }

  private static ToRouter frame(Iterable<ToRouterItem> items) {
    return ToRouter.newBuilder().addAllItems(items).build();
  }

  private final class Inbound implements LinkListener<FromRouter> {
    private final Link<ToRouterItem, ToRouter> opened;

    Inbound(Link<ToRouterItem, ToRouter> opened) {
      this.opened = opened;
    }

    @Override
    public void onFrame(FromRouter frame) {
      keeper.works();
      Dispatch dispatch = new Dispatch(table);
      for (FromRouterItem item : frame.getItemsList()) {
        switch (item.getItemCase()) {
          case RESPONSE -> requests.complete(item.getResponse().getRequestId(), new Reply(dispatch, item.getResponse()));
          case FANOUT -> notHere(dispatch.fanout(item.getFanout()));
          case COMPARE_ALL -> events.headsLost();
          case TYPING -> typing(dispatch, item.getTyping());
          case ITEM_NOT_SET -> { }
        }
      }
      dispatch.run();
    }

    private void typing(Dispatch dispatch, TypingTold told) {
      Typing typing = Typing.newBuilder()
          .setConversationId(told.getConversationId()).setUserId(told.getUserId()).setTyping(told.getTyping()).build();
      events.missed(dispatch.told(SessionEvent.Told.of(typing), told.getSessionIdsList()));
    }

    private void notHere(NotHere missing) {
      if (missing != null) {
        // A full link drops it: the router learns from its registry as well.
        opened.offer(ToRouterItem.newBuilder().setNotHere(missing).build());
      }
    }

    @Override
    public void onBroken(Status why) {
      broken(why);
    }
  }
}
