package chasqui.router;

import chasqui.discovery.NodeRecord;
import chasqui.discovery.Role;
import chasqui.discovery.Slots;
import chasqui.error.v1.Reason;
import chasqui.link.Link.Offer;
import chasqui.link.RequestTable;
import chasqui.mailbox.v1.MailboxRequest;
import chasqui.mailbox.v1.MailboxResponse;
import chasqui.mailbox.v1.ReportUnreachable;
import chasqui.registry.v1.RevocationStored;
import chasqui.registry.v1.ToRegistryItem;
import chasqui.registry.v1.VisibilityStored;
import chasqui.router.v1.FromRouterItem;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/// Brings each request to the owner of its slot, and the answer back. Thread-safe, without a lock.
///
/// A request that was queued for an owner and got no answer may have been done; one that was never queued was not.
final class Forwarder {

  /// A mailbox and what it has not answered.
  static final class Mailbox {
    final long link;
    final NodeRecord node;
    final RequestTable<Answer> requests;

    Mailbox(long link, NodeRecord node, int requestsMax) {
      this.link = link;
      this.node = node;
      this.requests = new RequestTable<>(requestsMax);
    }
  }

  /// Encoded bytes of requests kept; beyond, what is refused because its slot moves goes back to who sent it.
  static final long KEPT_BYTES_MAX = 64L << 20;
  /// To how many nodes after the first one request is brought: to the former owner, and from there to the next.
  static final int MOVES_MAX = 2;

  private final RouterConfig.Forwarding config;
  private final RouterOutbound out;
  private final RouterMetrics metrics;
  private final Owners<Mailbox> mailboxes;
  private final Consumer<ToRegistryItem> broadcast;
  private final Epochs epochs;
  private final AtomicLong keptBytes = new AtomicLong();

  /// @param broadcast given what all edges are to hear of, before the edge that asked is answered
  Forwarder(
      RouterConfig.Forwarding config,
      RouterOutbound out,
      RouterMetrics metrics,
      Owners<Mailbox> mailboxes,
      Consumer<ToRegistryItem> broadcast) {
    this.config = config;
    this.out = out;
    this.metrics = metrics;
    this.mailboxes = mailboxes;
    this.broadcast = broadcast;
    this.epochs = new Epochs(mailboxes.slots().count());
  }

  static Owners<Mailbox> owners(Slots slots, RouterConfig config) {
    return new Owners<>(slots, Role.MAILBOX,
        (Long link, NodeRecord node) -> new Mailbox(link, node, config.forwarding().perMailboxMax()));
  }

  /// Forwards a request of an edge. It is answered exactly once, unless the edge's link breaks.
  void forward(EdgeLink edge, MailboxRequest request, long nowNanos) {
    metrics.requests.increment();
    Route route = Route.of(request, mailboxes.slots());
    if (route.refused() != Reason.REASON_UNSPECIFIED) {
      refuse(edge, request.getRequestId(), route.refused(), "cannot be routed: " + request.getOperationCase());
      return;
    }
    if (edge.unanswered.incrementAndGet() > config.perEdgeMax()) {
      edge.unanswered.decrementAndGet();
      refuse(edge, request.getRequestId(), Reason.REASON_OVERLOADED, "too many requests of this edge are under way");
      return;
    }
    EdgeRequest waiting = new EdgeRequest(edge, request, route.write());
    Reason refused = ask(request, route.slot(), nowNanos, waiting);
    if (refused != Reason.REASON_UNSPECIFIED) {
      edge.unanswered.decrementAndGet();
      refuse(edge, request.getRequestId(), refused, refused == Reason.REASON_OVERLOADED ? "the owner is too busy" : "no owner in reach");
    }
  }

  /// Asks the owner of a slot; unspecified where it was asked, else the request was certainly not done and nobody is
  /// called.
  Reason ask(MailboxRequest request, int slot, long nowNanos, Consumer<Answer> callback) {
    Asked asked = new Asked(request, slot, nowNanos + config.deadline().toNanos(), callback);
    Reason refused = bring(request, mailboxes.ownerOf(slot), asked);
    if (refused != Reason.REASON_UNSPECIFIED) {
      asked.forget();
    }
    return refused;
  }

  private Reason bring(MailboxRequest request, Mailbox owner, Asked asked) {
    if (owner == null) {
      return Reason.REASON_UNAVAILABLE;
    }
    asked.owner = owner;
    long id = owner.requests.add(asked.deadlineNanos, asked);
    if (id == 0) {
      return Reason.REASON_OVERLOADED;
    }
    Offer offer = out.toMailbox(owner.link, request.toBuilder().setRequestId(id).build());
    if (offer == Offer.ACCEPTED) {
      return Reason.REASON_UNSPECIFIED;
    }
    if (!owner.requests.cancel(id)) {
      // The end of the link was told first, and the callback has been called.
      return Reason.REASON_UNSPECIFIED;
    }
    return offer == Offer.FULL ? Reason.REASON_OVERLOADED : Reason.REASON_UNAVAILABLE;
  }

  /// A request that waits for the answer of a mailbox. It is kept meanwhile, where there is room: a node that does not serve
  /// its slot has not taken it in, and it is brought on to the one that does.
  private final class Asked implements Consumer<Answer> {
    private final int slot;
    private final long deadlineNanos;
    private final Consumer<Answer> callback;
    private final int bytes;
    private MailboxRequest kept;
    private Mailbox owner;
    private int moves;

    Asked(MailboxRequest request, int slot, long deadlineNanos, Consumer<Answer> callback) {
      this.slot = slot;
      this.deadlineNanos = deadlineNanos;
      this.callback = callback;
      this.bytes = request.getSerializedSize();
      if (keptBytes.addAndGet(bytes) <= KEPT_BYTES_MAX) {
        kept = request;
      } else {
        keptBytes.addAndGet(-bytes);
      }
    }

    void forget() {
      if (kept != null) {
        kept = null;
        keptBytes.addAndGet(-bytes);
      }
    }

    @Override
    public void accept(Answer answer) {
      if (answer instanceof Answer.Given(MailboxResponse response) && isElsewhere(response)) {
        metrics.elsewhere.increment();
        mailboxes.served(slot, response.getServedBy());
        if (isBroughtOn()) {
          return;
        }
      }
      forget();
      callback.accept(epochs.fenced(slot, answer));
    }

    private boolean isBroughtOn() {
      Mailbox next = mailboxes.ownerOf(slot);
      if (kept == null || next == owner || moves == MOVES_MAX) {
        return false;
      }
      moves++;
      return bring(kept, next, this) == Reason.REASON_UNSPECIFIED;
    }
  }

  // Epoch 0: it was not taken in; what else may keep a mailbox from that has other reasons.
  private static boolean isElsewhere(MailboxResponse response) {
    return response.getEpoch() == 0 && response.getRefusal().getReason() == Reason.REASON_UNAVAILABLE;
  }

  /// The encoded bytes of requests that are kept until their answer; at most [#KEPT_BYTES_MAX].
  long keptBytes() {
    return keptBytes.get();
  }

  /// The answer of a mailbox.
  void answered(Mailbox mailbox, MailboxResponse response) {
    if (!mailbox.requests.complete(response.getRequestId(), new Answer.Given(response))) {
      metrics.answersDropped.increment();
    }
  }

  void broken(Mailbox mailbox) {
    mailbox.requests.failAll(id -> Answer.Missing.LINK_BROKEN);
  }

  /// Nothing waits for a mailbox that is left out: on a link that was never answered it would until its deadline.
  void failLeftOut(long nowNanos) {
    mailboxes.leftOut(nowNanos).forEach(this::broken);
  }

  /// Tells the other mailboxes of those that are out of reach: evidence by which their slots may be taken over.
  ///
  /// @param reporter this router's node
  void reportLost(String reporter, long nowNanos) {
    for (NodeRecord lost : mailboxes.lost(nowNanos)) {
      MailboxRequest report = MailboxRequest.newBuilder()
          .setReportUnreachable(ReportUnreachable.newBuilder()
              .setIncarnation(lost.incarnation()).setReporterNodeId(reporter))
          .build();
      // A full link drops it: it is said again in a second.
      for (Mailbox mailbox : mailboxes.all()) {
        if (!mailbox.node.nodeId().equals(lost.nodeId())) {
          out.toMailbox(mailbox.link, report);
          metrics.unreachable.increment();
        }
      }
    }
  }

  void expire(long nowNanos) {
    for (Mailbox mailbox : mailboxes.all()) {
      mailbox.requests.expire(nowNanos, id -> Answer.Missing.DEADLINE);
    }
  }

  private void refuse(EdgeLink edge, long requestId, Reason reason, String message) {
    metrics.refused(reason);
    boolean waitingHelps = reason == Reason.REASON_OVERLOADED || reason == Reason.REASON_UNAVAILABLE;
    long retryAfter = waitingHelps ? config.retryAfter().toMillis() : 0;
    send(edge, Refusals.of(requestId, reason, message, retryAfter));
  }

  private void send(EdgeLink edge, MailboxResponse response) {
    if (out.toEdge(edge.link, FromRouterItem.newBuilder().setResponse(response).build()) != Offer.ACCEPTED) {
      metrics.answersDropped.increment();
    }
  }

  /// A request of an edge that waits for its answer.
  private final class EdgeRequest implements Consumer<Answer> {
    private final EdgeLink edge;
    private final long requestId;
    private final boolean write;
    // What all edges are to hear of if it is done; null where nothing is.
    private final ToRegistryItem forAll;

    EdgeRequest(EdgeLink edge, MailboxRequest request, boolean write) {
      this.edge = edge;
      this.requestId = request.getRequestId();
      this.write = write;
      this.forAll = forAll(request);
    }

    private static ToRegistryItem forAll(MailboxRequest request) {
      String userId = request.getCaller().getUserId();
      return switch (request.getOperationCase()) {
        case REVOKE -> ToRegistryItem.newBuilder().setRevocationStored(
            RevocationStored.newBuilder().setUserId(userId).setDeviceId(request.getRevoke().getDeviceId())).build();
        case SET_PRESENCE_VISIBILITY -> ToRegistryItem.newBuilder()
            .setVisibilityStored(VisibilityStored.newBuilder().setUserId(userId)).build();
        default -> null;
      };
    }

    @Override
    public void accept(Answer answer) {
      edge.unanswered.decrementAndGet();
      switch (answer) {
        case Answer.Given(MailboxResponse response) -> {
          tellAll(response);
          send(edge, response.toBuilder().setRequestId(requestId).build());
        }
        case Answer.Missing.DEADLINE -> refuse(
            edge, requestId, Reason.REASON_DEADLINE_EXCEEDED, "no answer within " + config.deadline().toMillis() + " ms");
        case Answer.Missing.LINK_BROKEN -> unknown("the owner was lost before it answered");
        case Answer.Missing.OUTDATED -> unknown("the owner was replaced before it answered");
      }
    }

    private void unknown(String message) {
      refuse(edge, requestId, write ? Reason.REASON_OUTCOME_UNKNOWN : Reason.REASON_UNAVAILABLE, message);
    }

    private void tellAll(MailboxResponse response) {
      if (forAll != null && response.hasRevoked()) {
        ToRegistryItem.Builder revocation = forAll.toBuilder();
        revocation.getRevocationStoredBuilder().setRevokedMicros(response.getRevoked().getRevokedMicros());
        broadcast.accept(revocation.build());
      } else if (forAll != null && response.hasPresenceVisibilitySet()) {
        broadcast.accept(forAll);
      }
    }
  }
}
