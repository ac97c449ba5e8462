package chasqui.drills.sim.mesh;

import chasqui.edge.TokenVerifier;
import java.time.InstantSource;

/// Tokens of a simulation: `user/issued/expires`, in seconds since the Unix epoch.
public record SimTokens(InstantSource clock) implements TokenVerifier {

  /// A token made now, good for so long.
  public static String token(String user, InstantSource clock, long seconds) {
    long now = clock.instant().getEpochSecond();
    return user + "/" + now + "/" + (now + seconds);
  }

  @Override
  public Verdict verify(String token) {
    String[] parts = token.split("/", 3);
    if (parts.length != 3) {
      return new Refused();
    }
    long expires = Long.parseLong(parts[2]);
    return clock.instant().getEpochSecond() >= expires
        ? new Refused()
        : new Identity(parts[0], Long.parseLong(parts[1]), expires);
  }
}
