package chasqui.bench;

import java.util.Locale;

/// What one interval gave.
///
/// @param seconds from the first message until every row was written
record StoreSample(
    String way, long messages, double seconds, long inserts, long failures, long p50Micros, long p99Micros) {

  double perSecond() {
    return messages / seconds;
  }

  @Override
  public String toString() {
    return String.format(Locale.ROOT, "%s: %.0f msg/s, p50 %d us, p99 %d us, %d inserts, %d failures",
        way, perSecond(), p50Micros, p99Micros, inserts, failures);
  }
}
