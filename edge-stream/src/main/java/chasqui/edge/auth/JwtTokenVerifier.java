package chasqui.edge.auth;

import chasqui.edge.SystemUser;
import chasqui.edge.TokenVerifier;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSObject;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.metrics.LongCounter;
import io.opentelemetry.api.metrics.Meter;
import java.text.ParseException;
import java.time.InstantSource;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/// Judges signed JWTs. The algorithm is the key's, the key is one of the loaded set, and nothing that the token itself
/// offers (`jwk`, `jku`, `x5u`, an `alg` of another kind) is ever used to verify it.
///
/// `exp` is required and gets no leeway; `nbf` and `iat` may be ahead of our clock by `clockSkew`.
public final class JwtTokenVerifier implements TokenVerifier {

  static final int TOKEN_CHARS_MAX = 4096;

  private static final Refused REFUSED = new Refused();
  private static final Pattern USER = Pattern.compile("[A-Za-z0-9._@-]{1,64}");
  private static final AttributeKey<String> CAUSE = AttributeKey.stringKey("cause");

  private final KeySource keys;
  private final AuthConfig config;
  private final InstantSource clock;
  private final LongCounter refusals;

  public JwtTokenVerifier(KeySource keys, AuthConfig config, InstantSource clock, Meter meter) {
    this.keys = keys;
    this.config = config;
    this.clock = clock;
    this.refusals = meter.counterBuilder("chasqui.auth.refusals")
        .setDescription("Tokens refused, by cause; for operators only, callers get one answer")
        .build();
  }

  /// Whether this may be a user's name: 1 to 64 of `A-Z a-z 0-9 . _ @ -`, and not one that is kept for services.
  public static boolean isUser(String name) {
    return USER.matcher(name).matches() && !SystemUser.is(name);
  }

  @Override
  public Verdict verify(String token) {
    try {
      return judge(token);
    } catch (Refusal refusal) {
      refusals.add(1, Attributes.of(CAUSE, refusal.cause));
    } catch (ParseException | RuntimeException malformed) {
      // Whatever a hostile token makes a parser throw is one more way of being malformed.
      refusals.add(1, Attributes.of(CAUSE, "malformed"));
    }
    return REFUSED;
  }

  private Identity judge(String token) throws ParseException, Refusal {
    if (token.isEmpty()) {
      throw new Refusal("absent");
    }
    if (token.length() > TOKEN_CHARS_MAX) {
      throw new Refusal("too_long");
    }
    JWSObject jws = JWSObject.parse(token);
    checkSignature(jws);
    Map<String, Object> claims = jws.getPayload().toJSONObject();
    if (claims == null) {
      throw new Refusal("malformed");
    }
    return identity(claims);
  }

  private void checkSignature(JWSObject jws) throws Refusal {
    JWSHeader header = jws.getHeader();
    KeyKind kind = KeyKind.named(header.getAlgorithm().getName()).orElseThrow(() -> new Refusal("algorithm"));
    // An extension marked critical has to be understood, and we understand none.
    if (header.getCriticalParams() != null || !header.isBase64URLEncodePayload()) {
      throw new Refusal("critical");
    }
    Optional<VerifyingKey> key = header.getKeyID() == null ? Optional.empty() : keys.current().byId(header.getKeyID());
    if (key.isEmpty()) {
      keys.missed();
      throw new Refusal("unknown_key");
    }
    if (key.get().kind() != kind) {
      throw new Refusal("key_kind");
    }
    if (!key.get().verifies(jws.getSigningInput(), jws.getSignature().decode())) {
      throw new Refusal("signature");
    }
  }

  private Identity identity(Map<String, Object> claims) throws Refusal {
    long now = clock.instant().getEpochSecond();
    long skew = config.clockSkew().toSeconds();
    checkAudience(claims.get("aud"));
    if (!config.issuer().isEmpty() && !config.issuer().equals(claims.get("iss"))) {
      throw new Refusal("issuer");
    }
    long expires = seconds(claims, "exp").orElseThrow(() -> new Refusal("no_expiry"));
    if (expires <= now) {
      throw new Refusal("expired");
    }
    long issued = seconds(claims, "iat").orElse(0L);
    if (issued > now + skew || seconds(claims, "nbf").orElse(0L) > now + skew) {
      throw new Refusal("not_yet");
    }
    if (!(claims.get("sub") instanceof String user) || !isUser(user)) {
      throw new Refusal("subject");
    }
    return new Identity(user, issued, expires);
  }

  private void checkAudience(Object audience) throws Refusal {
    boolean meant = switch (audience) {
      case String one -> one.equals(config.audience());
      case Collection<?> several -> several.contains(config.audience());
      case null, default -> false;
    };
    if (!meant) {
      throw new Refusal("audience");
    }
  }

  /// A NumericDate: seconds since the epoch, a fraction allowed; from 1970 to the year 9999.
  private static Optional<Long> seconds(Map<String, Object> claims, String name) throws Refusal {
    Object claim = claims.get(name);
    if (claim == null) {
      return Optional.empty();
    }
    if (!(claim instanceof Number number) || !(number.doubleValue() >= 0) || number.doubleValue() > 253_402_300_799.0) {
      throw new Refusal("malformed");
    }
    return Optional.of(number.longValue());
  }

  /// Why a token is refused: for the counter alone. Cheap, since it is no bug and has no stack.
  private static final class Refusal extends Exception {
    private final String cause;

    Refusal(String cause) {
      super(cause, null, false, false);
      this.cause = cause;
    }
  }
}
