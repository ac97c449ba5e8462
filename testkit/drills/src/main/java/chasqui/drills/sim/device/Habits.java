package chasqui.drills.sim.device;

import chasqui.client.session.SessionBounds;
import java.util.List;

/// What kind of a client a device is.
///
/// @param bounds of its session
/// @param keepsPositions whether its application stores each entry together with the position, and gives the positions
///     back after a crash; otherwise it trusts the SDK's own, which may be a little behind
/// @param listenerMaxNanos how long its listener takes for an event, at most
/// @param waitingMax events that wait for the listener before no more frames are taken
/// @param tokenSeconds how long its tokens are good
/// @param watched users whose presence it wants to be told, and whom its messages mention
/// @param readRate how often what was shown is said to be read
public record Habits(
    SessionBounds bounds, boolean keepsPositions, long listenerMaxNanos, int waitingMax, long tokenSeconds,
    List<String> watched, double readRate) {

  /// Reads only when told to.
  public Habits withoutReading() {
    return new Habits(bounds, keepsPositions, listenerMaxNanos, waitingMax, tokenSeconds, watched, 0);
  }
}
