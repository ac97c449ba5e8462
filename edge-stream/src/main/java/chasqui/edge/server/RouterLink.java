package chasqui.edge.server;

import chasqui.discovery.NodeRecord;
import chasqui.edge.session.RouterPort.Taken;
import chasqui.edge.session.SessionEvent;
import chasqui.edge.v1.Typing;
import chasqui.error.v1.Reason;
import chasqui.link.KeptLink;
import chasqui.link.Link;
import chasqui.link.LinkKinds;
import chasqui.link.LinkLimits;
import chasqui.link.LinkListener;
import chasqui.link.LinkOpener;
import chasqui.link.RequestTable;
import chasqui.mailbox.v1.MailboxRequest;
import chasqui.mailbox.v1.MailboxResponse;
import chasqui.mailbox.v1.Refusal;
import chasqui.router.v1.EdgeHello;
import chasqui.router.v1.FromRouter;
import chasqui.router.v1.FromRouterItem;
import chasqui.router.v1.NotHere;
import chasqui.router.v1.ReceiptTold;
import chasqui.router.v1.ToRouter;
import chasqui.router.v1.ToRouterItem;
import chasqui.router.v1.TypingSignalled;
import chasqui.router.v1.TypingTold;
import chasqui.trace.v1.TraceAsked;
import chasqui.trace.v1.TraceFound;
import chasqui.trace.v1.TraceQuery;
import chasqui.trace.v1.TraceSeen;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/// The link to one router: requests with deadlines on the way out, answers and fan-outs on the way in. Thread-safe.
final class RouterLink implements PeerLink {

  /// Traces that may wait for this router.
  static final int TRACES_MAX = 64;
  // A router that nobody reaches leaves the view before; one that is still in it may be there for others.
  private static final long AWAY_NANOS = 10_000_000_000L;
  // More than a router waits for its edges.
  private static final long TRACE_PATIENCE_NANOS = 3_000_000_000L;

  /// An answer, and the frame that brought it.
  ///
  /// @param dispatch gathers what one frame brings to a loop; null where no frame brought it
  /// @param response null where the request was not taken after all: nobody is told
  record Reply(Dispatch dispatch, MailboxResponse response) {}

  /// What the link tells.
  interface Events {
    /// It opened, was answered or broke.
    void changed();

    /// Its router says that heads were lost.
    void headsLost();

    /// What its router had to bring may be lost: it broke, not in good order, or it is back. `changed` follows.
    void lost();

    /// Something ephemeral came for sessions that are not here.
    void missed(int sessions);

    /// What does this edge know of an entry? The answer may come on any thread, or never.
    void traced(TraceAsked asked, Consumer<TraceSeen> answer);
  }

  private final NodeRecord node;
  private final ManagedChannel channel;
  private final EdgeHello hello;
  private final SessionTable table;
  private final Events events;
  private final RequestTable<Reply> requests;
  private final RequestTable<Optional<TraceFound>> traces = new RequestTable<>(TRACES_MAX);
  private final long deadlineNanos;
  private final LongSupplier nanoTime;
  private final KeptLink<ToRouterItem, ToRouter, FromRouter> kept;
  private volatile boolean brokenBefore;
  private volatile long lostNanos;

  RouterLink(
      NodeRecord node, ManagedChannel channel, EdgeHello hello, SessionTable table, Events events, EdgeConfig.Links limits,
      LinkTimers timers) {
    this.node = node;
    this.channel = channel;
    this.hello = hello;
    this.table = table;
    this.events = events;
    this.requests = new RequestTable<>(limits.requestsMax());
    this.deadlineNanos = limits.requestDeadline().toNanos();
    this.nanoTime = timers.nanoTime();
    this.lostNanos = nanoTime.getAsLong();
    this.kept = new KeptLink<>(
        LinkKinds.ROUTER, node.nodeId(), channel, LinkLimits.DEFAULT, timers.scheduler(), timers.random(), new Opener());
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
    failAll();
  }

  /// Hands in a request; the callback is called exactly once if it is taken.
  Taken request(MailboxRequest.Builder request, Consumer<Reply> callback) {
    if (!kept.isOpen()) {
      return Taken.UNREACHABLE;
    }
    long id = requests.add(nanoTime.getAsLong() + deadlineNanos, callback);
    if (id == 0) {
      return Taken.FULL;
    }
    Link.Offer offer = kept.offer(ToRouterItem.newBuilder().setRequest(request.setRequestId(id)).build());
    if (offer == Link.Offer.ACCEPTED || !requests.complete(id, new Reply(null, null))) {
      // Where somebody else completed it, the answer was given: the link broke in between.
      return Taken.TAKEN;
    }
    return offer == Link.Offer.FULL ? Taken.FULL : Taken.UNREACHABLE;
  }

  /// Asks what the router found of an entry; empty where it does not say in time. Always answered once.
  void trace(TraceQuery query, Consumer<Optional<TraceFound>> answer) {
    long id = traces.add(nanoTime.getAsLong() + TRACE_PATIENCE_NANOS, answer);
    if (id == 0) {
      answer.accept(Optional.empty());
    } else if (kept.offer(ToRouterItem.newBuilder().setTrace(query.toBuilder().setQueryId(id)).build()) != Link.Offer.ACCEPTED) {
      traces.complete(id, Optional.empty());
    }
  }

  /// Hands in a signal that may be dropped; false where it was.
  boolean typing(TypingSignalled signal) {
    return kept.offerEphemeral(ToRouterItem.newBuilder().setTyping(signal).build()) == Link.Offer.ACCEPTED;
  }

  /// Answers what waited too long.
  void expire(long nowNanos) {
    traces.expire(nowNanos, id -> Optional.empty());
    requests.expire(nowNanos, id -> refused(Reason.REASON_DEADLINE_EXCEEDED, "no answer came in time"));
  }

  int requestsWaiting() {
    return requests.depth();
  }

  int itemsQueued() {
    return kept.depth();
  }

  private void failAll() {
    traces.failAll(id -> Optional.empty());
    requests.failAll(id -> refused(Reason.REASON_OUTCOME_UNKNOWN, "the link to the router broke"));
  }

  private static Reply refused(Reason reason, String message) {
    return new Reply(null, MailboxResponse.newBuilder()
        .setRefusal(Refusal.newBuilder().setReason(reason).setMessage(message)).build());
  }

  private final class Opener implements LinkOpener<ToRouterItem, ToRouter, FromRouter> {

    @Override
    public LinkListener<FromRouter> opening(Link<ToRouterItem, ToRouter> link) {
      link.offer(ToRouterItem.newBuilder().setHello(hello).build());
      return new Inbound(link);
    }

    @Override
    public void opened(Link<ToRouterItem, ToRouter> link) {
      events.changed();
    }

    /// Only now the router has taken the hello, and brings what comes from here on.
    @Override
    public void answered(Link<ToRouterItem, ToRouter> link) {
      if (brokenBefore) {
        brokenBefore = false;
        events.lost();
      }
      events.changed();
    }
  }

  private final class Inbound implements LinkListener<FromRouter> {
    private final Link<ToRouterItem, ToRouter> opened;

    Inbound(Link<ToRouterItem, ToRouter> opened) {
      this.opened = opened;
    }

    @Override
    public void onFrame(FromRouter frame) {
      Dispatch dispatch = new Dispatch(table);
      for (FromRouterItem item : frame.getItemsList()) {
        switch (item.getItemCase()) {
          case RESPONSE -> requests.complete(item.getResponse().getRequestId(), new Reply(dispatch, item.getResponse()));
          case FANOUT -> notHere(dispatch.fanout(item.getFanout()));
          case COMPARE_ALL -> events.headsLost();
          case TYPING -> typing(dispatch, item.getTyping());
          case RECEIPT -> receipt(dispatch, item.getReceipt());
          case TRACE_FOUND -> traces.complete(item.getTraceFound().getQueryId(), Optional.of(item.getTraceFound()));
          case TRACE_ASKED -> events.traced(
              item.getTraceAsked(), seen -> opened.offer(ToRouterItem.newBuilder().setTraceSeen(seen).build()));
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

    private void receipt(Dispatch dispatch, ReceiptTold told) {
      SessionEvent.Told.of(told.getMoved()).forEach(
          one -> events.missed(dispatch.told(one, told.getSessionIdsList())));
    }

    private void notHere(NotHere missing) {
      if (missing != null) {
        // A full link drops it: the router learns from its registry as well.
        opened.offer(ToRouterItem.newBuilder().setNotHere(missing).build());
      }
    }

    @Override
    public void onBroken(Status why) {
      brokenBefore = true;
      failAll();
      if (!why.isOk() && mayHaveLost(why)) {
        lostNanos = nanoTime.getAsLong();
        events.lost();
      }
      events.changed();
    }

    /// An attempt that reached nobody has lost nothing, and there are many in a row where a router is gone: comparing for
    /// each would make all sessions sync all the time. One that was silent may be heard at the other end, and brings us nothing.
    private boolean mayHaveLost(Status why) {
      return opened.hasStood() || why == KeptLink.SILENT || nanoTime.getAsLong() - lostNanos >= AWAY_NANOS;
    }
  }
}
