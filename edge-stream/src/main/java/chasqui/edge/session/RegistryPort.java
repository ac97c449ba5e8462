package chasqui.edge.session;

import chasqui.registry.v1.Announced;

/// The way to the registry owner of the user's slot.
public interface RegistryPort {

  /// Who a session is.
  ///
  /// @param connectNumber as the device gave it
  record Card(String userId, String deviceId, long sessionId, long connectNumber) {}

  /// Takes the answer to an announcement; on the session's loop, exactly once, never from within {@link #announce}.
  @FunctionalInterface
  interface Answer {
    /// @param announced refused with `REASON_UNAVAILABLE` where no registry answered in time
    void answered(Announced announced, long nowMillis);
  }

  /// Announces a session. From then on until {@link #withdraw} the port says it again whenever links or owners change.
  void announce(Card card, Answer answer);

  /// Takes a session out. Idempotent.
  void withdraw(Card card);
}
