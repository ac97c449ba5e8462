package chasqui.router;

import chasqui.link.Link.Offer;
import chasqui.registry.v1.Lookup;
import chasqui.registry.v1.ToRegistryItem;
import chasqui.registry.v1.UserSessions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/// The look-ups under way, one for a user, and the pushes that wait for them. Guarded by the core's lock.
///
/// A push may join a look-up that was sent before: the registry tells of every session that comes after its answer, and
/// confirms none before that notice was taken. A push that must look past the cache waits for a look-up sent after it.
final class Lookups {

  /// Sessions that their edge no longer holds.
  record Gone(EdgeTarget edge, Set<Long> sessionIds) {}

  /// A push that waits for a user's sessions.
  ///
  /// @param told sessions that have it already; null where none has
  /// @param gone sessions that are not to get it; null where there are none
  private record Waiter(Delivery delivery, CachedSessions told, Gone gone) {
    boolean skips(EdgeTarget edge, long sessionId) {
      return told != null && told.names(edge, sessionId)
          || gone != null && gone.edge == edge && gone.sessionIds.contains(sessionId);
    }
  }

  // Ephemeral signals that wait for one look-up.
  private static final int EPHEMERAL_MAX = 16;

  private static final class InFlight {
    final String userId;
    final long deadlineNanos;
    final List<Waiter> waiters;
    final List<Waiter> later = new ArrayList<>(0);
    final List<Consumer<CachedSessions>> ephemeral = new ArrayList<>(0);
    long requestId;
    boolean sent;
    long registryLink;

    InFlight(String userId, long deadlineNanos, List<Waiter> waiters) {
      this.userId = userId;
      this.deadlineNanos = deadlineNanos;
      this.waiters = waiters;
    }
  }

  private final RouterConfig.Holding config;
  private final RouterOutbound out;
  private final RouterMetrics metrics;
  private final CoreClock clock;
  private final Owners<Long> registries;
  private final Wiring wiring;
  // In the order of their deadlines.
  private final Map<String, InFlight> byUser = new LinkedHashMap<>();
  private final Map<Long, InFlight> byRequest = new HashMap<>();
  private long lastRequestId;

  /// What look-ups change and use.
  record Wiring(Edges edges, SessionCache cache, HeldBudget budget, Repair repair) {}

  Lookups(
      RouterConfig config, RouterOutbound out, RouterMetrics metrics, CoreClock clock, Owners<Long> registries, Wiring wiring) {
    this.config = config.holding();
    this.out = out;
    this.metrics = metrics;
    this.clock = clock;
    this.registries = registries;
    this.wiring = wiring;
  }

  /// Brings a push to the sessions of a user who is not in the cache.
  void join(String userId, Delivery delivery) {
    wait(userId, delivery, null, null, false);
  }

  /// Brings a push to the sessions that a registry knows of from now on, but for those told already or gone.
  void fresh(String userId, Delivery delivery, CachedSessions told, Gone gone) {
    wait(userId, delivery, told, gone, true);
  }

  /// Tells once where a user's sessions are, or null where nobody is here: for what nobody misses, so nothing is owed
  /// where no answer comes.
  ///
  /// @return false where it was not worth asking now
  boolean tellOnceKnown(String userId, Consumer<CachedSessions> ephemeral) {
    if (!byUser.containsKey(userId)) {
      // The other half is kept for messages.
      if (byUser.size() >= config.lookupsMax() / 2) {
        return false;
      }
      begin(userId, new ArrayList<>(0));
    }
    InFlight flight = byUser.get(userId);
    return flight.ephemeral.size() < EPHEMERAL_MAX && flight.ephemeral.add(ephemeral);
  }

  private void wait(String userId, Delivery delivery, CachedSessions told, Gone gone, boolean fresh) {
    InFlight flight = byUser.get(userId);
    boolean full = flight == null
        ? byUser.size() >= config.lookupsMax()
        : flight.waiters.size() + flight.later.size() >= config.perLookupMax();
    Delivery held = full ? null : wiring.budget.hold(delivery);
    if (held == null) {
      wiring.repair.owe("lookups_full");
      return;
    }
    Waiter waiter = new Waiter(held, told, gone);
    if (flight == null) {
      begin(userId, new ArrayList<>(List.of(waiter)));
    } else {
      (fresh && flight.sent ? flight.later : flight.waiters).add(waiter);
    }
  }

  private void begin(String userId, List<Waiter> waiters) {
    InFlight flight = new InFlight(userId, clock.nowNanos + config.patience().toNanos(), waiters);
    byUser.put(userId, flight);
    send(flight);
  }

  private void send(InFlight flight) {
    Long registry = registries.ownerOf(flight.userId);
    if (registry == null) {
      return;
    }
    long id = ++lastRequestId;
    Lookup lookup = Lookup.newBuilder().setRequestId(id).setUserId(flight.userId).build();
    if (out.toRegistry(registry, ToRegistryItem.newBuilder().setLookup(lookup).build()) == Offer.ACCEPTED) {
      metrics.lookups.increment();
      flight.requestId = id;
      flight.registryLink = registry;
      flight.sent = true;
      byRequest.put(id, flight);
    }
  }

  /// A registry's answer. One that was asked by a look-up given up since is of no use.
  void answered(long registryLink, UserSessions answer) {
    InFlight flight = byRequest.remove(answer.getRequestId());
    if (flight == null || flight.registryLink != registryLink) {
      return;
    }
    byUser.remove(flight.userId);
    CachedSessions sessions = wiring.cache.put(answer, registryLink);
    for (Waiter waiter : flight.waiters) {
      if (sessions != null) {
        tell(waiter, sessions);
      }
      wiring.budget.release(waiter.delivery);
    }
    flight.ephemeral.forEach(told -> told.accept(sessions));
    if (!flight.later.isEmpty()) {
      begin(flight.userId, flight.later);
    }
  }

  private void tell(Waiter waiter, CachedSessions sessions) {
    for (int i = 0; i < sessions.sessionIds.length; i++) {
      if (!waiter.skips(sessions.edges[i], sessions.sessionIds[i])) {
        wiring.edges.tell(sessions.edges[i], sessions.sessionIds[i], waiter.delivery);
      }
    }
  }

  /// Whoever was asked over that link does not answer any more: others are asked, as far as there are any.
  void registryLost(long registryLink) {
    for (InFlight flight : byUser.values()) {
      if (flight.sent && flight.registryLink == registryLink) {
        resend(flight);
      }
    }
  }

  /// Users have other owners now, who know nothing of what the former ones were asked.
  void ownersChanged() {
    byUser.values().forEach(this::resend);
  }

  private void resend(InFlight flight) {
    if (flight.sent) {
      byRequest.remove(flight.requestId);
      flight.sent = false;
    }
    send(flight);
  }

  void tick() {
    while (!byUser.isEmpty()) {
      InFlight eldest = byUser.values().iterator().next();
      if (clock.nowNanos - eldest.deadlineNanos < 0) {
        break;
      }
      byUser.remove(eldest.userId);
      byRequest.remove(eldest.requestId);
      eldest.waiters.forEach(waiter -> wiring.budget.release(waiter.delivery));
      eldest.later.forEach(waiter -> wiring.budget.release(waiter.delivery));
      if (!eldest.waiters.isEmpty() || !eldest.later.isEmpty()) {
        wiring.repair.owe("lookup_deadline");
      }
    }
    sendUnsent();
  }

  /// Sends what could not be sent before.
  void sendUnsent() {
    if (byRequest.size() < byUser.size()) {
      byUser.values().stream().filter(flight -> !flight.sent).forEach(this::send);
    }
  }

  int size() {
    return byUser.size();
  }
}
