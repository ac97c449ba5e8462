package chasqui.drills.sim;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/// The seeds that ever failed, from the lists that are kept with the source: each found something once.
final class FailedSeeds {
  private FailedSeeds() {}

  /// Of the simulation of a mesh with one mailbox.
  static List<Long> ofMesh() {
    return in("failed-seeds");
  }

  /// Of the simulation of a mesh with several mailboxes.
  static List<Long> ofSharedMesh() {
    return in("failed-shared-seeds");
  }

  /// Of the play beside the model.
  static List<Long> ofModel() {
    return in("failed-model-seeds");
  }

  private static List<Long> in(String list) {
    try (BufferedReader lines = new BufferedReader(new InputStreamReader(
        FailedSeeds.class.getResourceAsStream(list), StandardCharsets.UTF_8))) {
      return lines.lines()
          .map(line -> line.split("#", 2)[0].strip()).filter(line -> !line.isEmpty()).map(Long::valueOf).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
