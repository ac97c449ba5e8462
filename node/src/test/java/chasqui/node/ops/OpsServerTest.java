package chasqui.node.ops;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import chasqui.node.config.OpsConfig;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.security.SecureRandom;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// The ops port answers what it knows, a bounded number at a time.
class OpsServerTest {

  private final OpsActions actions = new OpsActions(new SecureRandom());
  private final CountDownLatch entered = new CountDownLatch(1);
  private final CountDownLatch leave = new CountDownLatch(1);
  private final HttpClient client = HttpClient.newHttpClient();
  private OpsServer server;

  @BeforeEach
  void start() throws Exception {
    server = OpsServer.start(new OpsConfig("127.0.0.1", 0, 1), Map.of(
        "/page", () -> OpsServer.Page.text("here\n"),
        "/json", () -> OpsServer.Page.json(503, Json.write(Map.of("ready", false))),
        "/bug", () -> {
          throw new IllegalStateException("a secret detail");
        },
        "/slow", this::slow), actions);
    actions.add("/act", query -> OpsServer.Page.text("did " + query + "\n"));
  }

  @AfterEach
  void stop() {
    leave.countDown();
    client.close();
    server.close();
  }

  @Test
  void a_page_is_answered_with_its_status_and_type() throws Exception {
    assertEquals("here\n", get("/page").body());
    HttpResponse<String> json = get("/json");
    assertEquals(503, json.statusCode());
    assertEquals(Map.of("ready", false), Json.read(json.body()));
    assertEquals("application/json", json.headers().firstValue("content-type").orElseThrow());
  }

  @Test
  void an_action_is_done_by_post_for_who_knows_the_secret_alone() throws Exception {
    assertEquals(401, act("POST", "Bearer " + actions.secret() + "0").statusCode());
    assertEquals(401, act("POST", "none").statusCode());
    assertEquals(401, get("/act").statusCode());
    assertEquals(405, act("GET", "Bearer " + actions.secret()).statusCode());
    assertEquals("did a=1\n", act("POST", "Bearer " + actions.secret()).body());
  }

  private HttpResponse<String> act(String method, String authorization) throws Exception {
    HttpRequest request = HttpRequest.newBuilder(uri("/act?a=1")).header("authorization", authorization)
        .method(method, HttpRequest.BodyPublishers.noBody()).build();
    return client.send(request, HttpResponse.BodyHandlers.ofString());
  }

  @Test
  void what_is_not_there_is_404_and_what_is_no_get_is_405() throws Exception {
    assertEquals(404, get("/nothing").statusCode());
    HttpRequest post = HttpRequest.newBuilder(uri("/page")).POST(HttpRequest.BodyPublishers.ofString("x")).build();
    assertEquals(405, client.send(post, HttpResponse.BodyHandlers.ofString()).statusCode());
  }

  @Test
  void a_bug_in_a_page_tells_nothing() throws Exception {
    HttpResponse<String> answer = get("/bug");
    assertEquals(500, answer.statusCode());
    assertTrue(!answer.body().contains("secret"), answer.body());
  }

  @Test
  void beyond_its_bound_it_says_busy_and_recovers() throws Exception {
    CompletableFuture<HttpResponse<String>> slow =
        client.sendAsync(HttpRequest.newBuilder(uri("/slow")).build(), HttpResponse.BodyHandlers.ofString());
    assertTrue(entered.await(10, TimeUnit.SECONDS));
    assertEquals(503, get("/page").statusCode());
    leave.countDown();
    assertEquals(200, slow.get(10, TimeUnit.SECONDS).statusCode());
    assertEquals(200, get("/page").statusCode());
  }

  private OpsServer.Page slow() {
    entered.countDown();
    try {
      leave.await();
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
    return OpsServer.Page.text("late\n");
  }

  private HttpResponse<String> get(String path) throws Exception {
    return client.send(HttpRequest.newBuilder(uri(path)).build(), HttpResponse.BodyHandlers.ofString());
  }

  private URI uri(String path) {
    return URI.create("http://127.0.0.1:" + server.address().getPort() + path);
  }
}
