package chasqui.presence;

import java.time.Duration;

/// Every limit of presence, each with its default and its reason.
///
/// @param offlineAfter how long after the last sign of life of their last device a user counts as offline; and for how
///     long a node that has just heard of a user says nothing, since others may know of a device. Longer than a device
///     takes to come back after a break
/// @param usersMax users of whom anything is known; beyond, new ones are not told of, and said to be offline only once
///     edges said again what was left out. About 300 bytes each
/// @param watchesMax pairs of user and edge that are to be told; beyond, new ones are not
public record PresenceConfig(Duration offlineAfter, int usersMax, int watchesMax) {

  public static final PresenceConfig DEFAULT = new PresenceConfig(Duration.ofSeconds(60), 400_000, 1_000_000);

  public PresenceConfig {
    need(offlineAfter.isPositive(), "offlineAfter > 0: a device that comes back at once was never away");
    need(usersMax >= 1 && watchesMax >= 1, "bounds must be at least 1");
  }

  private static void need(boolean holds, String relation) {
    if (!holds) {
      throw new IllegalArgumentException("presence limits need " + relation);
    }
  }
}
