package chasqui.node.vouch;

import chasqui.edge.TokenVerifier;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Optional;

/// Judges tokens as an edge does. The same one comes on the links to router, registry and presence, and again when links
/// are opened again: what was found good a short while ago is not computed again. Thread-safe; never blocks for long.
final class TokenJudge {

  /// Tokens remembered, by hash.
  static final int REMEMBERED_MAX = 8_192;
  // As long as a key that was withdrawn may still count.
  static final Duration REMEMBERED = Duration.ofMinutes(1);

  private record Good(TokenVerifier.Identity identity, long untilMillis) {}

  private final TokenVerifier tokens;
  private final InstantSource clock;
  // Oldest first. Guarded by `this`.
  private final LinkedHashMap<String, Good> good = new LinkedHashMap<>();

  TokenJudge(TokenVerifier tokens, InstantSource clock) {
    this.tokens = tokens;
    this.clock = clock;
  }

  /// Whose token it is; empty where it is not good.
  Optional<TokenVerifier.Identity> judge(String token) {
    long now = clock.millis();
    String hash = hash(token);
    Optional<TokenVerifier.Identity> known = known(hash, now);
    return known.isPresent() ? known : verify(token, hash, now);
  }

  /// Whether a token needs no computing.
  boolean remembers(String token) {
    return known(hash(token), clock.millis()).isPresent();
  }

  private synchronized Optional<TokenVerifier.Identity> known(String hash, long now) {
    Good known = good.get(hash);
    return known != null && now < known.untilMillis && now < known.identity.expiresSeconds() * 1000
        ? Optional.of(known.identity) : Optional.empty();
  }

  private Optional<TokenVerifier.Identity> verify(String token, String hash, long now) {
    return switch (tokens.verify(token)) {
      case TokenVerifier.Identity identity -> {
        remember(hash, new Good(identity, now + REMEMBERED.toMillis()));
        yield Optional.of(identity);
      }
      case TokenVerifier.Refused _ -> Optional.empty();
    };
  }

  private synchronized void remember(String hash, Good found) {
    good.remove(hash);
    if (good.size() >= REMEMBERED_MAX) {
      good.pollFirstEntry();
    }
    good.put(hash, found);
  }

  private static String hash(String token) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(token.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException broken) {
      throw new IllegalStateException("every JDK has SHA-256", broken);
    }
  }
}
