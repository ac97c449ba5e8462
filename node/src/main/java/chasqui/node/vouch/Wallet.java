package chasqui.node.vouch;

import chasqui.edge.TokenVerifier;
import chasqui.link.QueueGauge;
import io.opentelemetry.api.metrics.Meter;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/// The good tokens of the users of this edge, one each, to be presented where something is asked in their names. Kept as
/// they are found good, dropped when they end. Thread-safe; never blocks.
public final class Wallet implements TokenVerifier, AutoCloseable {

  /// Users; where more come, those go in whose name nothing was asked for a quarter of an hour, as a session does every ten
  /// minutes. Where nobody can go, one more finds no room, and what is asked in that name is refused.
  static final int USERS_MAX = 200_000;

  private static final long UNUSED_MILLIS = Duration.ofMinutes(15).toMillis();
  private static final long SWEEP_MILLIS = Duration.ofMinutes(1).toMillis();

  /// A token that was found good. Compared by identity: another one is another.
  static final class Held {
    private final String token;
    private final long expiresSeconds;
    private volatile long usedMillis;

    private Held(String token, long expiresSeconds, long nowMillis) {
      this.token = token;
      this.expiresSeconds = expiresSeconds;
      this.usedMillis = nowMillis;
    }

    String token() {
      return token;
    }

    boolean isGood(long nowMillis) {
      return nowMillis / 1000 < expiresSeconds;
    }
  }

  /// Who presents them.
  interface Presenter {
    /// Another token of a user is held now, which lasts longer. On any thread.
    void renewed(String userId);
  }

  private final TokenVerifier tokens;
  private final InstantSource clock;
  private final int usersMax;
  private final QueueGauge gauge;
  private final Map<String, Held> byUser = new ConcurrentHashMap<>();
  private final Set<Presenter> presenters = ConcurrentHashMap.newKeySet();
  private final AtomicLong sweptMillis;

  /// @param tokens finds them good or not
  public Wallet(TokenVerifier tokens, InstantSource clock, Meter meter) {
    this(tokens, clock, meter, USERS_MAX);
  }

  Wallet(TokenVerifier tokens, InstantSource clock, Meter meter, int usersMax) {
    this.tokens = tokens;
    this.clock = clock;
    this.usersMax = usersMax;
    this.sweptMillis = new AtomicLong(clock.millis());
    this.gauge = new QueueGauge(meter, "edge.tokens", byUser::size, usersMax);
  }

  @Override
  public Verdict verify(String token) {
    Verdict verdict = tokens.verify(token);
    if (verdict instanceof Identity identity) {
      keep(token, identity);
    }
    return verdict;
  }

  private void keep(String token, Identity identity) {
    long now = clock.millis();
    sweep(now);
    Held known = byUser.get(identity.user());
    if (known != null && known.expiresSeconds >= identity.expiresSeconds()) {
      known.usedMillis = now;
      return;
    }
    if (known == null && byUser.size() >= usersMax) {
      return;
    }
    byUser.put(identity.user(), new Held(token, identity.expiresSeconds(), now));
    if (known != null) {
      presenters.forEach(presenter -> presenter.renewed(identity.user()));
    }
  }

  private void sweep(long now) {
    long last = sweptMillis.get();
    boolean full = byUser.size() >= usersMax;
    if (now - last < (full ? SWEEP_MILLIS / 60 : SWEEP_MILLIS) || !sweptMillis.compareAndSet(last, now)) {
      return;
    }
    byUser.values().removeIf(held -> !held.isGood(now) || full && now - held.usedMillis >= UNUSED_MILLIS);
  }

  /// The token of a user in whose name something is asked now; null where none is held.
  Held of(String userId, long nowMillis) {
    Held held = byUser.get(userId);
    if (held != null && nowMillis - held.usedMillis >= SWEEP_MILLIS) {
      held.usedMillis = nowMillis;
    }
    return held;
  }

  boolean holds(String userId) {
    return byUser.containsKey(userId);
  }

  /// What is held of anybody whose token has not ended.
  Optional<Held> anybody(long nowMillis) {
    return byUser.values().stream().filter(held -> held.isGood(nowMillis)).findAny();
  }

  int size() {
    return byUser.size();
  }

  void add(Presenter presenter) {
    presenters.add(presenter);
  }

  void remove(Presenter presenter) {
    presenters.remove(presenter);
  }

  long nowMillis() {
    return clock.millis();
  }

  @Override
  public void close() {
    gauge.close();
  }
}
