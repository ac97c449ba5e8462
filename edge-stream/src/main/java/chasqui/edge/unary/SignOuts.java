package chasqui.edge.unary;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Ticker;
import java.time.Duration;
import java.time.InstantSource;

/// Which tokens of which users are known to be good or signed out. Thread-safe; bounded.
///
/// A unary caller names no device, so only the sign-out of a whole user concerns it. The owner of the user is asked at
/// most once a minute per user; in between, broadcasts tell sign-outs at once. A lost broadcast is thus made up for
/// within a minute, and a call in steady state costs no read.
final class SignOuts {

  private static final int USERS_MAX = 20_000;
  private static final Duration GOOD_FOR = Duration.ofMinutes(1);

  private final Cache<String, Long> goodFrom;
  private final Cache<String, Long> revokedSeconds = Caffeine.newBuilder().maximumSize(USERS_MAX).build();

  SignOuts(InstantSource clock) {
    Ticker ticker = () -> clock.millis() * 1_000_000;
    goodFrom = Caffeine.newBuilder().maximumSize(USERS_MAX).expireAfterWrite(GOOD_FOR).ticker(ticker).build();
  }

  /// The owner said a token issued then is good.
  void good(String user, long issuedSeconds) {
    goodFrom.asMap().merge(user, issuedSeconds, Math::min);
  }

  /// A sign-out of all of the user's devices was stored.
  void revoked(String user, long revokedMicros) {
    revokedSeconds.asMap().merge(user, Math.floorDiv(revokedMicros, 1_000_000L), Math::max);
    goodFrom.invalidate(user);
  }

  boolean isRevoked(String user, long issuedSeconds) {
    Long revoked = revokedSeconds.getIfPresent(user);
    return revoked != null && issuedSeconds <= revoked;
  }

  /// Whether a token issued then was found good a moment ago.
  boolean isGood(String user, long issuedSeconds) {
    Long good = goodFrom.getIfPresent(user);
    return good != null && issuedSeconds >= good;
  }
}
