package chasqui.node.config;

import java.nio.file.Path;
import java.util.List;

/// Where internal services connect, with certificates. Off unless the three files are set.
///
/// @param host the address to listen on; the port is always encrypted, and open to nobody without a certificate
/// @param port 0 takes a free one
/// @param certificate PEM chain of the port, the node's own certificate first
/// @param key PEM private key (PKCS#8) of that certificate
/// @param authority PEM certificates of those who issue the services' certificates, and nobody else's
/// @param allow what each service may call
public record ServicesConfig(String host, int port, Path certificate, Path key, Path authority, List<String> allow) {

  public static final ServicesConfig DEFAULT =
      new ServicesConfig("127.0.0.1", 7412, Path.of(""), Path.of(""), Path.of(""), List.of());

  public ServicesConfig {
    ListenConfig.requirePort(port);
    boolean any = isSet(certificate) || isSet(key) || isSet(authority);
    if (any && !(isSet(certificate) && isSet(key) && isSet(authority))) {
      throw new IllegalArgumentException("certificate, key and authority belong together: one of them is not set");
    }
    allow = List.copyOf(allow);
  }

  /// Whether services are served.
  public boolean enabled() {
    return isSet(authority);
  }

  private static boolean isSet(Path file) {
    return !file.toString().isEmpty();
  }
}
