package chasqui.drills.fleet;

import chasqui.testkit.history.Observation;
import chasqui.testkit.history.ObservationSink;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.function.LongSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Reads a node's queue gauges from its operations port and writes them into a history, for the promise NoUnboundedQueue.
public final class GaugeSampler {

  private static final Pattern GAUGE =
      Pattern.compile("^chasqui_queue_(depth|bound)\\w*\\{[^}]*queue=\"([^\"]+)\"[^}]*} ([-+0-9.eE]+)$");

  private final HttpClient http = HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(1)).build();
  private final ObservationSink sink;
  private final LongSupplier nowMicros;

  public GaugeSampler(ObservationSink sink, LongSupplier nowMicros) {
    this.sink = sink;
    this.nowMicros = nowMicros;
  }

  /// Takes one sample of every queue; answers how many queues there were. 0 while the node is away.
  public int sample(String opsAddress) {
    Map<String, Long> depths = new HashMap<>();
    Map<String, Long> bounds = new HashMap<>();
    for (String line : metrics(opsAddress).split("\n")) {
      Matcher gauge = GAUGE.matcher(line);
      if (gauge.matches()) {
        Map<String, Long> target = gauge.group(1).equals("depth") ? depths : bounds;
        target.merge(gauge.group(2), Math.round(Double.parseDouble(gauge.group(3))), Math::max);
      }
    }
    long now = nowMicros.getAsLong();
    depths.forEach((queue, depth) -> {
      Long bound = bounds.get(queue);
      sink.accept(new Observation.QueueSample(queue, depth, bound == null ? -1 : bound, now));
    });
    return depths.size();
  }

  private String metrics(String opsAddress) {
    try {
      HttpRequest request = HttpRequest.newBuilder(URI.create("http://" + opsAddress + "/metrics"))
          .timeout(Duration.ofSeconds(2))
          .build();
      return http.send(request, HttpResponse.BodyHandlers.ofString()).body();
    } catch (IOException away) {
      return "";
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
      return "";
    }
  }
}
