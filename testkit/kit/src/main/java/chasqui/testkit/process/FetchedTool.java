package chasqui.testkit.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// A program that is not ours and that tests run: on this machine already, or fetched by `testkit/bin/fetch`.
public sealed interface FetchedTool {

  /// It is here.
  record Here(Path program) implements FetchedTool {}

  /// It cannot be had; the reason is for a person.
  record Missing(String reason) implements FetchedTool {}

  /// Looks for the tool of that name, and fetches it where it is missing. Blocks, at worst for a download of minutes, which
  /// is shown on the standard error.
  ///
  /// @throws IllegalStateException if we do not run inside the source tree, or `fetch` does not know the name
  static FetchedTool find(String name) {
    Path fetch = sourceTree().resolve("testkit/bin/fetch");
    try {
      Process process =
          new ProcessBuilder(fetch.toString(), name).redirectError(ProcessBuilder.Redirect.PIPE).start();
      Lines progress = new Lines("fetch " + name, process.getErrorStream(), System.err::println);
      String program = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
      int code = process.waitFor();
      progress.awaitEnd();
      List<String> said = progress.all();
      return switch (code) {
        case 0 -> new Here(Path.of(program));
        case 77 -> new Missing(said.isEmpty() ? name + " could not be had" : said.getLast());
        default -> throw new IllegalStateException("fetch " + name + " ended with " + code + ": " + said);
      };
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while fetching " + name, stop);
    }
  }

  private static Path sourceTree() {
    String home = System.getProperty("chasqui.home", "");
    for (Path folder = Path.of(home).toAbsolutePath(); folder != null; folder = folder.getParent()) {
      if (Files.isExecutable(folder.resolve("testkit/bin/fetch"))) {
        return folder;
      }
    }
    throw new IllegalStateException("not inside Chasqui's source tree: " + Path.of(home).toAbsolutePath());
  }
}
