package chasqui.node;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// A fresh P-256 certificate for 127.0.0.1 and localhost, with its key, as PEM files. Made by the JDK's own keytool.
public record TestCertificate(Path certificate, Path key) {

  private static final String PASSWORD = "changeit";

  public static TestCertificate in(Path folder, String name) throws IOException, GeneralSecurityException, InterruptedException {
    Path store = folder.resolve(name + ".p12");
    keytool(store, "node", "CN=localhost", "-ext", "SAN=ip:127.0.0.1,dns:localhost", "-validity", "30");
    return of(store, "node", folder.resolve(name));
  }

  /// Makes a key with its certificate in a key store, self-signed unless the options name a signer.
  static void keytool(Path store, String alias, String subject, String... options) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of(
        Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
        "-genkeypair", "-alias", alias, "-keyalg", "EC", "-groupname", "secp256r1", "-sigalg", "SHA256withECDSA",
        "-dname", subject, "-storetype", "PKCS12", "-keystore", store.toString(), "-storepass", PASSWORD));
    command.addAll(List.of(options));
    Path log = store.resolveSibling(store.getFileName() + ".log");
    Process keytool = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile()).start();
    if (!keytool.waitFor(60, TimeUnit.SECONDS) || keytool.exitValue() != 0) {
      throw new IllegalStateException(Files.readString(log));
    }
  }

  /// What a key store holds under an alias, as PEM files.
  static TestCertificate of(Path store, String alias, Path files) throws IOException, GeneralSecurityException {
    KeyStore keys = KeyStore.getInstance(store.toFile(), PASSWORD.toCharArray());
    Path certificate = files.resolveSibling(files.getFileName() + ".crt");
    Path key = files.resolveSibling(files.getFileName() + ".key");
    Files.writeString(certificate, pem("CERTIFICATE", keys.getCertificate(alias).getEncoded()));
    Files.writeString(key, pem("PRIVATE KEY", keys.getKey(alias, PASSWORD.toCharArray()).getEncoded()));
    return new TestCertificate(certificate, key);
  }

  private static String pem(String kind, byte[] der) {
    return "-----BEGIN " + kind + "-----\n" + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der)
        + "\n-----END " + kind + "-----\n";
  }
}
