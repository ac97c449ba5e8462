package chasqui.edge;

/// The users that internal services act as: `service.NAME`. No token speaks for one; a certificate does.
public final class SystemUser {

  private static final String PREFIX = "service.";

  private SystemUser() {}

  /// The user of a service.
  public static String of(String service) {
    return PREFIX + service;
  }

  /// Whether the name is kept for services.
  public static boolean is(String user) {
    return user.startsWith(PREFIX);
  }
}
