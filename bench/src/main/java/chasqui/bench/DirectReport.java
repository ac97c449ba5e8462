package chasqui.bench;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/// The figures of `bench direct`: medians over the interleaved pairs, with their spread.
///
/// @param relay, chasqui the measured intervals, pair by pair
/// @param floor the relay against itself, pair by pair: what the machine's noise alone gives
record DirectReport(
    double ratePerSecond, int clients, List<Sample> relay, List<Sample> chasqui, List<Sample> floor, Side.Counts counts) {

  List<Double> ratios() {
    List<Double> ratios = new ArrayList<>();
    for (int i = 0; i < relay.size(); i++) {
      ratios.add(chasqui.get(i).cpuMicrosPerMessage() / relay.get(i).cpuMicrosPerMessage());
    }
    return ratios;
  }

  List<Double> floorRatios() {
    List<Double> ratios = new ArrayList<>();
    for (int i = 0; i + 1 < floor.size(); i += 2) {
      ratios.add(floor.get(i + 1).cpuMicrosPerMessage() / floor.get(i).cpuMicrosPerMessage());
    }
    return ratios;
  }

  /// A run that lost a message, or whose generator could not offer the load, has no figure.
  boolean valid() {
    return counts.clean() && refused() == 0;
  }

  private long refused() {
    return relay.stream().mapToLong(Sample::refused).sum() + chasqui.stream().mapToLong(Sample::refused).sum();
  }

  String json() {
    return String.format(Locale.ROOT,
        "{\"scenario\":\"direct\",\"valid\":%b,\"rate_per_second\":%.0f,\"clients\":%d,\"pairs\":%d,"
            + "\"cpu_ratio_to_relay\":%.3f,\"cpu_ratio_min\":%.3f,\"cpu_ratio_max\":%.3f,\"cpu_ratio_floor\":%.3f,"
            + "\"cpu_micros_per_message\":%.2f,\"relay_cpu_micros_per_message\":%.2f,"
            + "\"p50_micros\":%d,\"p99_micros\":%d,\"relay_p50_micros\":%d,\"relay_p99_micros\":%d,"
            + "\"sent\":%d,\"acked\":%d,\"delivered\":%d,\"lost\":%d,\"duplicated\":%d,\"out_of_order\":%d,"
            + "\"rejected\":%d,\"not_offered\":%d}",
        valid(), ratePerSecond, clients, relay.size(), median(ratios()), min(ratios()), max(ratios()),
        median(floorRatios()), medianCpu(chasqui), medianCpu(relay),
        medianOf(chasqui, true), medianOf(chasqui, false), medianOf(relay, true), medianOf(relay, false),
        counts.sent(), counts.acked(), counts.delivered(), counts.lost(), counts.duplicated(), counts.outOfOrder(),
        counts.rejected(), refused());
  }

  String table() {
    return String.format(Locale.ROOT, """
        %d clients, %.0f msg/s offered, %d interleaved pairs
                     CPU µs/message    p50 µs    p99 µs
          relay      %14.2f  %8d  %8d
          chasqui    %14.2f  %8d  %8d     (durable: synced before the ack)
          ratio      %14.2f  (%.2f to %.2f; relay against itself: %.2f)
        sent %d, acked %d, delivered %d, lost %d, duplicated %d, out of order %d, rejected %d, not offered %d%s
        """,
        clients, ratePerSecond, relay.size(),
        medianCpu(relay), medianOf(relay, true), medianOf(relay, false),
        medianCpu(chasqui), medianOf(chasqui, true), medianOf(chasqui, false),
        median(ratios()), min(ratios()), max(ratios()), median(floorRatios()),
        counts.sent(), counts.acked(), counts.delivered(), counts.lost(), counts.duplicated(), counts.outOfOrder(),
        counts.rejected(), refused(), valid() ? "" : "\nNO FIGURE: the run is not valid");
  }

  private static double medianCpu(List<Sample> samples) {
    return median(samples.stream().map(Sample::cpuMicrosPerMessage).toList());
  }

  private static long medianOf(List<Sample> samples, boolean p50) {
    return Math.round(median(samples.stream().map(s -> (double) (p50 ? s.p50Micros() : s.p99Micros())).toList()));
  }

  static double median(List<Double> values) {
    double[] sorted = values.stream().mapToDouble(Double::doubleValue).sorted().toArray();
    if (sorted.length == 0) {
      return Double.NaN;
    }
    int middle = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }

  private static double min(List<Double> values) {
    return Arrays.stream(values.stream().mapToDouble(Double::doubleValue).toArray()).min().orElse(Double.NaN);
  }

  private static double max(List<Double> values) {
    return Arrays.stream(values.stream().mapToDouble(Double::doubleValue).toArray()).max().orElse(Double.NaN);
  }
}
