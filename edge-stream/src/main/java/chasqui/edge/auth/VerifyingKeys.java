package chasqui.edge.auth;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.OctetKeyPair;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.spec.EdECPoint;
import java.security.spec.EdECPublicKeySpec;
import java.security.spec.NamedParameterSpec;
import java.text.ParseException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/// A set of public keys by id, as a JWKS document gives them. Immutable.
///
/// Keys of other kinds, for other uses, or without an id are left out: an issuer may publish more than we take.
public final class VerifyingKeys {

  /// Begins the id of every key that {@link DevKeys} makes, so that a node can tell them from real ones.
  static final String DEVELOPMENT_PREFIX = "chasqui-dev-";

  private static final int ED25519_BYTES = 32;

  private final Map<String, VerifyingKey> byId;

  private VerifyingKeys(Map<String, VerifyingKey> byId) {
    this.byId = Map.copyOf(byId);
  }

  /// Reads a JWKS document.
  ///
  /// @throws UnusableKeysException if it is none, or holds no key that we take
  public static VerifyingKeys parse(String jwks) {
    Map<String, VerifyingKey> keys = new LinkedHashMap<>();
    try {
      for (JWK key : JWKSet.parse(jwks).getKeys()) {
        Optional<VerifyingKey> usable = usable(key);
        if (usable.isPresent() && keys.putIfAbsent(key.getKeyID(), usable.get()) != null) {
          throw new UnusableKeysException("the key id " + key.getKeyID() + " stands twice in the JWKS");
        }
      }
    } catch (ParseException | JOSEException | GeneralSecurityException malformed) {
      throw new UnusableKeysException("not a JWKS document: " + malformed.getMessage());
    }
    if (keys.isEmpty()) {
      throw new UnusableKeysException("the JWKS holds no Ed25519 or P-256 signing key with a `kid`");
    }
    return new VerifyingKeys(keys);
  }

  Optional<VerifyingKey> byId(String id) {
    return Optional.ofNullable(byId.get(id));
  }

  /// Whether any of them was made for development.
  public boolean development() {
    return byId.keySet().stream().anyMatch(id -> id.startsWith(DEVELOPMENT_PREFIX));
  }

  public int size() {
    return byId.size();
  }

  private static Optional<VerifyingKey> usable(JWK key) throws JOSEException, GeneralSecurityException {
    String id = key.getKeyID();
    if (id == null || id.isEmpty() || (key.getKeyUse() != null && !KeyUse.SIGNATURE.equals(key.getKeyUse()))) {
      return Optional.empty();
    }
    if (key.getAlgorithm() != null && KeyKind.named(key.getAlgorithm().getName()).isEmpty()) {
      return Optional.empty();
    }
    return switch (key) {
      case ECKey ec when Curve.P_256.equals(ec.getCurve()) ->
          Optional.of(new VerifyingKey(id, KeyKind.ES256, ec.toECPublicKey()));
      case OctetKeyPair okp when Curve.Ed25519.equals(okp.getCurve()) ->
          Optional.of(new VerifyingKey(id, KeyKind.ED25519, ed25519(okp.getX().decode())));
      default -> Optional.empty();
    };
  }

  /// The key of RFC 8032's 32 bytes: y in little-endian order, the top bit telling whether x is odd.
  private static PublicKey ed25519(byte[] encoded) throws GeneralSecurityException {
    if (encoded.length != ED25519_BYTES) {
      throw new GeneralSecurityException("an Ed25519 key has 32 bytes, got " + encoded.length);
    }
    boolean xOdd = (encoded[ED25519_BYTES - 1] & 0x80) != 0;
    byte[] y = new byte[ED25519_BYTES];
    for (int i = 0; i < ED25519_BYTES; i++) {
      y[i] = encoded[ED25519_BYTES - 1 - i];
    }
    y[0] &= 0x7f;
    return KeyFactory.getInstance("Ed25519")
        .generatePublic(new EdECPublicKeySpec(NamedParameterSpec.ED25519, new EdECPoint(xOdd, new BigInteger(1, y))));
  }
}
