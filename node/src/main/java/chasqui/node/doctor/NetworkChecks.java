package chasqui.node.doctor;

import chasqui.node.DataFolder;
import chasqui.node.ListenPolicy;
import chasqui.node.PortHolder;
import chasqui.node.StartException;
import chasqui.node.config.ListenConfig;
import chasqui.node.config.TlsConfig;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import java.util.List;

/// Ports and certificates.
final class NetworkChecks {

  private static final byte[] PROBE = {1, 2, 3};
  private static final int CONNECT_MILLIS_MAX = 2_000;

  private NetworkChecks() {}

  static Finding port(String name, String host, int port, Path data) {
    if (port == 0) {
      return Finding.ok(name, "a free port is taken at the start");
    }
    boolean ours = new DataFolder(data).addresses()
        .filter(addresses -> List.of(addresses.edge(), addresses.ops()).stream().anyMatch(one -> one.endsWith(":" + port)))
        .isPresent();
    try (ServerSocket probe = new ServerSocket()) {
      probe.bind(new InetSocketAddress(host, port));
      return Finding.ok(name, host + ":" + port + " is free");
    } catch (IOException taken) {
      String holder = PortHolder.describe(port).orElse("a process that this user may not see");
      return ours
          ? Finding.ok(name, host + ":" + port + " is held by " + holder + ", the node on this data folder")
          : Finding.fail(name, host + ":" + port + " is held by " + holder + ": end it, or set another port");
    }
  }

  static Finding listen(ListenConfig listen, TlsConfig tls, boolean developmentKeys) {
    try {
      ListenPolicy.check(listen, tls.enabled(), developmentKeys);
      return Finding.ok("exposure", listen.host() + (tls.enabled() ? " with TLS" : " without TLS: this machine only"));
    } catch (StartException unsafe) {
      return Finding.fail("exposure", unsafe.getMessage());
    }
  }

  static Finding tls(String name, TlsConfig tls, Instant now) {
    if (!tls.enabled()) {
      return Finding.ok(name, "not set: right for this machine only");
    }
    try {
      X509Certificate certificate = certificate(tls.certificate());
      if (!signs(key(tls.key(), certificate), certificate)) {
        return Finding.fail(name, tls.key() + " is not the key of " + tls.certificate() + ": give the pair that was made together");
      }
      if (certificate.getNotAfter().before(Date.from(now))) {
        return Finding.fail(name, "the certificate ended on " + certificate.getNotAfter().toInstant() + ": renew it");
      }
      return certificate.getPublicKey().getAlgorithm().equals("EC")
          ? Finding.ok(name, "certificate and key match, until " + certificate.getNotAfter().toInstant())
          : Finding.warn(name, "an RSA certificate makes each connect cost ten times as much: use P-256");
    } catch (IOException | GeneralSecurityException | IllegalArgumentException unreadable) {
      return Finding.fail(name, "certificate or key cannot be read as PEM (key: PKCS#8): " + unreadable.getMessage());
    }
  }

  /// Who issues the certificates of services, or of nodes.
  static Finding authority(String name, Path file, Instant now) {
    try {
      X509Certificate certificate = certificate(file);
      return certificate.getNotAfter().before(Date.from(now))
          ? Finding.fail(name, "it ended on " + certificate.getNotAfter().toInstant() + ": renew it")
          : Finding.ok(name, "until " + certificate.getNotAfter().toInstant());
    } catch (IOException | GeneralSecurityException | IllegalArgumentException unreadable) {
      return Finding.fail(name, file + " cannot be read as PEM: " + unreadable.getMessage());
    }
  }

  /// Whether anybody listens there.
  static Finding reachable(String name, String address) {
    int colon = address.lastIndexOf(':');
    try (Socket socket = new Socket()) {
      socket.connect(
          new InetSocketAddress(address.substring(0, colon), Integer.parseInt(address.substring(colon + 1))), CONNECT_MILLIS_MAX);
      return Finding.ok(name, address + " answers");
    } catch (IOException | IllegalArgumentException silent) {
      return Finding.fail(name, address + " does not answer (" + silent.getMessage() + "): start it, or set another address");
    }
  }

  private static X509Certificate certificate(Path file) throws IOException, GeneralSecurityException {
    try (InputStream in = Files.newInputStream(file)) {
      return (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(in);
    }
  }

  private static PrivateKey key(Path file, X509Certificate certificate) throws IOException, GeneralSecurityException {
    String base64 = Files.readString(file).replaceAll("-----[A-Z ]+-----", "").replaceAll("\\s", "");
    return KeyFactory.getInstance(certificate.getPublicKey().getAlgorithm())
        .generatePrivate(new PKCS8EncodedKeySpec(Base64.getDecoder().decode(base64)));
  }

  private static boolean signs(PrivateKey key, X509Certificate certificate) throws GeneralSecurityException {
    String algorithm = key.getAlgorithm().equals("EC") ? "SHA256withECDSA" : "SHA256with" + key.getAlgorithm();
    Signature signer = Signature.getInstance(algorithm);
    signer.initSign(key);
    signer.update(PROBE);
    byte[] signature = signer.sign();
    signer.initVerify(certificate);
    signer.update(PROBE);
    return signer.verify(signature);
  }
}
