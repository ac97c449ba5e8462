package chasqui.testkit.history;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/// Reads history files line by line into a sink, so that a history larger than memory can be judged.
public final class HistoryReader {
  private final ObservationLines lines = new ObservationLines();

  /// @param observations whole lines read
  /// @param torn lines cut off by a killed writer, skipped
  public record Read(long observations, long torn) {}

  /// Reads one file to its end. Throws on a whole line that makes no sense: that is a bug, not a crash's trace.
  public Read read(Path file, ObservationSink sink) {
    long whole = 0;
    long torn = 0;
    try (BufferedReader reader = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        Optional<Observation> observation = lines.decode(line);
        if (observation.isPresent()) {
          sink.accept(observation.get());
          whole++;
        } else {
          torn++;
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new Read(whole, torn);
  }
}
