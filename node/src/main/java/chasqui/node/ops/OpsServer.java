package chasqui.node.ops;

import chasqui.node.config.OpsConfig;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.function.Function;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The operators' port. Pages are made when asked for, on virtual threads, a bounded number at a time; beyond: 503.
public final class OpsServer implements AutoCloseable {

  /// A page.
  public record Page(int status, String contentType, String body) {

    static final String TEXT = "text/plain; charset=utf-8";

    public static Page text(String body) {
      return new Page(200, TEXT, body);
    }

    /// In Prometheus' text format.
    public static Page metrics(String body) {
      return new Page(200, "text/plain; version=0.0.4; charset=utf-8", body);
    }

    public static Page json(int status, String body) {
      return new Page(status, "application/json", body);
    }
  }

  private static final Logger LOG = LoggerFactory.getLogger(OpsServer.class);
  private static final Page BUSY = new Page(503, Page.TEXT, "busy: too many requests at a time\n");
  private static final Page ABSENT = new Page(404, Page.TEXT, "no such page\n");
  private static final Page READ_ONLY = new Page(405, Page.TEXT, "only GET\n");
  private static final Page ONLY_POST = new Page(405, Page.TEXT, "only POST\n");
  private static final Page STRANGER = new Page(401, Page.TEXT, "expected the secret in the node's data folder\n");

  static {
    // Read once by the JDK's server: without them a client that sends nothing holds a connection for ever.
    setDefault("sun.net.httpserver.maxReqTime", "10");
    // A checkpoint flushes before it is answered.
    setDefault("sun.net.httpserver.maxRspTime", "60");
    setDefault("jdk.httpserver.maxConnections", "128");
  }

  private final HttpServer server;
  private final ExecutorService threads;
  private final Semaphore room;
  private final Map<String, Supplier<Page>> pages;
  private final OpsActions actions;

  private OpsServer(HttpServer server, int requestsMax, Map<String, Supplier<Page>> pages, OpsActions actions) {
    this.actions = actions;
    this.server = server;
    this.threads = Executors.newVirtualThreadPerTaskExecutor();
    this.room = new Semaphore(requestsMax);
    this.pages = Map.copyOf(pages);
  }

  /// Serves the pages by path, and the actions.
  public static OpsServer start(OpsConfig config, Map<String, Supplier<Page>> pages, OpsActions actions)
      throws IOException {
    HttpServer server = HttpServer.create(new InetSocketAddress(config.host(), config.port()), 0);
    OpsServer ops = new OpsServer(server, config.requestsMax(), pages, actions);
    server.setExecutor(ops.threads);
    server.createContext("/", ops::answer);
    server.start();
    return ops;
  }

  /// Where it listens.
  public InetSocketAddress address() {
    return server.getAddress();
  }

  private void answer(HttpExchange exchange) {
    try (exchange) {
      write(exchange, page(exchange));
    } catch (IOException readerGone) {
      LOG.debug("a reader of the ops port went away");
    }
  }

  private Page page(HttpExchange exchange) {
    String path = exchange.getRequestURI().getPath();
    Function<String, Page> action = actions.find(path);
    Supplier<Page> page = action == null ? pages.get(path) : () -> action.apply(exchange.getRequestURI().getRawQuery());
    if (page == null) {
      return ABSENT;
    }
    if (action != null && !actions.isTrusted(exchange.getRequestHeaders().getFirst("authorization"))) {
      return STRANGER;
    }
    if (!exchange.getRequestMethod().equals(action == null ? "GET" : "POST")) {
      return action == null ? READ_ONLY : ONLY_POST;
    }
    if (!room.tryAcquire()) {
      return BUSY;
    }
    try {
      return page.get();
    } catch (RuntimeException bug) {
      LOG.atError().setCause(bug).addKeyValue("path", exchange.getRequestURI().getPath()).log("an ops page failed");
      return new Page(500, Page.TEXT, "failed: see the log\n");
    } finally {
      room.release();
    }
  }

  private static void write(HttpExchange exchange, Page page) throws IOException {
    byte[] bytes = page.body().getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().set("content-type", page.contentType());
    exchange.getResponseHeaders().set("cache-control", "no-store");
    exchange.getResponseHeaders().set("x-content-type-options", "nosniff");
    exchange.sendResponseHeaders(page.status(), bytes.length == 0 ? -1 : bytes.length);
    exchange.getResponseBody().write(bytes);
  }

  private static void setDefault(String property, String value) {
    if (System.getProperty(property) == null) {
      System.setProperty(property, value);
    }
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
