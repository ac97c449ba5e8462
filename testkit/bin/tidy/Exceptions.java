import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// The named exceptions from `testkit/tidy-exceptions`: `rule path reason`, where a path that ends in `/` is a folder.
/// An exception that excuses nothing is a breach itself, so the list cannot outlive its causes.
record Exceptions(List<Exception> all) {
  private static final String FILE = "testkit/tidy-exceptions";

  /// One excuse.
  record Exception(int line, String rule, String path, String reason) {
    boolean excuses(Tidy.Breach breach) {
      return rule.equals(breach.rule()) && (path.endsWith("/") ? breach.path().startsWith(path) : breach.path().equals(path));
    }
  }

  static Exceptions read(Path root) throws IOException {
    Path file = root.resolve(FILE);
    var all = new ArrayList<Exception>();
    List<String> lines = Files.exists(file) ? Files.readAllLines(file) : List.of();
    for (int i = 0; i < lines.size(); i++) {
      String[] words = lines.get(i).strip().split("\\s+", 3);
      if (words[0].isEmpty() || words[0].startsWith("#")) {
        continue;
      }
      if (words.length < 3) {
        throw new IllegalArgumentException(FILE + ":" + (i + 1) + " lacks a reason: `rule path reason` is expected");
      }
      all.add(new Exception(i + 1, words[0], words[1], words[2]));
    }
    return new Exceptions(all);
  }

  List<Tidy.Breach> apply(List<Tidy.Breach> breaches) {
    var left = new ArrayList<Tidy.Breach>();
    for (Tidy.Breach breach : breaches) {
      if (all.stream().noneMatch(exception -> exception.excuses(breach))) {
        left.add(breach);
      }
    }
    for (Exception exception : all) {
      if (breaches.stream().noneMatch(exception::excuses)) {
        left.add(new Tidy.Breach(FILE, exception.line(), "unused-exception", exception.rule() + " " + exception.path()));
      }
    }
    return left;
  }
}
