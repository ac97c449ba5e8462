package chasqui.edge.session;

import java.util.Set;

/// The way to the presence of users: whoever owns their slots. Everything handed in stands until it is taken back, over
/// any change of links and owners.
public interface PresencePort {

  /// A session stands.
  void here(RegistryPort.Card card);

  /// It has ended. Idempotent.
  ///
  /// @param silentMillis how long nothing had been heard of the device by then
  void left(RegistryPort.Card card, long silentMillis);

  /// Whom a session wants to be told of, by {@link SessionEvent.Told}, now and at every change; replaces the last set. The
  /// set is the port's from then on.
  void watch(long sessionId, Set<String> userIds);
}
