package chasqui.router;

import chasqui.discovery.MembershipView;
import chasqui.discovery.NodeRecord;
import chasqui.discovery.Role;
import chasqui.discovery.Slots;
import chasqui.error.v1.Reason;
import chasqui.mailbox.v1.FromMailbox;
import chasqui.mailbox.v1.MailboxEvent;
import chasqui.mailbox.v1.MailboxRequest;
import chasqui.mailbox.v1.Push;
import chasqui.mailbox.v1.ReadRoster;
import chasqui.registry.v1.FromRegistry;
import chasqui.registry.v1.FromRegistryItem;
import chasqui.registry.v1.LinkHello;
import chasqui.registry.v1.Notice;
import chasqui.registry.v1.NoticeTaken;
import chasqui.registry.v1.Opener;
import chasqui.registry.v1.ToRegistryItem;
import chasqui.router.v1.EdgeHello;
import chasqui.router.v1.NotHere;
import chasqui.router.v1.ToRouter;
import chasqui.router.v1.ToRouterItem;
import io.grpc.Status;
import io.opentelemetry.api.metrics.Meter;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/// Forwards requests and fans pushes out: the router's thinking part, without threads, clock or transport of its own.
///
/// Thread-safe. Requests of edges are forwarded without a lock. One lock guards the fan-out: what is said to others is
/// queued under it, so that each link carries events in their order, and written after it. Driven by one thread it is
/// deterministic. Links are named by numbers above 0, given by whoever drives it, never used twice.
public final class RouterCore {

  private final ReentrantLock lock = new ReentrantLock();
  private final NodeRecord self;
  private final RouterOutbound out;
  private final RouterMetrics metrics;
  private final CoreClock clock = new CoreClock();
  private final Map<Long, EdgeLink> edgeLinks = new ConcurrentHashMap<>();
  private final Owners<Forwarder.Mailbox> mailboxes;
  private final Owners<Long> registries;
  private final Forwarder forwarder;
  private final Passed passed;
  private final Edges edges;
  private final Traces traces;
  private final SessionCache sessions;
  private final RosterCache rosters;
  private final HeldBudget budget;
  private final Repair repair;
  private final Lookups lookups;
  private final Pushes pushes;
  // Apart, so that one kind does not make the other forgotten.
  private final Broadcasts revocations;
  private final Broadcasts visibilities;
  private final TypingLane typing;
  private final ReceiptLane receipts;
  // There was a registry once, which sessions were announced to.
  private boolean hadRegistries;
  private long reportedAtNanos;

  /// @param self the router's own node, for its hellos
  /// @param slots of the data set
  public RouterCore(NodeRecord self, Slots slots, RouterConfig config, RouterOutbound out, Meter meter) {
    this.self = self;
    this.out = out;
    metrics = new RouterMetrics(meter);
    mailboxes = Forwarder.owners(slots, config);
    registries = new Owners<>(slots, Role.REGISTRY, (Long link, NodeRecord node) -> link);
    forwarder = new Forwarder(config.forwarding(), out, metrics, mailboxes, this::broadcast);
    passed = new Passed(clock);
    edges = new Edges(config, out, metrics, passed);
    traces = new Traces(edges, out, clock, passed);
    sessions = new SessionCache(config, edges);
    rosters = new RosterCache(config);
    budget = new HeldBudget(config.holding());
    repair = new Repair(config, edges, metrics);
    lookups = new Lookups(
        config, out, metrics, clock, registries, new Lookups.Wiring(edges, sessions, budget, repair));
    FanOut fanOut = new FanOut(edges, sessions, lookups, metrics);
    pushes = new Pushes(config, metrics, clock, new Pushes.Wiring(rosters, budget, repair, fanOut), this::readForPush);
    revocations = new Broadcasts(config, out);
    visibilities = new Broadcasts(config, out);
    EphemeralFanOut ephemeral = new EphemeralFanOut(config, out, clock, sessions, lookups);
    typing = new TypingLane(config, metrics, clock, new TypingLane.Wiring(rosters, ephemeral), this::readRoster);
    receipts = new ReceiptLane(config, metrics, new ReceiptLane.Wiring(rosters, ephemeral), this::readRoster);
  }

  /// How much is held now, for gauges.
  ///
  /// @param requests requests not answered by the mailbox that is furthest behind
  /// @param bytesKept encoded bytes of requests not answered
  /// @param users users whose sessions are remembered
  /// @param members members of remembered rosters
  /// @param pushesHeld pushes that wait
  /// @param bytesHeld encoded entries of these
  /// @param lookups look-ups under way
  public record Size(int requests, long bytesKept, int users, long members, int pushesHeld, long bytesHeld, int lookups) {}

  /// Who is there now.
  public void view(MembershipView view, long nowNanos) {
    locked(nowNanos, () -> {
      mailboxes.view(view, nowNanos);
      edges.view(view);
      registriesMoved(registries.view(view, nowNanos), nowNanos);
    });
  }

  private void registriesMoved(boolean moved, long nowNanos) {
    if (moved) {
      // What former owners said they keep telling of, but they are not told themselves any more.
      sessions.clear();
      lookups.ownersChanged();
      if (hadRegistries) {
        repair.oweOnceSettled(nowNanos);
      }
      hadRegistries |= registries.any();
    }
  }

  /// What came in on the link of an edge. The first item names it.
  public void edgeFrame(long link, ToRouter frame, long nowNanos) {
    EdgeLink edge = edgeLinks.computeIfAbsent(link, EdgeLink::new);
    for (ToRouterItem item : frame.getItemsList()) {
      boolean expected = item.hasHello() != edge.greeted;
      if (!expected && item.getItemCase() != ToRouterItem.ItemCase.ITEM_NOT_SET) {
        metrics.impossible.increment();
        out.endEdge(link, Status.FAILED_PRECONDITION.withDescription("unexpected " + item.getItemCase()));
        break;
      }
      switch (item.getItemCase()) {
        case HELLO -> greet(edge, item.getHello(), nowNanos);
        case REQUEST -> forwarder.forward(edge, item.getRequest(), nowNanos);
        case NOT_HERE -> locked(nowNanos, () -> notHere(link, item.getNotHere()));
        case TYPING -> locked(nowNanos, () -> typing.signalled(item.getTyping()));
        case TRACE -> locked(nowNanos, () -> traces.asked(link, item.getTrace()));
        case TRACE_SEEN -> locked(nowNanos, () -> traces.seen(link, item.getTraceSeen()));
        // Checked before it came here; and a newer edge's item: skipped, like an unknown field.
        case VOUCH, ITEM_NOT_SET -> { }
      }
    }
    out.flush();
  }

  private void greet(EdgeLink edge, EdgeHello hello, long nowNanos) {
    edge.greeted = true;
    locked(nowNanos, () -> edges.attached(edge.link, hello));
  }

  /// The link of an edge is no more.
  public void edgeBroken(long link, long nowNanos) {
    edgeLinks.remove(link);
    locked(nowNanos, () -> edges.broken(link));
  }

  /// A link to a mailbox is being opened.
  public void mailboxOpened(long link, NodeRecord node) {
    mailboxes.opened(link, node);
  }

  /// What came in on the link to a mailbox.
  public void mailboxFrame(long link, FromMailbox frame, long nowNanos) {
    Forwarder.Mailbox mailbox = mailboxes.byLink(link);
    if (mailbox == null) {
      return;
    }
    locked(nowNanos, () -> {
      mailboxes.heard(link, nowNanos);
      for (MailboxEvent event : frame.getEventsList()) {
        switch (event.getEventCase()) {
          case RESPONSE -> forwarder.answered(mailbox, event.getResponse());
          case PUSH -> pushed(mailbox, event.getPush());
          case RECEIPT_MOVED -> receipts.moved(event.getReceiptMoved());
          case MARKS_STORED -> pushes.marksStored(event.getMarksStored());
          // A newer mailbox's event: skipped, like an unknown field.
          case EVENT_NOT_SET -> { }
        }
      }
    });
  }

  private void pushed(Forwarder.Mailbox mailbox, Push push) {
    passed.pushed(push.getConversationId(), push.getEntry().getSeq(), mailbox.node);
    pushes.push(push);
  }

  /// The link to a mailbox is no more.
  ///
  /// @param stood whether it ever stood, so that pushes may have been lost with it: an attempt that reached nobody loses
  ///     nothing
  public void mailboxBroken(long link, boolean stood, long nowNanos) {
    Forwarder.Mailbox mailbox = mailboxes.broken(link, nowNanos);
    if (mailbox != null) {
      locked(nowNanos, () -> {
        forwarder.broken(mailbox);
        mailboxesMoved(nowNanos);
        if (stood) {
          repair.owe("mailbox_lost");
        }
      });
    }
  }

  /// A link to a registry is being opened.
  public void registryOpened(long link, NodeRecord node, long nowNanos) {
    locked(nowNanos, () -> {
      LinkHello hello = LinkHello.newBuilder()
          .setNodeId(self.nodeId())
          .setIncarnation(self.incarnation())
          .setOpener(Opener.OPENER_ROUTER)
          .build();
      out.toRegistry(link, ToRegistryItem.newBuilder().setHello(hello).build());
      registries.opened(link, node);
      revocations.opened(link);
      visibilities.opened(link);
      lookups.sendUnsent();
    });
  }

  /// What came in on the link to a registry.
  public void registryFrame(long link, FromRegistry frame, long nowNanos) {
    locked(nowNanos, () -> {
      if (registries.byLink(link) == null) {
        return;
      }
      if (!registries.isAnswered(link)) {
        repair.registryAnswered(nowNanos);
      }
      registriesMoved(registries.heard(link, nowNanos), nowNanos);
      for (FromRegistryItem item : frame.getItemsList()) {
        switch (item.getItemCase()) {
          case SESSIONS -> lookups.answered(link, item.getSessions());
          case NOTICE -> notice(link, item.getNotice());
          case ANNOUNCED, END_SESSION, REVOCATION_STORED, VISIBILITY_STORED -> metrics.impossible.increment();
          // A newer registry's item: skipped, like an unknown field.
          case ITEM_NOT_SET -> { }
        }
      }
    });
  }

  /// The link to a registry is no more: nobody tells of changes to what it had said.
  public void registryBroken(long link, long nowNanos) {
    locked(nowNanos, () -> {
      boolean answered = registries.isAnswered(link);
      if (registries.broken(link, nowNanos) != null) {
        sessions.forgetRegistry(link);
        lookups.registryLost(link);
        registriesMoved(registries.tick(nowNanos), nowNanos);
        if (answered) {
          repair.registryLost(nowNanos);
        }
      }
    });
  }

  /// Time has passed. Called every 100 ms or so.
  public void tick(long nowNanos) {
    locked(nowNanos, () -> {
      forwarder.expire(nowNanos);
      mailboxesMoved(nowNanos);
      registriesMoved(registries.tick(nowNanos), nowNanos);
      pushes.tick();
      lookups.tick();
      typing.tick();
      traces.tick();
      revocations.expire(nowNanos);
      visibilities.expire(nowNanos);
      if (edges.forgetGone()) {
        sessions.clear();
      }
      repair.tick(nowNanos);
    });
  }

  // Told at once when owners change, then every second.
  private void mailboxesMoved(long nowNanos) {
    boolean moved = mailboxes.tick(nowNanos);
    forwarder.failLeftOut(nowNanos);
    if (moved || nowNanos - reportedAtNanos >= Reach.SILENT_NANOS) {
      reportedAtNanos = nowNanos;
      forwarder.reportLost(self.nodeId(), nowNanos);
    }
  }

  public Size size() {
    lock.lock();
    try {
      int requests = mailboxes.all().stream().mapToInt(mailbox -> mailbox.requests.depth()).max().orElse(0);
      return new Size(
          requests, forwarder.keptBytes(), sessions.size(), rosters.weight(), budget.pushes(), budget.bytes(), lookups.size());
    } finally {
      lock.unlock();
    }
  }

  private void locked(long nowNanos, Runnable step) {
    lock.lock();
    try {
      clock.nowNanos = nowNanos;
      step.run();
      edges.send();
    } finally {
      lock.unlock();
    }
    out.flush();
  }

  private Reason readForPush(String conversationId) {
    return readRoster(conversationId, answer -> pushes.rosterRead(conversationId, answer));
  }

  private Reason readRoster(String conversationId, Consumer<Answer> read) {
    MailboxRequest request = MailboxRequest.newBuilder()
        .setReadRoster(ReadRoster.newBuilder().setConversationId(conversationId))
        .build();
    int slot = mailboxes.slots().of(conversationId);
    return forwarder.ask(request, slot, clock.nowNanos, read);
  }

  // Under the lock: answers of mailboxes are handled there.
  private void broadcast(ToRegistryItem item) {
    (item.hasRevocationStored() ? revocations : visibilities).stored(item, registries.all(), clock.nowNanos);
  }

  private void notice(long link, Notice notice) {
    metrics.notices.increment();
    sessions.notice(notice.getSessions(), link);
    // Where this finds no room, the registry ends the link for want of an answer, and all it said is forgotten.
    out.toRegistry(link, ToRegistryItem.newBuilder()
        .setNoticeTaken(NoticeTaken.newBuilder().setNoticeId(notice.getNoticeId()))
        .build());
  }

  private void notHere(long link, NotHere stale) {
    EdgeTarget edge = edges.byLink(link);
    CachedRoster roster = rosters.get(stale.getConversationId());
    Set<String> users = new LinkedHashSet<>();
    for (long sessionId : stale.getSessionIdsList()) {
      metrics.notHere.increment();
      String user = edge == null ? null : edge.userOf(sessionId);
      if (user != null) {
        sessions.drop(user, edge, sessionId);
        users.add(user);
      }
    }
    if (roster == null || users.isEmpty()) {
      // Nobody knows any more whose they were, or in which generation the head was.
      repair.owe("not_here_unknown");
      return;
    }
    Delivery head = new Delivery(stale.getConversationId(), roster.generation, stale.getHead(), null);
    Lookups.Gone gone = new Lookups.Gone(edge, new HashSet<>(stale.getSessionIdsList()));
    users.forEach(user -> lookups.fresh(user, head, null, gone));
  }
}
