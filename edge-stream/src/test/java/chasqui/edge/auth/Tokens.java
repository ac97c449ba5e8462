package chasqui.edge.auth;

import com.nimbusds.jose.util.Base64URL;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.Signature;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/// Tokens put together by hand, so that no library keeps a test from making a bad one.
final class Tokens {

  private Tokens() {}

  static String encode(String json) {
    return Base64URL.encode(json).toString();
  }

  static String signed(String header, String claims, String jdkName, PrivateKey key) {
    String input = encode(header) + "." + encode(claims);
    try {
      Signature signer = Signature.getInstance(jdkName);
      signer.initSign(key);
      signer.update(input.getBytes(StandardCharsets.US_ASCII));
      return input + "." + Base64URL.encode(signer.sign());
    } catch (GeneralSecurityException broken) {
      throw new AssertionError(broken);
    }
  }

  static String macSigned(String header, String claims, byte[] secret) {
    String input = encode(header) + "." + encode(claims);
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(secret, "HmacSHA256"));
      return input + "." + Base64URL.encode(mac.doFinal(input.getBytes(StandardCharsets.US_ASCII)));
    } catch (GeneralSecurityException broken) {
      throw new AssertionError(broken);
    }
  }
}
