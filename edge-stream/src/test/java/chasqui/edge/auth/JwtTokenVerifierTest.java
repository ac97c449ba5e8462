package chasqui.edge.auth;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import chasqui.edge.TokenVerifier.Identity;
import chasqui.edge.TokenVerifier.Refused;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import io.opentelemetry.api.OpenTelemetry;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import java.nio.file.Path;

/// Good tokens get in; every bad one gets the one answer.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class JwtTokenVerifierTest {

  private static final long NOW = 1_790_000_000L;
  private static final String ED = "Ed25519";
  private static final String P256 = "SHA256withECDSAinP1363Format";
  private static final String CLAIMS = claims("alice", "chasqui", NOW - 10, NOW + 3600);

  private DevKeys dev;
  private DevKeys other;
  private String edId;
  private PrivateKey edKey;
  private KeyPair ec;
  private VerifyingKeys keys;
  private JwtTokenVerifier verifier;

  @BeforeAll
  void makeKeys(@TempDir Path data, @TempDir Path otherData) throws Exception {
    dev = DevKeys.of(data);
    other = DevKeys.of(otherData);
    KeyPair ed = KeyPairGenerator.getInstance(ED).generateKeyPair();
    edKey = ed.getPrivate();
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(new ECGenParameterSpec("secp256r1"));
    ec = generator.generateKeyPair();
    ECKey ecJwk = new ECKey.Builder(Curve.P_256, (ECPublicKey) ec.getPublic()).keyID("ec-1").build();
    String devJwk = dev.jwks().substring(dev.jwks().indexOf('[') + 1, dev.jwks().lastIndexOf(']'));
    keys = VerifyingKeys.parse("{\"keys\":[" + devJwk + "," + ecJwk.toJSONString() + "]}");
    edId = com.nimbusds.jose.jwk.JWKSet.parse(dev.jwks()).getKeys().getFirst().getKeyID();
    verifier = verifier(KeySource.fixed(keys), AuthConfig.DEFAULT);
  }

  @Test
  void a_minted_token_names_its_user_and_its_times() {
    String token = dev.minter("chasqui", clock()).mint("alice@example.org", Duration.ofHours(1));
    assertEquals(new Identity("alice@example.org", NOW, NOW + 3600), verifier.verify(token));
  }

  @Test
  void no_token_speaks_for_an_internal_service() {
    assertInstanceOf(Refused.class, verifier.verify(ecToken(CLAIMS.replace("\"alice\"", "\"service.billing\""))));
  }

  @Test
  void an_es256_token_is_as_good() {
    assertEquals(new Identity("alice", NOW - 10, NOW + 3600), verifier.verify(ecToken(CLAIMS)));
  }

  @Test
  void the_audience_may_be_one_of_several() {
    String token = ecToken("{\"sub\":\"alice\",\"aud\":[\"mail\",\"chasqui\"],\"exp\":" + (NOW + 9) + "}");
    assertEquals(new Identity("alice", 0, NOW + 9), verifier.verify(token));
  }

  @Test
  void the_issuers_clock_may_be_ahead_by_the_skew() {
    String token = ecToken(claims("alice", "chasqui", NOW + 30, NOW + 3600));
    assertInstanceOf(Identity.class, verifier.verify(token));
  }

  @Test
  void an_issuer_is_checked_where_one_is_configured() {
    var strict = verifier(KeySource.fixed(keys),
        new AuthConfig("chasqui", "https://issuer.example", "", Duration.ofMinutes(5), Duration.ZERO));
    String with = CLAIMS.replace("{", "{\"iss\":\"https://issuer.example\",");
    assertInstanceOf(Identity.class, strict.verify(ecToken(with)));
    assertInstanceOf(Refused.class, strict.verify(ecToken(CLAIMS)));
  }

  @Test
  void an_unknown_key_asks_for_a_refresh_and_a_later_set_takes_it() {
    AtomicInteger missed = new AtomicInteger();
    AtomicReference<VerifyingKeys> current = new AtomicReference<>(keys);
    KeySource source = new KeySource() {
      @Override
      public VerifyingKeys current() {
        return current.get();
      }

      @Override
      public void missed() {
        missed.incrementAndGet();
      }
    };
    String token = other.minter("chasqui", clock()).mint("bob", Duration.ofHours(1));
    assertInstanceOf(Refused.class, verifier(source, AuthConfig.DEFAULT).verify(token));
    assertEquals(1, missed.get());
    current.set(other.verifying());
    assertInstanceOf(Identity.class, verifier(source, AuthConfig.DEFAULT).verify(token));
  }

  @TestFactory
  Stream<DynamicTest> every_bad_token_gets_the_same_answer() {
    return badTokens().entrySet().stream()
        .map(bad -> DynamicTest.dynamicTest(bad.getKey(), () -> assertEquals(new Refused(), verifier.verify(bad.getValue()))));
  }

  private Map<String, String> badTokens() {
    Map<String, String> bad = new LinkedHashMap<>();
    malformed(bad);
    wronglySigned(bad);
    wrongClaims(bad);
    return bad;
  }

  private void malformed(Map<String, String> bad) {
    String good = ecToken(CLAIMS);
    bad.put("none", "");
    bad.put("garbage", "not a token");
    bad.put("garbage of three parts", "a.b.c");
    bad.put("two parts", good.substring(0, good.lastIndexOf('.')));
    bad.put("without signature", good.substring(0, good.lastIndexOf('.') + 1));
    bad.put("too long", good + "A".repeat(4096));
    bad.put("deep json", Tokens.encode("[".repeat(1400)) + ".e30.AA");
    bad.put("claims are no object", ecToken("[]"));
    bad.put("claims are no json", ecToken("alice"));
    bad.put("surrounded by spaces and a line", good.replaceFirst("\\.", ".\n"));
  }

  private void wronglySigned(Map<String, String> bad) {
    String none = "{\"alg\":\"none\",\"kid\":\"ec-1\"}";
    bad.put("alg none", Tokens.encode(none) + "." + Tokens.encode(CLAIMS) + ".");
    bad.put("alg None, with a signature", Tokens.encode(none.replace("none", "None")) + "." + Tokens.encode(CLAIMS) + ".AAAA");
    String hmac = "{\"alg\":\"HS256\",\"kid\":\"ec-1\"}";
    bad.put("key confusion: HS256 with the public key", Tokens.macSigned(hmac, CLAIMS, ec.getPublic().getEncoded()));
    bad.put("key confusion: HS256 with the JWKS", Tokens.macSigned(hmac, CLAIMS, dev.jwks().getBytes(StandardCharsets.UTF_8)));
    bad.put("alg of another kind of key", Tokens.signed(edHeader("ec-1"), CLAIMS, ED, edKey));
    bad.put("another key under a known kid", Tokens.signed(edHeader(edId), CLAIMS, ED, edKey));
    bad.put("another key under its own kid", other.minter("chasqui", clock()).mint("alice", Duration.ofHours(1)));
    bad.put("no kid", Tokens.signed("{\"alg\":\"ES256\"}", CLAIMS, P256, ec.getPrivate()));
    for (String kid : new String[] {"../../../../dev/null", "ec-1' OR '1'='1", "ec-1\\u0000", "EC-1", "", "file:///dev/null"}) {
      bad.put("kid injection " + kid, Tokens.signed(ecHeader(kid), CLAIMS, P256, ec.getPrivate()));
    }
    String ownKey = new ECKey.Builder(Curve.P_256, (ECPublicKey) ec.getPublic()).keyID("mine").build().toJSONString();
    bad.put("its own key in the header",
        Tokens.signed("{\"alg\":\"ES256\",\"kid\":\"mine\",\"jwk\":" + ownKey + "}", CLAIMS, P256, ec.getPrivate()));
    bad.put("critical extension",
        Tokens.signed("{\"alg\":\"ES256\",\"kid\":\"ec-1\",\"crit\":[\"exp\"]}", CLAIMS, P256, ec.getPrivate()));
    bad.put("zero signature", Tokens.encode(ecHeader("ec-1")) + "." + Tokens.encode(CLAIMS) + "." + "A".repeat(86));
    bad.put("DER signature", Tokens.signed(ecHeader("ec-1"), CLAIMS, "SHA256withECDSA", ec.getPrivate()));
    String good = ecToken(CLAIMS);
    String forged = Tokens.encode(CLAIMS.replace("alice", "admin"));
    bad.put("changed claims", good.replaceFirst("\\.[^.]*\\.", "." + forged + "."));
  }

  private void wrongClaims(Map<String, String> bad) {
    bad.put("expired", ecToken(claims("alice", "chasqui", NOW - 100, NOW - 1)));
    bad.put("expires now", ecToken(claims("alice", "chasqui", NOW - 100, NOW)));
    bad.put("wrong audience", ecToken(claims("alice", "mail", NOW, NOW + 60)));
    bad.put("no audience", ecToken("{\"sub\":\"alice\",\"exp\":" + (NOW + 60) + "}"));
    bad.put("no expiry", ecToken("{\"sub\":\"alice\",\"aud\":\"chasqui\"}"));
    bad.put("expiry is text", ecToken("{\"sub\":\"alice\",\"aud\":\"chasqui\",\"exp\":\"" + (NOW + 60) + "\"}"));
    bad.put("expiry beyond all time", ecToken("{\"sub\":\"alice\",\"aud\":\"chasqui\",\"exp\":1e300}"));
    bad.put("negative expiry", ecToken("{\"sub\":\"alice\",\"aud\":\"chasqui\",\"exp\":-1}"));
    bad.put("issued after the skew", ecToken(claims("alice", "chasqui", NOW + 31, NOW + 60)));
    bad.put("not before the skew", ecToken(CLAIMS.replace("{", "{\"nbf\":" + (NOW + 31) + ",")));
    bad.put("no subject", ecToken("{\"aud\":\"chasqui\",\"exp\":" + (NOW + 60) + "}"));
    for (String subject : new String[] {"", "a b", "a/b", "alice\\n", "al\\u0131ce", "x".repeat(65)}) {
      bad.put("subject '" + subject + "'", ecToken(claims(subject, "chasqui", NOW, NOW + 60)));
    }
  }

  private String ecToken(String claims) {
    return Tokens.signed(ecHeader("ec-1"), claims, P256, ec.getPrivate());
  }

  private static String ecHeader(String kid) {
    return "{\"alg\":\"ES256\",\"kid\":\"" + kid + "\"}";
  }

  private static String edHeader(String kid) {
    return "{\"alg\":\"EdDSA\",\"kid\":\"" + kid + "\"}";
  }

  private static String claims(String subject, String audience, long issued, long expires) {
    return "{\"sub\":\"" + subject + "\",\"aud\":\"" + audience + "\",\"iat\":" + issued + ",\"exp\":" + expires + "}";
  }

  private static InstantSource clock() {
    return InstantSource.fixed(Instant.ofEpochSecond(NOW));
  }

  private static JwtTokenVerifier verifier(KeySource keys, AuthConfig config) {
    return new JwtTokenVerifier(keys, config, clock(), OpenTelemetry.noop().getMeter("test"));
  }
}
