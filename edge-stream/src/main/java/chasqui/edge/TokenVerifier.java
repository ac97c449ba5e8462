package chasqui.edge;

/// Decides whether a token is good, and for whom. Any thread, event loops included; never blocks.
@FunctionalInterface
public interface TokenVerifier {

  /// Judges a token as it came over the wire.
  Verdict verify(String token);

  /// What came of it.
  sealed interface Verdict permits Identity, Refused {}

  /// The token is good.
  ///
  /// @param user the token's `sub`
  /// @param issuedSeconds when it was issued, in seconds since the Unix epoch; 0 where the token does not tell, so that
  ///     any sign-out refuses it
  /// @param expiresSeconds when it ends, in seconds since the Unix epoch
  record Identity(String user, long issuedSeconds, long expiresSeconds) implements Verdict {}

  /// The token is not good. Why is nobody's business outside: every refusal is the same.
  record Refused() implements Verdict {}
}
