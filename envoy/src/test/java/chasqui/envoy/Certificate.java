package chasqui.envoy;

import chasqui.testkit.process.TempDirs;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Base64;

/// A fresh P-256 certificate for 127.0.0.1 and localhost, with its key, as PEM files.
record Certificate(Path chain, Path key) {

  private static final String PASSWORD = "changeit";

  private record Pem(String chain, String key) {
    // Made once: a key tool is a JVM of its own.
    static final Pem MADE = make();
  }

  static Certificate in(Path folder) {
    Certificate made = new Certificate(folder.resolve("certificate.pem"), folder.resolve("key.pem"));
    try {
      Files.writeString(made.chain(), Pem.MADE.chain());
      Files.writeString(made.key(), Pem.MADE.key());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return made;
  }

  /// Puts another certificate and key in the place of these, by rename.
  void renew() {
    Pem other = make();
    replace(key, other.key());
    replace(chain, other.chain());
  }

  private static void replace(Path file, String text) {
    try {
      Path next = Files.writeString(file.resolveSibling("next.pem"), text);
      Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Pem make() {
    try (TempDirs scratch = TempDirs.create("front")) {
      return make(scratch.root().resolve("certificate.p12"));
    }
  }

  private static Pem make(Path store) {
    try {
      Process keytool = new ProcessBuilder(
          Path.of(System.getProperty("java.home"), "bin", "keytool").toString(), "-genkeypair", "-alias", "front",
          "-keyalg", "EC", "-groupname", "secp256r1", "-sigalg", "SHA256withECDSA", "-dname", "CN=localhost",
          "-ext", "SAN=ip:127.0.0.1,dns:localhost", "-validity", "30", "-storetype", "PKCS12",
          "-keystore", store.toString(), "-storepass", PASSWORD).redirectErrorStream(true).start();
      String said = new String(keytool.getInputStream().readAllBytes());
      if (keytool.waitFor() != 0) {
        throw new IllegalStateException(said);
      }
      KeyStore keys = KeyStore.getInstance(store.toFile(), PASSWORD.toCharArray());
      return new Pem(pem("CERTIFICATE", keys.getCertificate("front").getEncoded()),
          pem("PRIVATE KEY", keys.getKey("front", PASSWORD.toCharArray()).getEncoded()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private static String pem(String kind, byte[] der) {
    return "-----BEGIN " + kind + "-----\n" + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der)
        + "\n-----END " + kind + "-----\n";
  }
}
