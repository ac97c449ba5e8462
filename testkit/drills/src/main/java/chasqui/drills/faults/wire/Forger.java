package chasqui.drills.faults.wire;

import chasqui.edge.auth.AuthConfig;
import chasqui.edge.auth.DevKeys;
import chasqui.testkit.json.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/// Makes tokens that nobody must take, by what is wrong with each. Knows everything about the server that is public.
public final class Forger {

  private static final Duration HOUR = Duration.ofHours(1);
  private static final String AUDIENCE = AuthConfig.DEFAULT.audience();
  private static final Pattern MEMBER = Pattern.compile("\"(kid|x)\":\"([^\"]+)\"");

  private final DevKeys keys;
  private final Path folder;
  private final InstantSource clock = InstantSource.system();
  private final KeyPair own;
  private final String kid;
  private final byte[] publicKey;

  /// @param keys the node's, for tokens that are genuine but not good here
  /// @param folder for keys of another house
  public Forger(DevKeys keys, Path folder) {
    this.keys = keys;
    this.folder = folder;
    String jwks = keys.jwks();
    this.kid = member(jwks, "kid");
    this.publicKey = Base64.getUrlDecoder().decode(member(jwks, "x"));
    try {
      own = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
    } catch (GeneralSecurityException broken) {
      throw new IllegalStateException("every JDK 25 makes Ed25519 keys", broken);
    }
  }

  private static String member(String json, String name) {
    Matcher member = MEMBER.matcher(json);
    while (member.find()) {
      if (member.group(1).equals(name)) {
        return member.group(2);
      }
    }
    throw new IllegalStateException("the public key set has no " + name);
  }

  /// The bad tokens of a user.
  public Map<String, String> tokens(String user) {
    String good = keys.minter(AUDIENCE, clock).mint(user, HOUR);
    String[] parts = good.split("\\.");
    InstantSource yesterday = InstantSource.fixed(clock.instant().minus(Duration.ofDays(1)));
    InstantSource tomorrow = InstantSource.fixed(clock.instant().plus(Duration.ofDays(1)));
    Map<String, String> tokens = new LinkedHashMap<>();
    tokens.put("none", "");
    tokens.put("garbage", "garbage");
    tokens.put("garbage in three parts", "e30.e30.e30");
    tokens.put("dots", "..");
    tokens.put("expired", keys.minter(AUDIENCE, yesterday).mint(user, HOUR));
    tokens.put("not yet", keys.minter(AUDIENCE, tomorrow).mint(user, HOUR));
    tokens.put("wrong audience", keys.minter("somebody-else", clock).mint(user, HOUR));
    tokens.put("of another house", otherHouse(user));
    tokens.put("signature cut off", parts[0] + "." + parts[1] + ".");
    tokens.put("signature changed", good.substring(0, good.length() - 4) + (good.endsWith("AAAA") ? "BBBB" : "AAAA"));
    tokens.put("claims exchanged", parts[0] + "." + encode(claims("root")) + "." + parts[2]);
    for (String none : new String[] {"none", "None", "NONE", "nOnE"}) {
      tokens.put("alg:" + none, encode(header(none, kid)) + "." + encode(claims(user)) + ".");
    }
    confusions(user, tokens);
    injections(user, tokens);
    return tokens;
  }

  /// The public key, in each shape that a library could take it in, as the secret of a symmetric signature.
  private void confusions(String user, Map<String, String> tokens) {
    tokens.put("key confusion, raw key", hmac("HS256", "HmacSHA256", publicKey, user));
    tokens.put("key confusion, key set", hmac("HS256", "HmacSHA256", keys.jwks().getBytes(StandardCharsets.UTF_8), user));
    tokens.put("key confusion, encoded key", hmac("HS512", "HmacSHA512",
        Base64.getUrlEncoder().withoutPadding().encode(publicKey), user));
  }

  private void injections(String user, Map<String, String> tokens) {
    tokens.put("kid of the node, own key", signed(header("EdDSA", kid), user));
    for (String injected : new String[] {
        "../../../../../../dev/null", "' OR '1'='1", "http://127.0.0.1:1/keys", "", kid + "\u0000", "x\r\nauthorization: x"}) {
      tokens.put("kid injection '" + injected.replaceAll("\\p{Cntrl}", "?") + "'", signed(header("EdDSA", injected), user));
    }
    Map<String, Object> jwk = header("EdDSA", kid);
    jwk.put("jwk", Map.of("kty", "OKP", "crv", "Ed25519", "x", rawOwnKey()));
    tokens.put("key brought along", signed(jwk, user));
    Map<String, Object> jku = header("EdDSA", kid);
    jku.put("jku", "http://127.0.0.1:1/keys");
    tokens.put("address of keys brought along", signed(jku, user));
    Map<String, Object> critical = header("EdDSA", kid);
    critical.put("crit", java.util.List.of("exp"));
    tokens.put("critical extension", signed(critical, user));
  }

  private String otherHouse(String user) {
    try {
      return DevKeys.of(folder).minter(AUDIENCE, clock).mint(user, HOUR);
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  private static Map<String, Object> header(String algorithm, String keyId) {
    Map<String, Object> header = new LinkedHashMap<>();
    header.put("alg", algorithm);
    header.put("typ", "JWT");
    header.put("kid", keyId);
    return header;
  }

  private Map<String, Object> claims(String user) {
    Instant now = clock.instant();
    Map<String, Object> claims = new LinkedHashMap<>();
    claims.put("sub", user);
    claims.put("aud", AUDIENCE);
    claims.put("iat", now.getEpochSecond());
    claims.put("exp", now.plus(HOUR).getEpochSecond());
    return claims;
  }

  private String signed(Map<String, Object> header, String user) {
    String input = encode(header) + "." + encode(claims(user));
    try {
      Signature signer = Signature.getInstance("Ed25519");
      signer.initSign(own.getPrivate());
      signer.update(input.getBytes(StandardCharsets.US_ASCII));
      return input + "." + base64(signer.sign());
    } catch (GeneralSecurityException broken) {
      throw new IllegalStateException(broken);
    }
  }

  private String hmac(String algorithm, String name, byte[] secret, String user) {
    String input = encode(header(algorithm, kid)) + "." + encode(claims(user));
    try {
      Mac mac = Mac.getInstance(name);
      mac.init(new SecretKeySpec(secret, name));
      return input + "." + base64(mac.doFinal(input.getBytes(StandardCharsets.US_ASCII)));
    } catch (GeneralSecurityException broken) {
      throw new IllegalStateException(broken);
    }
  }

  /// The last 32 bytes of the encoded key are the key itself.
  private String rawOwnKey() {
    byte[] encoded = own.getPublic().getEncoded();
    return base64(java.util.Arrays.copyOfRange(encoded, encoded.length - 32, encoded.length));
  }

  private static String encode(Map<String, Object> fields) {
    return base64(Json.write(fields).getBytes(StandardCharsets.UTF_8));
  }

  private static String base64(byte[] bytes) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }
}
