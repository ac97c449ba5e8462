package chasqui.testkit.envoy;

import chasqui.testkit.process.Await;
import chasqui.testkit.process.Guard;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/// An Envoy process that we started. It ends when this is closed, and when we are killed. Its log is `envoy.log` beside the bootstrap
/// configuration; failures tell its end.
///
/// The admin port must be on the loopback. Thread-safe.
public final class EnvoyServer implements AutoCloseable {

  private static final Duration START_LIMIT = Duration.ofSeconds(60);
  private static final Duration END_LIMIT = Duration.ofSeconds(20);
  private static final Duration ANSWER_LIMIT = Duration.ofSeconds(20);
  private static final int TAIL_LINES = 25;

  private final Process process;
  private final Path log;
  private final URI admin;
  private final HttpClient http = HttpClient.newBuilder().connectTimeout(ANSWER_LIMIT).build();

  private EnvoyServer(Process process, Path log, int adminPort) {
    this.process = process;
    this.log = log;
    this.admin = URI.create("http://127.0.0.1:" + adminPort);
  }

  /// Starts Envoy and returns once it serves.
  ///
  /// @param program the binary, see [chasqui.testkit.process.FetchedTool]
  /// @param bootstrap its configuration, in a folder that the caller owns
  /// @param adminPort where that configuration puts the admin listener
  /// @throws AssertionError with the end of its log if it does not come up
  public static EnvoyServer start(Path program, Path bootstrap, int adminPort) {
    Path log = bootstrap.resolveSibling("envoy.log");
    // Two workers, whatever the machine has; no hot restart, whose shared memory would meet that of other Envoys.
    Process process = run(log, program.toString(), "-c", bootstrap.toString(), "--concurrency", "2",
        "--disable-hot-restart", "--log-level", "warning", "--file-flush-interval-msec", "100");
    EnvoyServer server = new EnvoyServer(process, log, adminPort);
    try {
      Await.until(START_LIMIT, "envoy is ready", server::isReadyOrFails);
      return server;
    } catch (AssertionError failure) {
      server.close();
      throw new AssertionError(failure.getMessage() + "; its log ends:\n" + server.logTail(), failure);
    }
  }

  /// Lets Envoy read a configuration without serving it.
  ///
  /// @throws AssertionError with what it says if it refuses
  public static void validate(Path program, Path bootstrap) {
    Path log = bootstrap.resolveSibling("envoy-validate.log");
    Process process = run(log, program.toString(), "--mode", "validate", "-c", bootstrap.toString(), "--log-level", "warning");
    if (end(process) != 0) {
      throw new AssertionError("envoy refuses " + bootstrap + ":\n" + tail(log));
    }
  }

  public long pid() {
    return process.pid();
  }

  public boolean isAlive() {
    return process.isAlive();
  }

  /// All counters and gauges by name.
  public Map<String, Long> stats() {
    Map<String, Long> stats = new TreeMap<>();
    for (String line : get("/stats").lines().toList()) {
      int colon = line.lastIndexOf(": ");
      // Histograms and texts have no single number.
      if (colon > 0 && line.substring(colon + 2).matches("\\d{1,18}")) {
        stats.put(line.substring(0, colon), Long.valueOf(line.substring(colon + 2)));
      }
    }
    return stats;
  }

  /// One counter or gauge; 0 while Envoy has not counted it.
  public long stat(String name) {
    return stats().getOrDefault(name, 0L);
  }

  /// What the admin listener answers, such as to `/stats?format=prometheus` or `/clusters`.
  public String get(String path) {
    return ask(HttpRequest.newBuilder(admin.resolve(path)).timeout(ANSWER_LIMIT).GET().build());
  }

  /// Tells the admin listener to do something, such as `/drain_listeners?graceful`.
  public String post(String path) {
    return ask(HttpRequest.newBuilder(admin.resolve(path)).timeout(ANSWER_LIMIT)
        .POST(HttpRequest.BodyPublishers.noBody()).build());
  }

  /// The last lines of its log.
  public String logTail() {
    return tail(log);
  }

  /// Ends it at once, as a crash does.
  public void kill() {
    process.destroyForcibly();
    end(process);
  }

  @Override
  public void close() {
    process.destroy();
    end(process);
    http.shutdownNow();
  }

  private boolean isReadyOrFails() {
    if (!process.isAlive()) {
      throw new AssertionError("envoy ended with " + process.exitValue());
    }
    try {
      return http.send(HttpRequest.newBuilder(admin.resolve("/ready")).timeout(ANSWER_LIMIT).build(),
          HttpResponse.BodyHandlers.ofString()).statusCode() == 200;
    } catch (IOException notYet) {
      return false;
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted", stop);
    }
  }

  private String ask(HttpRequest request) {
    try {
      HttpResponse<String> answer = http.send(request, HttpResponse.BodyHandlers.ofString());
      if (answer.statusCode() != 200) {
        throw new AssertionError(request.uri() + " answers " + answer.statusCode() + ": " + answer.body());
      }
      return answer.body();
    } catch (IOException silent) {
      throw new AssertionError("envoy does not answer at " + request.uri() + "; its log ends:\n" + logTail(), silent);
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted", stop);
    }
  }

  private static Process run(Path log, String... words) {
    try {
      return Guard.start(
          new ProcessBuilder(words).redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile())));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot start " + List.of(words), e);
    }
  }

  private static int end(Process process) {
    try {
      if (!process.waitFor(END_LIMIT.toMillis(), TimeUnit.MILLISECONDS)) {
        process.destroyForcibly().waitFor();
      }
      return process.exitValue();
    } catch (InterruptedException stop) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted", stop);
    }
  }

  private static String tail(Path log) {
    try {
      List<String> lines = Files.readAllLines(log);
      return String.join("\n", lines.subList(Math.max(0, lines.size() - TAIL_LINES), lines.size()));
    } catch (IOException unreadable) {
      return Optional.ofNullable(unreadable.getMessage()).orElse("no log");
    }
  }
}
