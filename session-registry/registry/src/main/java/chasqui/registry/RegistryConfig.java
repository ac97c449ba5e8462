package chasqui.registry;

import java.time.Duration;

/// Every limit of the registry, each with its default and its reason.
///
/// @param devicesOnlineMax devices of one user online at a time: phone, tablet, two computers, and one to spare
/// @param deviceCap what gives way beyond it; by default the device that is online longest, since the person holds the newest
/// @param times how long things are waited for or remembered
/// @param bounds how much is held at most
public record RegistryConfig(int devicesOnlineMax, DeviceCapPolicy deviceCap, Times times, Bounds bounds) {

  /// Streams of one device at a time: the one in use, and the next one while it is drained.
  static final int STREAMS_PER_DEVICE_MAX = 2;

  public static final RegistryConfig DEFAULT =
      new RegistryConfig(5, DeviceCapPolicy.EVICT_OLDEST, Times.DEFAULT, Bounds.DEFAULT);

  public RegistryConfig {
    Rule.need(devicesOnlineMax >= 1, "devicesOnlineMax >= 1: a user must be able to connect");
  }

  /// @param supersedeAfter how long after a newer stream was confirmed the device's older one is ended: time to sync and
  ///     to finish what is under way on it
  /// @param noticeDeadline how long a router may take to confirm a notice; a session waits for it before it is confirmed
  /// @param edgeGrace how long the sessions of an edge are kept after its link broke, unless announced again: longer than
  ///     a link takes to be opened again
  /// @param deviceMemory how long the connect number of a device is remembered after its last session: an older stream
  ///     that comes late is refused by it
  /// @param revocationMemory how long a sign-out is told to edges that attach: longer than an edge's link is ever away
  public record Times(
      Duration supersedeAfter, Duration noticeDeadline, Duration edgeGrace, Duration deviceMemory, Duration revocationMemory) {

    public static final Times DEFAULT = new Times(
        Duration.ofSeconds(30), Duration.ofSeconds(2), Duration.ofSeconds(10), Duration.ofSeconds(60), Duration.ofMinutes(10));

    public Times {
      Rule.need(noticeDeadline.isPositive(), "noticeDeadline > 0: routers need time to answer");
      Rule.need(edgeGrace.compareTo(noticeDeadline) > 0, "edgeGrace > noticeDeadline: announcing again takes a notice's time");
      Rule.need(supersedeAfter.compareTo(noticeDeadline) > 0, "supersedeAfter > noticeDeadline: routers must know the newer stream");
      Rule.need(!deviceMemory.isNegative() && !revocationMemory.isNegative(), "memories must not be negative");
    }
  }

  /// @param sessionsMax sessions at a time; beyond, announcements are refused as overloaded. About 1 KiB each
  /// @param interestsMax pairs of user and router that are to be told of changes; beyond, the oldest router is told to forget
  /// @param noticesPerRouterMax notices that one router has not confirmed; beyond, its link is ended and it forgets all
  /// @param devicesRememberedMax connect numbers kept of devices that are away; beyond, the oldest is forgotten
  /// @param revocationsMax sign-outs kept for edges that attach; beyond, the oldest is forgotten
  /// @param removalsPerTickMax lost sessions taken out at once: a lost edge must not overflow the links of routers
  public record Bounds(
      int sessionsMax,
      int interestsMax,
      int noticesPerRouterMax,
      int devicesRememberedMax,
      int revocationsMax,
      int removalsPerTickMax) {

    public static final Bounds DEFAULT = new Bounds(200_000, 400_000, 32_768, 100_000, 1_024, 1_000);

    public Bounds {
      Rule.need(sessionsMax >= 1 && interestsMax >= 1 && noticesPerRouterMax >= 1, "bounds must be at least 1");
      Rule.need(devicesRememberedMax >= 1 && revocationsMax >= 1, "bounds must be at least 1");
      Rule.need(
          removalsPerTickMax >= 1 && removalsPerTickMax <= noticesPerRouterMax,
          "removalsPerTickMax must be 1 to noticesPerRouterMax: each is a notice");
    }
  }
}
