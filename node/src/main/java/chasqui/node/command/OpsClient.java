package chasqui.node.command;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;

/// Asks the operators' port of a running node.
final class OpsClient {

  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private OpsClient() {}

  /// What the node works for.
  private static final Duration WORK = Duration.ofMinutes(1);

  /// A page of the node at `HOST:PORT`.
  static String get(String address, String path) throws IOException, InterruptedException {
    return send(HttpRequest.newBuilder(URI.create("http://" + address + path)).timeout(PATIENCE).build());
  }

  /// Asks the node to do something, as whoever may read its data folder.
  static String post(String address, String path, String secret) throws IOException, InterruptedException {
    return send(HttpRequest.newBuilder(URI.create("http://" + address + path)).timeout(WORK)
        .header("authorization", "Bearer " + secret).POST(HttpRequest.BodyPublishers.noBody()).build());
  }

  private static String send(HttpRequest request) throws IOException, InterruptedException {
    try (HttpClient client = HttpClient.newBuilder().connectTimeout(PATIENCE).build()) {
      HttpResponse<String> answer = client.send(request, HttpResponse.BodyHandlers.ofString());
      if (answer.statusCode() != 200) {
        throw new IOException("the node answered HTTP " + answer.statusCode() + ": " + answer.body().strip());
      }
      return answer.body();
    }
  }
}
