package chasqui.drills.sim;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/// The seeds that ever failed, from the list that is kept with the source: each found something once.
final class FailedSeeds {
  private FailedSeeds() {}

  static List<Long> all() {
    try (BufferedReader lines = new BufferedReader(new InputStreamReader(
        FailedSeeds.class.getResourceAsStream("failed-seeds"), StandardCharsets.UTF_8))) {
      return lines.lines()
          .map(line -> line.split("#", 2)[0].strip()).filter(line -> !line.isEmpty()).map(Long::valueOf).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
