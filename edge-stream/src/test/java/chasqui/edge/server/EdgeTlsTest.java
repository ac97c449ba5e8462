package chasqui.edge.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import chasqui.edge.v1.ServerFrame.FrameCase;
import io.netty.handler.ssl.OpenSsl;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.Base64;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EdgeTlsTest {

  private static final char[] PASSWORD = "changeit".toCharArray();

  @TempDir
  Path folder;

  @Test
  void a_stream_opens_over_tls_by_boring_ssl() throws Exception {
    assertTrue(OpenSsl.isAvailable(), "BoringSSL is not on the class path");
    KeyStore store = keys();
    Path certificate = pem("certificate.pem", "CERTIFICATE", store.getCertificate("edge").getEncoded());
    Path key = pem("key.pem", "PRIVATE KEY", store.getKey("edge", PASSWORD).getEncoded());
    try (EdgeRig rig = new EdgeRig()) {
      TestClient client = TestClient.open(rig.overTls(certificate, key)).hello("alice", "phone", 1);
      assertEquals("alice", client.await(FrameCase.WELCOME).getWelcome().getUserId());
      client.send("c", "hello");
      client.await(FrameCase.SEND_ACCEPTED);
    }
  }

  /// A P-256 key with a certificate of its own for `localhost`.
  private KeyStore keys() throws Exception {
    Path file = folder.resolve("keys.p12");
    Process keytool = new ProcessBuilder(
        Path.of(System.getProperty("java.home"), "bin", "keytool").toString(), "-genkeypair", "-alias", "edge",
        "-keyalg", "EC", "-groupname", "secp256r1", "-dname", "CN=localhost", "-ext", "san=dns:localhost",
        "-storetype", "PKCS12", "-storepass", new String(PASSWORD), "-keystore", file.toString())
        .redirectErrorStream(true).start();
    String output = new String(keytool.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
    assertTrue(keytool.waitFor(30, TimeUnit.SECONDS) && keytool.exitValue() == 0, output);
    KeyStore store = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(file)) {
      store.load(in, PASSWORD);
    }
    return store;
  }

  private Path pem(String name, String kind, byte[] encoded) throws Exception {
    String body = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(encoded);
    return Files.writeString(folder.resolve(name), "-----BEGIN " + kind + "-----\n" + body + "\n-----END " + kind + "-----\n");
  }
}
