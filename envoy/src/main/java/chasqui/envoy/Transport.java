package chasqui.envoy;

import java.util.Locale;

/// What Envoy speaks to edges.
public enum Transport {
  /// TLS, checking the edge's certificate.
  TLS,
  /// Nothing: for edges on the loopback, or in a network that encrypts by itself.
  PLAINTEXT;

  /// The name in endpoints and on the command line.
  String id() {
    return name().toLowerCase(Locale.ROOT);
  }
}
