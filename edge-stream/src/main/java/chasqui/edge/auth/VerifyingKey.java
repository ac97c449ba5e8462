package chasqui.edge.auth;

import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.security.Signature;

/// One public key, for one kind of signature.
record VerifyingKey(String id, KeyKind kind, PublicKey key) {

  /// Whether this key's private half signed these bytes. A malformed signature is no signature.
  boolean verifies(byte[] signed, byte[] signature) {
    try {
      Signature verifier = Signature.getInstance(kind.jdkName());
      verifier.initVerify(key);
      verifier.update(signed);
      return verifier.verify(signature);
    } catch (GeneralSecurityException malformed) {
      return false;
    }
  }
}
