package chasqui.node.config;

import java.nio.file.Path;

/// How the client port is encrypted. Both files, or neither.
///
/// @param certificate PEM chain, the node's own certificate first
/// @param key PEM private key (PKCS#8)
public record TlsConfig(Path certificate, Path key) {

  public static final TlsConfig DEFAULT = new TlsConfig(Path.of(""), Path.of(""));

  public TlsConfig {
    if (certificate.toString().isEmpty() != key.toString().isEmpty()) {
      throw new IllegalArgumentException("certificate and key belong together: one of them is not set");
    }
  }

  /// Whether there is anything to encrypt with.
  public boolean enabled() {
    return !certificate.toString().isEmpty();
  }
}
