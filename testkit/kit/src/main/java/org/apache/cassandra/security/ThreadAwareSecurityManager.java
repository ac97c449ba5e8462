package org.apache.cassandra.security;

import java.security.PermissionCollection;
import java.security.Permissions;

/// Takes the place of Cassandra's class of this name where Cassandra runs on a Java without security managers, which its
/// own class asks for while it loads. It guards functions written by users; they stay off, as is the default.
///
/// Never loaded by us: {@link chasqui.testkit.cassandra.CqlServer} puts it before Cassandra's jars.
public final class ThreadAwareSecurityManager {
  public static final PermissionCollection noPermissions = new Permissions();

  private ThreadAwareSecurityManager() {}

  public static void install() {}

  public static boolean isSecuredThread() {
    return false;
  }
}
