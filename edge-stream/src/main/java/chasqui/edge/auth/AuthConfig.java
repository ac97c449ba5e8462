package chasqui.edge.auth;

import java.time.Duration;

/// How tokens are judged.
///
/// @param audience what a token's `aud` has to hold, so that a token for another service is of no use here
/// @param issuer what a token's `iss` has to be; empty takes any, since the keys already tell who signed
/// @param jwks file or `https` URL of the issuer's public keys; empty uses the development keys in the data folder
/// @param jwksRefresh how often the keys are read again; an unknown key id asks for it earlier
/// @param clockSkew how far the issuer's clock may be ahead of ours: `nbf` and `iat` may lie that far in the future.
///     `exp` gets none: a token that has ended has ended
public record AuthConfig(String audience, String issuer, String jwks, Duration jwksRefresh, Duration clockSkew) {

  public static final AuthConfig DEFAULT =
      new AuthConfig("chasqui", "", "", Duration.ofMinutes(5), Duration.ofSeconds(30));

  public AuthConfig {
    if (audience.isEmpty()) {
      throw new IllegalArgumentException("audience must not be empty: tokens of other services would be taken");
    }
    if (jwksRefresh.compareTo(Duration.ofSeconds(10)) < 0) {
      throw new IllegalArgumentException("jwksRefresh must be at least 10s, got " + jwksRefresh);
    }
    if (clockSkew.isNegative() || clockSkew.compareTo(Duration.ofMinutes(5)) > 0) {
      throw new IllegalArgumentException("clockSkew must be 0s to 5m, got " + clockSkew);
    }
  }
}
