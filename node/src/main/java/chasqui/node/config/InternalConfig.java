package chasqui.node.config;

import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.Set;

/// Where the other nodes of a cluster reach this one. Not opened by a process that is alone.
///
/// @param host the address to listen on; beyond loopback only with certificates
/// @param port 0 takes a free one
/// @param advertise the host by which others reach it; empty: `host`
/// @param certificate PEM chain, the node's own certificate first, with a URI name for each of its roles
/// @param key PEM private key (PKCS#8) of that certificate
/// @param authority PEM certificates of those who issue the nodes' certificates, and nobody else's
public record InternalConfig(String host, int port, String advertise, Path certificate, Path key, Path authority) {

  public static final InternalConfig DEFAULT =
      new InternalConfig("127.0.0.1", 7420, "", Path.of(""), Path.of(""), Path.of(""));

  public InternalConfig {
    ListenConfig.requirePort(port);
    boolean any = isSet(certificate) || isSet(key) || isSet(authority);
    if (any && !(isSet(certificate) && isSet(key) && isSet(authority))) {
      throw new IllegalArgumentException("certificate, key and authority belong together: one of them is not set");
    }
    if (Set.of("0.0.0.0", "::", "[::]").contains(advertise.isEmpty() ? host : advertise)) {
      throw new IllegalArgumentException("advertise must be set where host is " + host + ": others cannot connect to that");
    }
    if (!isDialable(advertise.isEmpty() ? host : advertise)) {
      throw new IllegalArgumentException(
          "advertise, or else host, must be a host that others can dial: letters, digits, '-' and '.', or an address; got \""
              + (advertise.isEmpty() ? host : advertise) + '"');
    }
  }

  // As others will read it: a name of letters, digits, '-' and '.', or an address.
  private static boolean isDialable(String host) {
    try {
      String read = new URI(null, null, host, 1, null, null, null).getHost();
      return host.equals(read) || ("[" + host + "]").equals(read);
    } catch (URISyntaxException unreadable) {
      return false;
    }
  }

  /// Whether nodes prove who they are, both ways.
  public boolean secured() {
    return isSet(authority);
  }

  /// The host that others are told.
  public String toldHost() {
    return advertise.isEmpty() ? host : advertise;
  }

  private static boolean isSet(Path file) {
    return !file.toString().isEmpty();
  }
}
