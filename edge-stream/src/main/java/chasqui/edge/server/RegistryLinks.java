package chasqui.edge.server;

import chasqui.discovery.MembershipView;
import chasqui.discovery.NodeRecord;
import chasqui.discovery.Role;
import chasqui.discovery.Slots;
import chasqui.edge.session.RegistryPort;
import chasqui.edge.session.SessionEvent;
import chasqui.edge.session.Signal;
import chasqui.error.v1.Reason;
import chasqui.link.ChannelFactory;
import chasqui.link.Ticker;
import chasqui.registry.v1.Announce;
import chasqui.registry.v1.Announced;
import chasqui.registry.v1.EndSession;
import chasqui.registry.v1.LinkHello;
import chasqui.registry.v1.RevocationStored;
import chasqui.registry.v1.VisibilityStored;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/// The links to all registry nodes, and which session is announced where. Whenever a link is open again, or another node
/// owns a user's slot, the sessions concerned are announced again. Thread-safe.
final class RegistryLinks {

  private static final Duration EXPIRY = Duration.ofMillis(250);
  // How long a former owner still knows of a session that moved: routers whose view is a little older ask there.
  private static final Duration FORMER_KNOWS = Duration.ofSeconds(3);
  // Above what a killed registry stays in the view for, by little: two looks in a row find who is elsewhere for longer.
  private static final Duration LOOK = Duration.ofSeconds(5);
  private static final Announced UNAVAILABLE = Announced.newBuilder().setRefused(Reason.REASON_UNAVAILABLE).build();

  /// A session and the registry that was told of it last.
  private static final class Announcement {
    final RegistryPort.Card card;
    volatile RegistryLink at;
    volatile boolean confirmed;
    // The looks' own.
    boolean elsewhere;

    Announcement(RegistryPort.Card card) {
      this.card = card;
    }
  }

  /// Where a session was announced before, and until when it may be known there.
  private record Former(Announcement announcement, RegistryLink at, long untilNanos) {}

  private final Slots slots;
  private final LongSupplier nanoTime;
  private final SessionTable table;
  private final News news;
  private final ConcurrentHashMap<Long, Announcement> announced = new ConcurrentHashMap<>();
  private final Peers<RegistryLink> peers;
  private final Ticker expiry;
  private final Ticker looks;
  private volatile int elsewhere;
  // Two for each session at most, as owners do not move faster; ordered by time.
  private final Queue<Former> formers = new ConcurrentLinkedQueue<>();
  // Some session is announced nowhere: tried again at the next expiry.
  private volatile boolean unplaced;

  /// What registries tell the whole edge.
  interface News {
    /// A user or a device was signed out. Sessions are told by the links.
    void revoked(RevocationStored revocation);

    /// A user chose what is shown of their presence.
    void visibilityStored(String userId);

    /// That may have happened unheard: a registry tells it to the edges that are there.
    void visibilitiesMissed();
  }

  RegistryLinks(
      Slots slots, SessionTable table, LinkHello hello, ChannelFactory channels, EdgeConfig.Links limits,
      LinkTimers timers, News news) {
    this.slots = slots;
    this.nanoTime = timers.nanoTime();
    this.table = table;
    this.news = news;
    RegistryLink.Events events = new LinkEvents();
    this.peers = new Peers<>(
        Role.REGISTRY, node -> new RegistryLink(node, channels.open(node), hello, events, limits, timers), this::moved);
    this.expiry = new Ticker(timers.scheduler(), EXPIRY, this::expire);
    expiry.start();
    this.looks = new Ticker(timers.scheduler(), LOOK, this::look);
    looks.start();
  }

  /// The port for the sessions of a loop.
  RegistryPort portFor(SessionLoop loop) {
    return new LoopPort(loop);
  }

  void view(MembershipView view) {
    peers.view(view);
  }

  /// Whether any registry is reachable.
  boolean isOpen() {
    return peers.owner(0) != null;
  }

  int announcesWaiting() {
    return peers.all().stream().mapToInt(RegistryLink::announcesWaiting).sum();
  }

  /// Sessions that were not announced at the owner by the view when that was looked at last.
  int elsewhere() {
    return elsewhere;
  }

  void close() {
    expiry.close();
    looks.close();
    peers.close();
  }

  private void expire() {
    long nowNanos = nanoTime.getAsLong();
    peers.all().forEach(link -> link.expire(nowNanos));
    withdrawFormers(nowNanos);
    if (unplaced) {
      unplaced = false;
      moved();
    }
  }

  /// Owners may have changed: whoever belongs to another node now is announced there.
  private void moved() {
    for (Announcement announcement : announced.values()) {
      RegistryLink owner = ownerOf(announcement.card);
      if (announcement.confirmed && owner != null && owner != announcement.at) {
        RegistryLink before = announcement.at;
        again(announcement, owner);
        if (before != null) {
          formers.add(new Former(announcement, before, nanoTime.getAsLong() + FORMER_KNOWS.toNanos()));
        }
      }
    }
  }

  /// Routers place users by their own links. Where this edge alone does not reach an owner, they ask there in vain, and what
  /// they do not bring is found by comparing: at each look while a session is elsewhere, and once after.
  private void look() {
    int count = 0;
    for (Announcement announcement : announced.values()) {
      boolean before = announcement.elsewhere;
      announcement.elsewhere = announcement.confirmed && isElsewhere(announcement);
      if (announcement.elsewhere) {
        count++;
      }
      GrpcStream stream = before ? table.get(announcement.card.sessionId()) : null;
      if (stream != null) {
        stream.post(Signal.COMPARE);
      }
    }
    elsewhere = count;
  }

  private boolean isElsewhere(Announcement announcement) {
    RegistryLink at = announcement.at;
    return peers.ownerByView(slots.of(announcement.card.userId()))
        .filter(owner -> at == null || !at.isOpen() || !owner.nodeId().equals(at.node().nodeId())).isPresent();
  }

  private void withdrawFormers(long nowNanos) {
    Former former = formers.peek();
    while (former != null && nowNanos - former.untilNanos >= 0) {
      formers.poll();
      RegistryPort.Card card = former.announcement.card;
      // Where it has come back to by now, it stays.
      if (former.announcement.at != former.at || !announced.containsKey(card.sessionId())) {
        former.at.withdraw(card.userId(), card.sessionId());
      }
      former = formers.peek();
    }
  }

  private RegistryLink ownerOf(RegistryPort.Card card) {
    return peers.owner(slots.of(card.userId()));
  }

  private void again(Announcement announcement, RegistryLink owner) {
    announcement.at = owner;
    boolean taken = owner.announce(announce(announcement.card).setAgain(true), answer -> {
      switch (answer.getRefused()) {
        case REASON_UNSPECIFIED -> { }
        case REASON_DEVICE_CAP -> end(announcement.card.sessionId(), Reason.REASON_DEVICE_CAP);
        case REASON_STALE_CONNECT_NUMBER, REASON_SUPERSEDED ->
            end(announcement.card.sessionId(), Reason.REASON_SUPERSEDED);
        default -> {
          if (announcement.at == owner) {
            announcement.at = null;
            unplaced = true;
          }
        }
      }
    });
    if (!taken) {
      announcement.at = null;
      unplaced = true;
    }
  }

  private void end(long sessionId, Reason reason) {
    GrpcStream stream = table.get(sessionId);
    if (stream != null) {
      stream.post(new SessionEvent.EndWanted(reason));
    }
  }

  private static Announce.Builder announce(RegistryPort.Card card) {
    return Announce.newBuilder()
        .setUserId(card.userId())
        .setDeviceId(card.deviceId())
        .setSessionId(card.sessionId())
        .setConnectNumber(card.connectNumber());
  }

  private final class LinkEvents implements RegistryLink.Events {

    @Override
    public void changed() {
      peers.refresh();
    }

    @Override
    public void opened(RegistryLink link) {
      announced.values().stream().filter(announcement -> announcement.at == link).forEach(a -> a.at = null);
      news.visibilitiesMissed();
    }

    @Override
    public void endSession(EndSession end) {
      RegistryLinks.this.end(end.getSessionId(), end.getReason());
    }

    @Override
    public void revoked(RevocationStored revocation) {
      news.revoked(revocation);
      SessionEvent event = new SessionEvent.SignedOut(revocation.getDeviceId(), revocation.getRevokedMicros());
      for (Announcement announcement : announced.values()) {
        if (announcement.card.userId().equals(revocation.getUserId())) {
          GrpcStream stream = table.get(announcement.card.sessionId());
          if (stream != null) {
            stream.post(event);
          }
        }
      }
    }

    @Override
    public void visibilityStored(VisibilityStored visibility) {
      news.visibilityStored(visibility.getUserId());
    }
  }

  private final class LoopPort implements RegistryPort {
    private final SessionLoop loop;

    LoopPort(SessionLoop loop) {
      this.loop = loop;
    }

    @Override
    public void announce(Card card, Answer answer) {
      Announcement announcement = new Announcement(card);
      announced.put(card.sessionId(), announcement);
      RegistryLink owner = ownerOf(card);
      announcement.at = owner;
      Consumer<Announced> callback = reply -> {
        announcement.confirmed = reply.getRefused() == Reason.REASON_UNSPECIFIED;
        // Owners that changed before this have passed it by.
        if (announcement.confirmed && ownerOf(card) != announcement.at) {
          unplaced = true;
        }
        loop.execute(() -> answer.answered(reply, loop.nowMillis()));
      };
      if (owner == null || !owner.announce(RegistryLinks.announce(card), callback)) {
        callback.accept(UNAVAILABLE);
      }
    }

    @Override
    public void withdraw(Card card) {
      Announcement announcement = announced.remove(card.sessionId());
      if (announcement != null && announcement.at != null) {
        announcement.at.withdraw(card.userId(), card.sessionId());
      }
    }
  }
}
