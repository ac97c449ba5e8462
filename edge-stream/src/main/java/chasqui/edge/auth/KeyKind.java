package chasqui.edge.auth;

import java.util.Optional;
import java.util.Set;

/// The two kinds of signature that are taken. Symmetric ones, RSA and `none` are not in the list and so do not exist here.
enum KeyKind {
  /// EdDSA on Curve25519; both names are in use for it.
  ED25519("Ed25519", Set.of("EdDSA", "Ed25519")),
  /// ECDSA on P-256 with SHA-256, as two 32-byte numbers (not DER).
  ES256("SHA256withECDSAinP1363Format", Set.of("ES256"));

  private final String jdkName;
  private final Set<String> names;

  KeyKind(String jdkName, Set<String> names) {
    this.jdkName = jdkName;
    this.names = names;
  }

  /// The kind that a token's `alg` means.
  static Optional<KeyKind> named(String alg) {
    for (KeyKind kind : values()) {
      if (kind.names.contains(alg)) {
        return Optional.of(kind);
      }
    }
    return Optional.empty();
  }

  /// The name for `java.security.Signature`.
  String jdkName() {
    return jdkName;
  }
}
