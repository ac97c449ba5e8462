package chasqui.edge.auth;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// Reads a JWKS document once. Blocks, for at most {@link #PATIENCE}: never on an event loop.
@FunctionalInterface
interface JwksLoader {

  Duration PATIENCE = Duration.ofSeconds(5);
  int BYTES_MAX = 256 * 1024;

  /// The document.
  String load() throws IOException, InterruptedException;

  /// The loader for a path or an URL. Plain `http` is only taken from this machine itself.
  static JwksLoader of(String location) {
    if (!location.startsWith("https://") && !location.startsWith("http://")) {
      return () -> readFile(Path.of(location));
    }
    URI uri = URI.create(location);
    if (uri.getHost() == null) {
      throw new UnusableKeysException("the JWKS address has no host: " + location);
    }
    if (uri.getScheme().equals("http") && !isLoopback(uri.getHost())) {
      throw new UnusableKeysException("the JWKS address must be https: whoever alters it on the way is any user");
    }
    return () -> fetch(uri);
  }

  private static String readFile(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      return decode(in.readNBytes(BYTES_MAX + 1));
    }
  }

  private static String fetch(URI uri) throws IOException, InterruptedException {
    try (HttpClient client = HttpClient.newBuilder().connectTimeout(PATIENCE).build()) {
      HttpRequest request = HttpRequest.newBuilder(uri).timeout(PATIENCE).header("accept", "application/json").build();
      CompletableFuture<HttpResponse<byte[]>> answer = client.sendAsync(
          request, HttpResponse.BodyHandlers.limiting(HttpResponse.BodyHandlers.ofByteArray(), BYTES_MAX));
      try {
        HttpResponse<byte[]> response = answer.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        if (response.statusCode() != 200) {
          throw new IOException("the JWKS address answered HTTP " + response.statusCode());
        }
        return decode(response.body());
      } catch (ExecutionException failed) {
        throw new IOException("the JWKS address cannot be read: " + failed.getCause(), failed);
      } catch (TimeoutException late) {
        throw new IOException("the JWKS address did not answer within " + PATIENCE.toSeconds() + " s", late);
      } finally {
        answer.cancel(true);
        client.shutdownNow();
      }
    }
  }

  private static String decode(byte[] bytes) throws IOException {
    if (bytes.length > BYTES_MAX) {
      throw new IOException("the JWKS is larger than " + BYTES_MAX + " bytes");
    }
    return new String(bytes, StandardCharsets.UTF_8);
  }

  private static boolean isLoopback(String host) {
    try {
      return InetAddress.getByName(host).isLoopbackAddress();
    } catch (IOException unknown) {
      return false;
    }
  }
}
