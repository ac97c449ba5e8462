package chasqui.drills.mesh.crowd;

import java.util.Locale;

/// How large a crowd is. The standard load is 2,000 sessions that send 1,000 messages a second, seven of ten of them 1:1, the
/// others in groups of 2 to 500; a tenth of the devices comes and goes, a fifth of the users has three.
///
/// @param users people
/// @param perSecond messages of all together
/// @param groupMax members of the largest group
public record CrowdPlan(int users, double perSecond, int groupMax) {

  private static final int STANDARD_SESSIONS = 2_000;
  private static final double STANDARD_PER_SECOND = 1_000;
  private static final int STANDARD_GROUP_MAX = 500;
  private static final int SMALLEST_LARGE_GROUP = 10;
  private static final double DEVICES_PER_USER = 1.4;

  /// The standard load, divided.
  public static CrowdPlan standardDividedBy(int factor) {
    int users = users((double) STANDARD_SESSIONS / factor);
    return new CrowdPlan(
        users, STANDARD_PER_SECOND / factor, Math.clamp(STANDARD_GROUP_MAX / factor, SMALLEST_LARGE_GROUP, users));
  }

  /// So many sessions, and so many messages a second.
  public static CrowdPlan of(int sessions, double perSecond) {
    return new CrowdPlan(users(sessions), perSecond, SMALLEST_LARGE_GROUP);
  }

  // An even number: everybody has somebody to talk to.
  private static int users(double sessions) {
    return Math.max(SMALLEST_LARGE_GROUP, (int) (sessions / DEVICES_PER_USER / 2) * 2);
  }

  /// Whether the user has two devices more than the others.
  boolean hasThreeDevices(int user) {
    return user % 5 == 0;
  }

  /// Whether the device comes and goes. Only devices of users with several do, so that every user can always send.
  static boolean flaps(int device) {
    return device == 2;
  }

  /// In words, with the factor against the standard load.
  public String words(int sessions) {
    return String.format(Locale.ROOT, "%d sessions, %.0f msg/s: the standard load divided by %.0f and %.0f", sessions, perSecond,
        (double) STANDARD_SESSIONS / sessions, STANDARD_PER_SECOND / perSecond);
  }
}
