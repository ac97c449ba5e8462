package chasqui.edge.auth;

import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.OctetKeyPair;
import com.nimbusds.jose.util.Base64URL;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.interfaces.EdECPrivateKey;
import java.security.interfaces.EdECPublicKey;
import java.security.spec.EdECPrivateKeySpec;
import java.security.spec.NamedParameterSpec;
import java.text.ParseException;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.Set;

/// The key pair of a data folder that has no identity provider: made once, by whoever needs it first.
///
/// `auth/dev-key.json` is the private key, readable by its owner alone; `auth/dev-jwks.json` the public document.
public final class DevKeys {

  private static final String FOLDER = "auth";
  private static final String PRIVATE_FILE = "dev-key.json";
  private static final String PUBLIC_FILE = "dev-jwks.json";
  private static final int ED25519_BYTES = 32;

  private final OctetKeyPair pair;
  private final PrivateKey privateKey;

  private DevKeys(OctetKeyPair pair, PrivateKey privateKey) {
    this.pair = pair;
    this.privateKey = privateKey;
  }

  /// The keys of a data folder, made if they are not there. Two processes that do so at once get the same.
  public static DevKeys of(Path data) throws IOException {
    Path folder = Files.createDirectories(data.resolve(FOLDER));
    Path file = folder.resolve(PRIVATE_FILE);
    if (!Files.exists(file)) {
      createOnce(file, generate().toJSONString());
    }
    DevKeys keys = read(file);
    Files.writeString(folder.resolve(PUBLIC_FILE), keys.jwks());
    return keys;
  }

  /// The public document.
  public String jwks() {
    return new JWKSet(pair.toPublicJWK()).toString();
  }

  /// The public keys.
  public VerifyingKeys verifying() {
    return VerifyingKeys.parse(jwks());
  }

  /// Makes tokens for an audience.
  public TokenMinter minter(String audience, InstantSource clock) {
    return new TokenMinter(pair.getKeyID(), privateKey, audience, clock);
  }

  private static DevKeys read(Path file) throws IOException {
    try {
      OctetKeyPair pair = OctetKeyPair.parse(Files.readString(file));
      if (!Curve.Ed25519.equals(pair.getCurve()) || !pair.isPrivate() || pair.getKeyID() == null) {
        throw new UnusableKeysException(file + " holds no Ed25519 private key; delete it and a new one is made");
      }
      PrivateKey key = KeyFactory.getInstance("Ed25519")
          .generatePrivate(new EdECPrivateKeySpec(NamedParameterSpec.ED25519, pair.getD().decode()));
      return new DevKeys(pair, key);
    } catch (ParseException | GeneralSecurityException unreadable) {
      throw new UnusableKeysException(file + " is damaged; delete it and a new one is made (" + unreadable.getMessage() + ")");
    }
  }

  private static OctetKeyPair generate() {
    try {
      KeyPair pair = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
      byte[] seed = ((EdECPrivateKey) pair.getPrivate()).getBytes().orElseThrow();
      byte[] suffix = new byte[8];
      new SecureRandom().nextBytes(suffix);
      return new OctetKeyPair.Builder(Curve.Ed25519, Base64URL.encode(encode((EdECPublicKey) pair.getPublic())))
          .d(Base64URL.encode(seed))
          .keyID(VerifyingKeys.DEVELOPMENT_PREFIX + HexFormat.of().formatHex(suffix))
          .build();
    } catch (GeneralSecurityException broken) {
      throw new IllegalStateException("every JDK 25 makes Ed25519 keys", broken);
    }
  }

  /// RFC 8032's 32 bytes: y in little-endian order, the top bit telling whether x is odd.
  private static byte[] encode(EdECPublicKey key) {
    byte[] y = key.getPoint().getY().toByteArray();
    byte[] encoded = new byte[ED25519_BYTES];
    for (int i = 0; i < Math.min(y.length, ED25519_BYTES); i++) {
      encoded[i] = y[y.length - 1 - i];
    }
    if (key.getPoint().isXOdd()) {
      encoded[ED25519_BYTES - 1] |= (byte) 0x80;
    }
    return encoded;
  }

  /// Writes a file under a name that nobody sees half written and that only the first writer gets.
  private static void createOnce(Path file, String text) throws IOException {
    Path draft = Files.createTempFile(file.getParent(), PRIVATE_FILE, ".new", ownerOnly(file));
    try (FileChannel out = FileChannel.open(draft, Set.of(StandardOpenOption.WRITE))) {
      ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
      while (bytes.hasRemaining()) {
        out.write(bytes);
      }
      out.force(true);
      Files.createLink(file, draft);
    } catch (FileAlreadyExistsException another) {
      // Another process was first; its key is the one.
      return;
    } finally {
      Files.deleteIfExists(draft);
    }
  }

  private static FileAttribute<?>[] ownerOnly(Path file) {
    boolean posix = file.getFileSystem().supportedFileAttributeViews().contains("posix");
    return posix
        ? new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))}
        : new FileAttribute<?>[0];
  }
}
