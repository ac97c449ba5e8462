package chasqui.drills.fuzz;

import chasqui.drills.fuzz.input.Choices;
import chasqui.edge.TokenVerifier;
import chasqui.edge.auth.AuthConfig;
import chasqui.edge.auth.JwtTokenVerifier;
import chasqui.edge.auth.KeySource;
import chasqui.edge.auth.VerifyingKeys;
import io.opentelemetry.api.OpenTelemetry;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;

/// A token is any text: it is refused, or it is signed by the issuer and says who comes, and until when.
final class TokenTarget implements Target {

  private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
  private static final int HEADER_CHARS_MAX = 255;
  private static final String HEADER = "{\"alg\":\"EdDSA\",\"kid\":\"k\"}";

  private final Cost cost;
  private final KeyPair key;
  private final TokenVerifier verifier;

  TokenTarget(Cost cost) {
    this.cost = cost;
    try {
      key = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
    } catch (GeneralSecurityException missing) {
      throw new IllegalStateException(missing);
    }
    byte[] encoded = key.getPublic().getEncoded();
    String jwks = "{\"keys\":[{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"kid\":\"k\",\"x\":\""
        + base64(Arrays.copyOfRange(encoded, encoded.length - 32, encoded.length)) + "\"}]}";
    verifier = new JwtTokenVerifier(KeySource.fixed(VerifyingKeys.parse(jwks)), AuthConfig.DEFAULT, () -> NOW,
        OpenTelemetry.noop().getMeter("fuzz"));
  }

  /// The first byte says whether the rest is a token, claims to be signed, or a header and claims to be signed.
  @Override
  public void take(byte[] input) {
    Choices choices = new Choices(input);
    int kind = choices.next() % 3;
    String token = switch (kind) {
      case 0 -> new String(choices.take(input.length), StandardCharsets.UTF_8);
      case 1 -> signed(HEADER.getBytes(StandardCharsets.UTF_8), choices.take(input.length));
      default -> signed(choices.take(Math.min(choices.next(), HEADER_CHARS_MAX)), choices.take(input.length));
    };
    cost.bounded(() -> judge(token, kind > 0));
  }

  private void judge(String token, boolean signed) {
    if (verifier.verify(token) instanceof TokenVerifier.Identity who) {
      boolean holds = signed && JwtTokenVerifier.isUser(who.user()) && who.expiresSeconds() > NOW.getEpochSecond();
      if (!holds) {
        throw new Breach((signed ? "a signed token" : "a token that nobody signed") + " was taken for " + who);
      }
    }
  }

  private String signed(byte[] header, byte[] claims) {
    String input = base64(header) + "." + base64(claims);
    try {
      Signature signer = Signature.getInstance("Ed25519");
      signer.initSign(key.getPrivate());
      signer.update(input.getBytes(StandardCharsets.US_ASCII));
      return input + "." + base64(signer.sign());
    } catch (GeneralSecurityException broken) {
      throw new IllegalStateException(broken);
    }
  }

  private static String base64(byte[] bytes) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }
}
