package chasqui.drills.sim.mesh;

import chasqui.edge.TokenVerifier;
import chasqui.testkit.history.PayloadHash;
import java.time.InstantSource;

/// Tokens of a simulation: `user/issued/expires/seal`, times in seconds since the Unix epoch. The seal keeps others from
/// being made by chance.
public record SimTokens(InstantSource clock) implements TokenVerifier {

  /// A token made now, good for so long.
  public static String token(String user, InstantSource clock, long seconds) {
    long now = clock.instant().getEpochSecond();
    String claims = user + "/" + now + "/" + (now + seconds);
    return claims + "/" + seal(claims);
  }

  @Override
  public Verdict verify(String token) {
    int end = token.lastIndexOf('/');
    if (end < 0 || !token.substring(end + 1).equals(seal(token.substring(0, end)))) {
      return new Refused();
    }
    String[] parts = token.split("/", 4);
    long expires = Long.parseLong(parts[2]);
    return clock.instant().getEpochSecond() >= expires
        ? new Refused()
        : new Identity(parts[0], Long.parseLong(parts[1]), expires);
  }

  private static String seal(String claims) {
    return Long.toHexString(PayloadHash.of("seal of " + claims));
  }
}
