package chasqui.node;

import chasqui.node.config.InternalConfig;
import chasqui.node.config.ListenConfig;
import java.io.IOException;
import java.net.InetAddress;

/// Where a node may listen: beyond this machine only encrypted, and only for tokens that not everybody can make.
public final class ListenPolicy {

  private ListenPolicy() {}

  /// @throws StartException if what is asked for is not safe
  public static void check(ListenConfig listen, boolean tls, boolean developmentKeys) {
    if (isLoopback(listen.host())) {
      return;
    }
    if (!tls || developmentKeys) {
      throw new StartException("refusing to listen on " + listen.host() + ": beyond loopback a node needs TLS"
          + " (tls.certificate, tls.key" + (tls ? ": set" : ": not set") + ") and keys of a real issuer (auth.jwks"
          + (developmentKeys ? ": development keys in use" : ": set") + ")");
    }
  }

  /// @throws StartException if nodes that nobody knows could come in
  public static void check(InternalConfig internal) {
    if (!isLoopback(internal.host()) && !internal.secured()) {
      throw new StartException("refusing to listen on " + internal.host() + " for other nodes: beyond loopback they have"
          + " to prove who they are (internal.certificate, internal.key and internal.authority: not set)");
    }
  }

  static boolean isLoopback(String host) {
    try {
      return InetAddress.getByName(host).isLoopbackAddress();
    } catch (IOException unknown) {
      throw new StartException("no address is known for `" + host + "`", unknown);
    }
  }
}
