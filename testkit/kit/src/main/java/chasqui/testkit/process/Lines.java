package chasqui.testkit.process;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Predicate;

/// What a process writes, line by line: read on a thread of its own so that the process never waits for us, the last
/// [#KEPT_MAX] lines kept.
final class Lines {
  static final int KEPT_MAX = 20_000;

  private final ArrayDeque<String> kept = new ArrayDeque<>();
  private final Thread reader;

  Lines(String name, InputStream source, Consumer<String> listener) {
    reader = Thread.ofVirtual().name(name).start(() -> read(source, listener));
  }

  private void read(InputStream source, Consumer<String> listener) {
    try (BufferedReader in = new BufferedReader(new InputStreamReader(source, StandardCharsets.UTF_8))) {
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        add(line);
        listener.accept(line);
      }
    } catch (IOException e) {
      add("(output ended: " + e + ")");
    }
  }

  private synchronized void add(String line) {
    if (kept.size() == KEPT_MAX) {
      kept.removeFirst();
    }
    kept.addLast(line);
  }

  synchronized List<String> all() {
    return List.copyOf(kept);
  }

  synchronized Optional<String> first(Predicate<String> wanted) {
    return kept.stream().filter(wanted).findFirst();
  }

  /// Waits until everything that an ended process wrote has been read.
  void awaitEnd() {
    try {
      reader.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
