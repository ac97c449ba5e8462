package chasqui.drills.faults.rows;

import chasqui.drills.fleet.NodeProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What a node takes of the machine, as it tells its operators.
///
/// @param resident bytes of the process in memory; 0 where the system does not tell
/// @param direct bytes of direct buffers
/// @param heap bytes of heap in use, garbage included
record Memory(long resident, long direct, long heap) {

  private static final Pattern HISTOGRAM_TOTAL = Pattern.compile("(?m)^Total\\s+\\d+\\s+(\\d+)");

  static Memory of(NodeProcess node) {
    String metrics = page(node, "/metrics");
    return new Memory(gauge(metrics, "resident"), gauge(metrics, "direct_used"), gauge(metrics, "heap_used"));
  }

  /// Bytes of heap that are reachable: the node collects its garbage, and counts what is left.
  static long liveHeap(NodeProcess node) {
    Path jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd");
    ProcessBuilder builder = new ProcessBuilder(jcmd.toString(), Long.toString(node.pid()), "GC.class_histogram");
    try {
      Process process = builder.redirectErrorStream(true).start();
      String histogram = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      Matcher total = HISTOGRAM_TOTAL.matcher(histogram);
      if (!total.find()) {
        throw new IllegalStateException("no histogram of the heap: " + histogram.lines().findFirst().orElse(""));
      }
      return Long.parseLong(total.group(1));
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  /// A page of the operators' port.
  static String page(NodeProcess node, String path) {
    try (HttpClient http = HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(10)).build()) {
      HttpRequest request = HttpRequest.newBuilder(URI.create("http://" + node.opsAddress() + path))
          .timeout(Duration.ofSeconds(30)).build();
      return http.send(request, HttpResponse.BodyHandlers.ofString()).body();
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(stop);
    }
  }

  private static long gauge(String metrics, String name) {
    Matcher line = Pattern.compile("(?m)^chasqui_memory_" + name + "\\w*(?:\\{[^}]*})? ([-+0-9.eE]+)$").matcher(metrics);
    return line.find() ? Math.round(Double.parseDouble(line.group(1))) : 0;
  }
}
