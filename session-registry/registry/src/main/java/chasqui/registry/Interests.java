package chasqui.registry;

import chasqui.link.Link.Offer;
import chasqui.link.LinkOutbound;
import chasqui.registry.RouterPeer.Outstanding;
import chasqui.registry.v1.FromRegistryItem;
import chasqui.registry.v1.Lookup;
import chasqui.registry.v1.Notice;
import chasqui.registry.v1.UserSessions;
import io.grpc.Status;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/// The routers and what each wants to be told. Guarded by the directory's lock.
///
/// A router that asked about a user caches the answer, so it is told of every change until it has confirmed that it
/// forgot. It is never silently left out: one that cannot be told, or does not confirm in time, has its link ended, and
/// forgets all that came over it. Asking about somebody who is not here counts too: look-ups that other pushes join may
/// be answered just before a session comes.
final class Interests {

  private final RegistryConfig config;
  private final Users users;
  private final LinkOutbound<FromRegistryItem> out;
  private final RegistryMetrics metrics;
  private final Consumer<SessionEntry> noticesTaken;
  private final Map<Long, RouterPeer> routers = new LinkedHashMap<>();
  // The one asked for longest ago first. Those that are being forgotten are not in here.
  private final Set<Interest> byAge = new LinkedHashSet<>();
  private long lastNoticeId;

  /// @param noticesTaken told of a session once no router has still to learn of it
  Interests(
      RegistryConfig config, Users users, LinkOutbound<FromRegistryItem> out, RegistryMetrics metrics, Consumer<SessionEntry> noticesTaken) {
    this.config = config;
    this.users = users;
    this.out = out;
    this.metrics = metrics;
    this.noticesTaken = noticesTaken;
  }

  void attached(long link, String nodeId) {
    routers.put(link, new RouterPeer(link, nodeId));
  }

  RouterPeer router(long link) {
    return routers.get(link);
  }

  /// Answers who is here, and notes that the router is to be told of changes.
  void lookup(RouterPeer router, Lookup lookup, long nowNanos) {
    metrics.lookups.increment();
    UserEntry user = users.getOrCreate(lookup.getUserId());
    Interest interest = find(user, router);
    if (interest == null) {
      interest = new Interest(user, router);
      user.interests.add(interest);
      router.interests.add(interest);
    }
    interest.forgetNotice = 0;
    byAge.remove(interest);
    byAge.add(interest);
    send(router, FromRegistryItem.newBuilder().setSessions(user.describe(lookup.getRequestId())).build());
    while (byAge.size() > config.bounds().interestsMax()) {
      forget(byAge.iterator().next(), nowNanos);
    }
  }

  /// Tells every interested router how the user's sessions are now. A session given is confirmed when all have taken it.
  void tell(UserEntry user, SessionEntry awaiting, long nowNanos) {
    if (awaiting != null) {
      // Counts as one notice, so that nothing below confirms before all routers are told.
      awaiting.noticesAwaited++;
    }
    if (!user.interests.isEmpty()) {
      UserSessions sessions = user.describe(0);
      for (Interest interest : List.copyOf(user.interests)) {
        notify(interest.router, sessions, awaiting, null, nowNanos);
      }
    }
    if (awaiting != null) {
      release(awaiting);
    }
  }

  void noticeTaken(RouterPeer router, long noticeId) {
    Outstanding notice = router.notices.remove(noticeId);
    if (notice == null) {
      metrics.impossible.increment();
      return;
    }
    if (notice.forgets() != null && notice.forgets().forgetNotice == noticeId) {
      drop(notice.forgets());
    }
    if (notice.awaiting() != null) {
      release(notice.awaiting());
    }
  }

  /// The router is no more: whoever waited for it waits no longer.
  void broken(long link) {
    RouterPeer router = routers.remove(link);
    if (router == null) {
      return;
    }
    List<Outstanding> notices = List.copyOf(router.notices.values());
    router.notices.clear();
    List.copyOf(router.interests).forEach(this::drop);
    for (Outstanding notice : notices) {
      if (notice.awaiting() != null) {
        release(notice.awaiting());
      }
    }
  }

  void tick(long nowNanos) {
    for (RouterPeer router : List.copyOf(routers.values())) {
      if (router.overdue(nowNanos)) {
        metrics.routersEnded("notice_deadline");
        end(router, "a notice was not confirmed in time");
      }
    }
  }

  int size() {
    return byAge.size();
  }

  int noticesOutstanding() {
    return routers.values().stream().mapToInt(router -> router.notices.size()).max().orElse(0);
  }

  private static Interest find(UserEntry user, RouterPeer router) {
    for (Interest interest : user.interests) {
      if (interest.router == router) {
        return interest;
      }
    }
    return null;
  }

  private void forget(Interest eldest, long nowNanos) {
    byAge.remove(eldest);
    metrics.interestsForgotten.increment();
    users.changed(eldest.user);
    UserSessions nobody = UserSessions.newBuilder()
        .setUserId(eldest.user.userId)
        .setVersion(eldest.user.version)
        .build();
    eldest.forgetNotice = notify(eldest.router, nobody, null, eldest, nowNanos);
  }

  private long notify(RouterPeer router, UserSessions sessions, SessionEntry awaiting, Interest forgets, long nowNanos) {
    if (routers.get(router.link) != router) {
      return 0;
    }
    if (router.notices.size() >= config.bounds().noticesPerRouterMax()) {
      metrics.routersEnded("notices_full");
      end(router, "too many notices were not confirmed");
      return 0;
    }
    long id = ++lastNoticeId;
    Notice notice = Notice.newBuilder().setNoticeId(id).setSessions(sessions).build();
    if (send(router, FromRegistryItem.newBuilder().setNotice(notice).build())) {
      metrics.notices.increment();
      long deadline = nowNanos + config.times().noticeDeadline().toNanos();
      router.notices.put(id, new Outstanding(id, awaiting, forgets, deadline));
      if (awaiting != null) {
        awaiting.noticesAwaited++;
      }
    }
    return id;
  }

  private boolean send(RouterPeer router, FromRegistryItem item) {
    Offer offer = out.enqueue(router.link, item);
    if (offer == Offer.FULL) {
      metrics.routersEnded("link_full");
      end(router, "the link's queue is full");
    }
    return offer == Offer.ACCEPTED;
  }

  private void end(RouterPeer router, String why) {
    broken(router.link);
    out.end(router.link, Status.RESOURCE_EXHAUSTED.withDescription(why));
  }

  private void release(SessionEntry session) {
    session.noticesAwaited--;
    if (session.noticesAwaited == 0 && !session.removed) {
      noticesTaken.accept(session);
    }
  }

  private void drop(Interest interest) {
    byAge.remove(interest);
    interest.user.interests.remove(interest);
    interest.router.interests.remove(interest);
    users.forgetIfEmpty(interest.user);
  }
}
