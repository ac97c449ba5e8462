package chasqui.registry;

import chasqui.error.v1.Reason;
import chasqui.link.Link.Offer;
import chasqui.link.LinkOutbound;
import chasqui.registry.UserEntry.DeviceEntry;
import chasqui.registry.v1.Announce;
import chasqui.registry.v1.Announced;
import chasqui.registry.v1.EndSession;
import chasqui.registry.v1.FromRegistryItem;
import chasqui.registry.v1.Withdraw;
import io.grpc.Status;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/// Announcing, confirming, ending: what happens to sessions. Guarded by the directory's lock.
///
/// Before a session is confirmed, every router that had asked about its user has taken the news: what is committed after
/// the confirmation is pushed to it, what was committed before is found by its sync.
final class Sessions {

  private record Superseding(SessionEntry older, SessionEntry newer, long atNanos) {}

  private record Remembered(DeviceEntry device, long offlineCount, long untilNanos) {}

  private final RegistryConfig config;
  private final Users users;
  private final Edges edges;
  private final Interests interests;
  private final LinkOutbound<FromRegistryItem> out;
  private final RegistryMetrics metrics;
  // Deadlines of one kind are equally far away, so these are in their order.
  private final Deque<Superseding> superseding = new ArrayDeque<>();
  private final Deque<Remembered> remembered = new ArrayDeque<>();
  private int count;
  private long arrivals;
  private long nowNanos;

  Sessions(RegistryConfig config, Users users, Edges edges, LinkOutbound<FromRegistryItem> out, RegistryMetrics metrics) {
    this.config = config;
    this.users = users;
    this.edges = edges;
    this.out = out;
    this.metrics = metrics;
    this.interests = new Interests(config, users, out, metrics, this::confirm);
  }

  Interests interests() {
    return interests;
  }

  int count() {
    return count;
  }

  int remembered() {
    return remembered.size();
  }

  void clock(long now) {
    nowNanos = now;
  }

  void announce(EdgePeer edge, Announce announce) {
    SessionEntry known = edge.sessions.get(announce.getSessionId());
    if (known != null) {
      again(known, announce);
      return;
    }
    if (count >= config.bounds().sessionsMax()) {
      answer(edge, announce.getRequestId(), Reason.REASON_OVERLOADED, 0);
      return;
    }
    UserEntry user = users.getOrCreate(announce.getUserId());
    DeviceEntry device = user.devices.get(announce.getDeviceId());
    if (device == null) {
      device = new DeviceEntry(user, announce.getDeviceId());
    }
    if (!device.isOnline()) {
      device.onlineSince = announce.getAgain() ? 0 : ++arrivals;
    }
    Admission.Verdict verdict = Admission.judge(config, device, announce);
    if (verdict.refused() != Reason.REASON_UNSPECIFIED) {
      answer(edge, announce.getRequestId(), verdict.refused(), device.highestConnectNumber);
      users.forgetIfEmpty(user);
      return;
    }
    verdict.evicted().ifPresent(this::evict);
    admit(edge, device, announce);
  }

  private void again(SessionEntry known, Announce announce) {
    boolean same = known.user().userId.equals(announce.getUserId())
        && known.device.deviceId.equals(announce.getDeviceId());
    if (!same) {
      metrics.impossible.increment();
      answer(known.edge, announce.getRequestId(), Reason.REASON_INTERNAL, 0);
      return;
    }
    known.lost = false;
    known.requestId = announce.getRequestId();
    if (known.confirmed) {
      answer(known.edge, known.requestId, Reason.REASON_UNSPECIFIED, 0);
    }
  }

  private void admit(EdgePeer edge, DeviceEntry device, Announce announce) {
    UserEntry user = device.user;
    user.devices.put(device.deviceId, device);
    SessionEntry session = new SessionEntry(announce.getSessionId(), edge, device, announce.getConnectNumber());
    session.requestId = announce.getRequestId();
    edge.sessions.put(session.sessionId, session);
    device.add(session);
    count++;
    if (device.sessions.size() > RegistryConfig.STREAMS_PER_DEVICE_MAX) {
      end(device.sessions.getFirst(), Reason.REASON_SUPERSEDED);
    }
    users.changed(user);
    interests.tell(user, session, nowNanos);
  }

  private void confirm(SessionEntry session) {
    session.confirmed = true;
    answer(session.edge, session.requestId, Reason.REASON_UNSPECIFIED, 0);
    List<SessionEntry> streams = session.device.sessions;
    if (streams.size() == RegistryConfig.STREAMS_PER_DEVICE_MAX && streams.getLast().confirmed) {
      long at = nowNanos + config.times().supersedeAfter().toNanos();
      superseding.addLast(new Superseding(streams.getFirst(), streams.getLast(), at));
    }
  }

  private void answer(EdgePeer edge, long requestId, Reason refused, long highest) {
    metrics.announced(refused);
    Announced announced = Announced.newBuilder()
        .setRequestId(requestId)
        .setRefused(refused)
        .setHighestConnectNumber(refused == Reason.REASON_STALE_CONNECT_NUMBER ? highest : 0)
        .build();
    send(edge, FromRegistryItem.newBuilder().setAnnounced(announced).build());
  }

  void withdraw(EdgePeer edge, Withdraw withdraw) {
    SessionEntry session = edge.sessions.get(withdraw.getSessionId());
    if (session != null && session.user().userId.equals(withdraw.getUserId())) {
      removeAndTell(session);
    }
  }

  void removeAndTell(SessionEntry session) {
    remove(session);
    users.changed(session.user());
    interests.tell(session.user(), null, nowNanos);
    users.forgetIfEmpty(session.user());
  }

  void tick() {
    interests.tick(nowNanos);
    while (!superseding.isEmpty() && nowNanos - superseding.getFirst().atNanos() >= 0) {
      Superseding due = superseding.removeFirst();
      if (!due.older().removed && !due.newer().removed) {
        end(due.older(), Reason.REASON_SUPERSEDED);
        users.changed(due.older().user());
        interests.tell(due.older().user(), null, nowNanos);
      }
    }
    while (!remembered.isEmpty() && nowNanos - remembered.getFirst().untilNanos() >= 0) {
      forgetEldest();
    }
  }

  private void evict(DeviceEntry device) {
    List.copyOf(device.sessions).forEach(session -> end(session, Reason.REASON_DEVICE_CAP));
  }

  private void end(SessionEntry session, Reason reason) {
    metrics.ended(reason);
    remove(session);
    EndSession end = EndSession.newBuilder().setSessionId(session.sessionId).setReason(reason).build();
    send(session.edge, FromRegistryItem.newBuilder().setEndSession(end).build());
  }

  private void remove(SessionEntry session) {
    session.removed = true;
    session.edge.sessions.remove(session.sessionId);
    DeviceEntry device = session.device;
    device.sessions.remove(session);
    count--;
    if (!device.isOnline()) {
      device.offlineCount++;
      if (remembered.size() >= config.bounds().devicesRememberedMax()) {
        forgetEldest();
      }
      long until = nowNanos + config.times().deviceMemory().toNanos();
      remembered.addLast(new Remembered(device, device.offlineCount, until));
    }
  }

  private void forgetEldest() {
    Remembered eldest = remembered.removeFirst();
    DeviceEntry device = eldest.device();
    if (!device.isOnline() && device.offlineCount == eldest.offlineCount()) {
      device.user.devices.remove(device.deviceId);
      users.forgetIfEmpty(device.user);
    }
  }

  private void send(EdgePeer edge, FromRegistryItem item) {
    if (edge.link != EdgePeer.NO_LINK && out.enqueue(edge.link, item) == Offer.FULL) {
      // What is left out would be missed; after a break all is announced again, and answered again.
      long link = edge.link;
      edges.broken(link, nowNanos);
      out.end(link, Status.RESOURCE_EXHAUSTED.withDescription("the link's queue is full"));
    }
  }
}
