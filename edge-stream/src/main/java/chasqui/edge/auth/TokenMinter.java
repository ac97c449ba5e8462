package chasqui.edge.auth;

import com.nimbusds.jose.util.Base64URL;
import com.nimbusds.jose.util.JSONObjectUtils;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.Signature;
import java.time.Duration;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;

/// Makes tokens with a development key: what an identity provider does for real ones.
public final class TokenMinter {

  /// How long a token lasts unless said otherwise: a working day.
  public static final Duration DEFAULT_TTL = Duration.ofHours(12);

  private final String keyId;
  private final PrivateKey key;
  private final String audience;
  private final InstantSource clock;

  TokenMinter(String keyId, PrivateKey key, String audience, InstantSource clock) {
    this.keyId = keyId;
    this.key = key;
    this.audience = audience;
    this.clock = clock;
  }

  /// A token for a user.
  ///
  /// @throws IllegalArgumentException if nobody can have that name, or the token would be born dead
  public String mint(String user, Duration ttl) {
    if (!JwtTokenVerifier.isUser(user)) {
      throw new IllegalArgumentException("a user name is 1 to 64 of A-Z a-z 0-9 . _ @ -, got '" + user + "'");
    }
    if (ttl.toSeconds() < 1) {
      throw new IllegalArgumentException("a token has to last at least 1s, got " + ttl);
    }
    long now = clock.instant().getEpochSecond();
    Map<String, Object> claims = new LinkedHashMap<>();
    claims.put("sub", user);
    claims.put("aud", audience);
    claims.put("iat", now);
    claims.put("exp", now + ttl.toSeconds());
    return sign(claims);
  }

  private String sign(Map<String, Object> claims) {
    Map<String, Object> header = new LinkedHashMap<>();
    header.put("alg", "EdDSA");
    header.put("typ", "JWT");
    header.put("kid", keyId);
    String input = encode(header) + "." + encode(claims);
    try {
      Signature signer = Signature.getInstance(KeyKind.ED25519.jdkName());
      signer.initSign(key);
      signer.update(input.getBytes(java.nio.charset.StandardCharsets.US_ASCII));
      return input + "." + Base64URL.encode(signer.sign());
    } catch (GeneralSecurityException broken) {
      throw new IllegalStateException("a key that was made for Ed25519 does not sign", broken);
    }
  }

  private static Base64URL encode(Map<String, Object> json) {
    return Base64URL.encode(JSONObjectUtils.toJSONString(json));
  }
}
