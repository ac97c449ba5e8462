package chasqui.drills.mesh.process;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What a process has counted, as its `/metrics` page tells it.
///
/// @param values by name and labels, as `chasqui_edge_sessions{…}`
public record Metrics(Map<String, Double> values) {

  private static final Pattern SAMPLE = Pattern.compile("^([a-zA-Z_:][\\w:]*)(\\{.*})? ([-+0-9.eE]+|NaN|[+-]?Inf)(?: \\d+)?$");
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final HttpClient HTTP = HttpClient.newBuilder().connectTimeout(PATIENCE).build();

  /// Asks for the page; empty if nobody answers.
  ///
  /// @param address `HOST:PORT`
  public static Metrics of(String address) {
    return parse(page(address, "/metrics"));
  }

  /// A page of the operators' port; empty if nobody answers.
  static String page(String address, String path) {
    HttpRequest request = HttpRequest.newBuilder(URI.create("http://" + address + path)).timeout(PATIENCE).build();
    try {
      return HTTP.send(request, HttpResponse.BodyHandlers.ofString()).body();
    } catch (IOException away) {
      return "";
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
      return "";
    }
  }

  static Metrics parse(String page) {
    Map<String, Double> values = new TreeMap<>();
    page.lines().forEach(line -> {
      Matcher sample = SAMPLE.matcher(line);
      if (sample.matches() && !sample.group(3).contains("Inf") && !sample.group(3).equals("NaN")) {
        values.put(sample.group(1) + (sample.group(2) == null ? "" : sample.group(2)), Double.valueOf(sample.group(3)));
      }
    });
    return new Metrics(values);
  }

  /// The sum of all samples of a name, whatever their labels.
  public double sum(String name) {
    return sum(name, _ -> true);
  }

  /// The sum of the samples of a name whose labels are as wanted.
  public double sum(String name, Predicate<String> labels) {
    return values.entrySet().stream()
        .filter(sample -> sample.getKey().equals(name) || sample.getKey().startsWith(name + "{"))
        .filter(sample -> labels.test(sample.getKey().substring(name.length())))
        .mapToDouble(Map.Entry::getValue)
        .sum();
  }

  /// The samples of a name, summed by the value of one label.
  public Map<String, Double> by(String name, String label) {
    Pattern labelled = Pattern.compile(Pattern.quote(name) + "\\{(?:.*,)?" + Pattern.quote(label) + "=\"([^\"]*)\".*");
    Map<String, Double> sums = new TreeMap<>();
    values.forEach((sample, value) -> {
      Matcher matcher = labelled.matcher(sample);
      if (matcher.matches()) {
        sums.merge(matcher.group(1), value, Double::sum);
      }
    });
    return sums;
  }
}
